#include "files/pickle_values.h"

#include <string.h>

static enum tn_status broken(struct tn_error *err, const char *what) {
  return tn_fail(err, TN_STATUS_IO, "the pickle holds %s", what);
}

const struct tn_pickle_object *tn_pickle_object(const struct tn_pickle *p,
                                                struct tn_pickle_value value,
                                                enum tn_pickle_object_kind kind) {
  if (value.kind != TN_PICKLE_OBJECT || p->object[value.v].kind != kind) {
    return NULL;
  }
  return p->object + value.v;
}

int tn_pickle_text_is(const struct tn_pickle *p, struct tn_pickle_value value, const char *text) {
  return value.kind == TN_PICKLE_TEXT && value.n == strlen(text) &&
         memcmp(p->bytes + value.v, text, value.n) == 0;
}

enum tn_status tn_pickle_entry(const struct tn_pickle *p, struct tn_pickle_value dict,
                               const char *key, struct tn_pickle_value *value,
                               struct tn_error *err) {
  const struct tn_pickle_object *object = tn_pickle_object(p, dict, TN_PICKLE_DICT);
  for (int64_t k = 0; object != NULL && k < object->n; k += 2) {
    if (tn_pickle_text_is(p, p->item[object->first + k], key)) {
      *value = p->item[object->first + k + 1];
      return TN_OK;
    }
  }
  return tn_fail(err, TN_STATUS_IO, "the pickle holds nothing named %s", key);
}

static enum tn_status read_shape(const struct tn_pickle *p, struct tn_pickle_value shape,
                                 struct tn_numbers *x, struct tn_error *err) {
  const struct tn_pickle_object *tuple = tn_pickle_object(p, shape, TN_PICKLE_TUPLE);
  if (tuple == NULL || tuple->n > TN_NUMBERS_MAX_RANK) {
    return broken(err, "an array without a shape that is known");
  }
  x->rank = (int)tuple->n;
  for (int k = 0; k < x->rank; k++) {
    struct tn_pickle_value size = p->item[tuple->first + k];
    x->dim[k] = size.kind == TN_PICKLE_INT ? size.v : -1;
  }
  return TN_OK;
}

static enum tn_status read_type(const struct tn_pickle *p, struct tn_pickle_value type,
                                struct tn_numbers *x, struct tn_error *err) {
  const struct tn_pickle_object *dtype = tn_pickle_object(p, type, TN_PICKLE_DTYPE);
  if (dtype == NULL || p->item[dtype->first].kind != TN_PICKLE_TEXT) {
    return broken(err, "an array without a type that is known");
  }
  struct tn_pickle_value code = p->item[dtype->first], order = p->item[dtype->first + 1];
  return tn_number_type_parse((const char *)p->bytes + code.v, code.n, (char)order.v, &x->type,
                              err);
}

enum tn_status tn_pickle_array(const struct tn_pickle *p, struct tn_pickle_value value,
                               struct tn_numbers *x, struct tn_pickle_value *values,
                               struct tn_error *err) {
  const struct tn_pickle_object *array = tn_pickle_object(p, value, TN_PICKLE_ARRAY), *list;
  int64_t count;
  memset(x, 0, sizeof *x);
  if (array == NULL || array->n != 5) {
    return broken(err, "no array where one must be");
  }
  const struct tn_pickle_value *part = p->item + array->first;
  TN_TRY(read_shape(p, part[1], x, err));
  TN_TRY(read_type(p, part[2], x, err));
  x->last_fastest = part[3].v == 0;
  *values = part[4];
  TN_TRY(tn_numbers_count(x, p->n_bytes, &count, err));
  if (x->type.kind == TN_NUMBER_OBJECT) {
    list = tn_pickle_object(p, *values, TN_PICKLE_LIST);
    return list != NULL && list->n == count ? TN_OK
                                            : broken(err, "an array of another length than said");
  }
  if (values->kind != TN_PICKLE_TEXT || (int64_t)values->n != count * x->type.size) {
    return broken(err, "an array of another length than said");
  }
  x->bytes = p->bytes + values->v;
  return TN_OK;
}
