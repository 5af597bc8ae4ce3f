#include "files/sequences.h"

#include <string.h>

#include "platform/alloc.h"

void tn_sequences_free(struct tn_sequences *s) {
  tn_free(s->length);
  tn_free(s->value);
  memset(s, 0, sizeof *s);
}

/* Room for one more sequence of n values. */
static enum tn_status begin(struct tn_sequences *s, int64_t n, struct tn_error *err) {
  TN_TRY(tn_grow(&s->length, s->n, s->n + 1, sizeof *s->length, &s->lengths_room, err));
  return tn_grow(&s->value, s->n_values, s->n_values + n, sizeof *s->value, &s->values_room, err);
}

static enum tn_status put(struct tn_sequences *s, int64_t k, int64_t value, struct tn_error *err) {
  if (value > INT32_MAX || value <= INT32_MIN) {
    return tn_fail(err, TN_STATUS_IO, "an index does not fit into 32 bits");
  }
  s->value[s->n_values + k] = (int32_t)value;
  return TN_OK;
}

static void end(struct tn_sequences *s, int64_t n) {
  s->length[s->n++] = n;
  s->n_values += n;
}

static enum tn_status add_numbers(struct tn_sequences *s, const struct tn_number_type *type,
                                  const uint8_t *bytes, int64_t n, struct tn_error *err) {
  if (type->kind == TN_NUMBER_FLOAT) {
    return tn_fail(err, TN_STATUS_IO, "the indices are no whole numbers");
  }
  TN_TRY(begin(s, n, err));
  for (int64_t k = 0; k < n; k++) {
    TN_TRY(put(s, k, tn_number_int(type, bytes, k), err));
  }
  end(s, n);
  return TN_OK;
}

static enum tn_status add_values(struct tn_sequences *s, const struct tn_pickle_value *item,
                                 int64_t n, struct tn_error *err) {
  TN_TRY(begin(s, n, err));
  for (int64_t k = 0; k < n; k++) {
    if (item[k].kind != TN_PICKLE_INT) {
      return tn_fail(err, TN_STATUS_IO, "the indices are no whole numbers");
    }
    TN_TRY(put(s, k, item[k].v, err));
  }
  end(s, n);
  return TN_OK;
}

static enum tn_status check_room(const struct tn_sequences *s, const struct tn_pickle *p, int64_t n,
                                 struct tn_error *err) {
  if (n > p->n_bytes - s->n_values) {
    return tn_fail(err, TN_STATUS_IO, "the pickle names the same values too often");
  }
  return TN_OK;
}

enum tn_status tn_sequences_add(struct tn_sequences *s, const struct tn_pickle *p,
                                struct tn_pickle_value value, struct tn_error *err) {
  const struct tn_pickle_object *list = tn_pickle_object(p, value, TN_PICKLE_LIST);
  list = list == NULL ? tn_pickle_object(p, value, TN_PICKLE_TUPLE) : list;
  if (list != NULL) {
    TN_TRY(check_room(s, p, list->n, err));
    return add_values(s, p->item + list->first, list->n, err);
  }
  struct tn_numbers x;
  struct tn_pickle_value values;
  TN_TRY(tn_pickle_array(p, value, &x, &values, err));
  if (x.rank != 1 || x.type.kind == TN_NUMBER_OBJECT) {
    return tn_fail(err, TN_STATUS_IO, "the pickle holds no sequence where one must be");
  }
  TN_TRY(check_room(s, p, x.dim[0], err));
  return add_numbers(s, &x.type, x.bytes, x.dim[0], err);
}

static enum tn_status add_objects(struct tn_sequences *s, const struct tn_numbers *x,
                                  const struct tn_pickle *p, struct tn_error *err) {
  struct tn_numbers inner;
  struct tn_pickle_value values;
  TN_TRY(tn_pickle_array(p, p->top, &inner, &values, err));
  int same = inner.type.kind == TN_NUMBER_OBJECT && inner.rank == x->rank;
  for (int k = 0; k < x->rank; k++) {
    same = same && inner.dim[k] == x->dim[k];
  }
  if (!same || x->rank < 1 || x->rank > 2 || (x->rank == 2 && !inner.last_fastest)) {
    return tn_fail(err, TN_STATUS_IO, "the pickle holds another array than its header says");
  }
  const struct tn_pickle_value *item = p->item + tn_pickle_object(p, values, TN_PICKLE_LIST)->first;
  for (int64_t k = 0; k < x->dim[0]; k++) {
    if (x->rank == 1) {
      TN_TRY(tn_sequences_add(s, p, item[k], err));
    } else {
      TN_TRY(add_values(s, item + k * x->dim[1], x->dim[1], err));
    }
  }
  return TN_OK;
}

enum tn_status tn_sequences_of_npy(struct tn_sequences *s, const struct tn_numbers *x,
                                   int64_t n_values, struct tn_error *err) {
  if (x->type.kind == TN_NUMBER_OBJECT) {
    struct tn_pickle p;
    enum tn_status status = tn_pickle_read(x->bytes, n_values, &p, err);
    if (status == TN_OK) {
      status = add_objects(s, x, &p, err);
    }
    tn_pickle_free(&p);
    return status;
  }
  if (x->rank != 2 || !x->last_fastest) {
    return tn_fail(err, TN_STATUS_IO, "the array holds no sequences");
  }
  for (int64_t k = 0; k < x->dim[0]; k++) {
    TN_TRY(add_numbers(s, &x->type, x->bytes + k * x->dim[1] * x->type.size, x->dim[1], err));
  }
  return TN_OK;
}
