#include "files/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "files/json.h"
#include "platform/alloc.h"

void tn_safetensors_free(struct tn_safetensors *s) {
  tn_free(s->tensor);
  tn_free((void *)s->metadata);
  tn_free(s->text);
  memset(s, 0, sizeof *s);
}

static enum tn_status unexpected(struct tn_error *err, const char *where) {
  return tn_fail(err, TN_STATUS_IO, "the header is not as it should be at %s", where);
}

/* A string into the pool, which has room for all of them: each is shorter than its JSON. */
static enum tn_status pooled(struct tn_safetensors *s, struct tn_json *j, const char **out,
                             struct tn_error *err) {
  int64_t n;
  TN_TRY(tn_json_string(j, s->text + s->n_text, &n, err));
  *out = s->text + s->n_text;
  s->n_text += n + 1;
  return TN_OK;
}

static enum tn_status read_type(struct tn_safetensors *s, struct tn_json *j,
                                struct tn_number_type *type, struct tn_error *err) {
  static const struct {
    const char *name;
    struct tn_number_type type;
  } known[] = {{"F64", {TN_NUMBER_FLOAT, 8, 0}},    {"F32", {TN_NUMBER_FLOAT, 4, 0}},
               {"F16", {TN_NUMBER_FLOAT, 2, 0}},    {"BF16", {TN_NUMBER_BFLOAT, 2, 0}},
               {"I64", {TN_NUMBER_INT, 8, 0}},      {"I32", {TN_NUMBER_INT, 4, 0}},
               {"I16", {TN_NUMBER_INT, 2, 0}},      {"I8", {TN_NUMBER_INT, 1, 0}},
               {"U64", {TN_NUMBER_UNSIGNED, 8, 0}}, {"U32", {TN_NUMBER_UNSIGNED, 4, 0}},
               {"U16", {TN_NUMBER_UNSIGNED, 2, 0}}, {"U8", {TN_NUMBER_UNSIGNED, 1, 0}},
               {"BOOL", {TN_NUMBER_LOGICAL, 1, 0}}};
  const char *name;
  TN_TRY(pooled(s, j, &name, err));
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    if (strcmp(known[k].name, name) == 0) {
      *type = known[k].type;
      return TN_OK;
    }
  }
  return tn_fail(err, TN_STATUS_IO, "tensors of type %.40s are not known", name);
}

/* Up to `most` whole numbers between brackets. */
static enum tn_status read_list(struct tn_json *j, int most, int64_t *value, int *count,
                                struct tn_error *err) {
  *count = 0;
  if (!tn_json_next(j, '[')) {
    return unexpected(err, "a list of numbers");
  }
  if (tn_json_next(j, ']')) {
    return TN_OK;
  }
  do {
    if (*count == most) {
      return tn_fail(err, TN_STATUS_IO, "a list in the header has more than %d numbers", most);
    }
    TN_TRY(tn_json_whole(j, &value[(*count)++], err));
  } while (tn_json_next(j, ','));
  return tn_json_next(j, ']') ? TN_OK : unexpected(err, "the end of a list of numbers");
}

static enum tn_status read_key(struct tn_safetensors *s, struct tn_json *j, const char **key,
                               struct tn_error *err) {
  TN_TRY(pooled(s, j, key, err));
  return tn_json_next(j, ':') ? TN_OK : unexpected(err, "the value of a name");
}

static enum tn_status read_tensor(struct tn_safetensors *s, struct tn_json *j,
                                  struct tn_safetensor *t, struct tn_error *err) {
  int64_t place[2];
  int found = 0, which, count;
  if (!tn_json_next(j, '{')) {
    return unexpected(err, "a tensor");
  }
  do {
    const char *key;
    TN_TRY(read_key(s, j, &key, err));
    which = strcmp(key, "dtype") == 0 ? 1 : strcmp(key, "shape") == 0 ? 2 : 4;
    if ((found & which) || (which == 4 && strcmp(key, "data_offsets") != 0)) {
      return tn_fail(err, TN_STATUS_IO, "a tensor has \"%.40s\" twice, or where it is not known", key);
    }
    found |= which;
    if (which == 1) {
      TN_TRY(read_type(s, j, &t->type, err));
    } else if (which == 2) {
      TN_TRY(read_list(j, TN_NUMBERS_MAX_RANK, t->dim, &t->rank, err));
    } else {
      TN_TRY(read_list(j, 2, place, &count, err));
      if (count != 2) {
        return tn_fail(err, TN_STATUS_IO, "a tensor has %d data_offsets instead of 2", count);
      }
      t->from = place[0];
      t->to = place[1];
    }
  } while (tn_json_next(j, ','));
  if (!tn_json_next(j, '}') || found != 7) {
    return unexpected(err, "dtype, shape and data_offsets of a tensor");
  }
  return TN_OK;
}

static enum tn_status read_metadata(struct tn_safetensors *s, struct tn_json *j,
                                    struct tn_error *err) {
  if (!tn_json_next(j, '{') || s->metadata != NULL) {
    return unexpected(err, "__metadata__");
  }
  if (tn_json_next(j, '}')) {
    return TN_OK;
  }
  do {
    const char *key, *value;
    TN_TRY(read_key(s, j, &key, err));
    TN_TRY(pooled(s, j, &value, err));
    TN_TRY(tn_grow(&s->metadata, 2 * s->n_metadata, 2 * s->n_metadata + 2, sizeof *s->metadata,
                   &s->room_metadata, err));
    s->metadata[2 * s->n_metadata] = key;
    s->metadata[2 * s->n_metadata + 1] = value;
    s->n_metadata++;
  } while (tn_json_next(j, ','));
  return tn_json_next(j, '}') ? TN_OK : unexpected(err, "the end of __metadata__");
}

static enum tn_status read_entry(struct tn_safetensors *s, struct tn_json *j,
                                 struct tn_error *err) {
  const char *name;
  TN_TRY(read_key(s, j, &name, err));
  if (strcmp(name, "__metadata__") == 0) {
    return read_metadata(s, j, err);
  }
  TN_TRY(tn_grow(&s->tensor, s->n, s->n + 1, sizeof *s->tensor, &s->room, err));
  struct tn_safetensor *t = &s->tensor[s->n++];
  memset(t, 0, sizeof *t);
  t->name = name;
  return read_tensor(s, j, t, err);
}

static int by_name(const void *a, const void *b) {
  const struct tn_safetensor *const *x = a, *const *y = b;
  return strcmp((*x)->name, (*y)->name);
}

static int by_place(const void *a, const void *b) {
  const struct tn_safetensor *const *x = a, *const *y = b;
  return (*x)->from != (*y)->from ? ((*x)->from > (*y)->from) - ((*x)->from < (*y)->from)
                                  : ((*x)->to > (*y)->to) - ((*x)->to < (*y)->to);
}

static enum tn_status check_size(const struct tn_safetensor *t, int64_t size,
                                 struct tn_error *err) {
  struct tn_numbers x = {.type = t->type, .rank = t->rank};
  int64_t count;
  memcpy(x.dim, t->dim, sizeof x.dim);
  if (t->from > t->to || t->to > size) {
    return tn_fail(err, TN_STATUS_IO, "tensor \"%.80s\" lies outside of the file: it was cut off, or the "
                   "header is wrong", t->name);
  }
  TN_TRY(tn_numbers_count(&x, size / t->type.size, &count, err));
  if (count * t->type.size != t->to - t->from) {
    return tn_fail(err, TN_STATUS_IO, "tensor \"%.80s\" has %lld bytes, its shape takes %lld", t->name,
                   (long long)(t->to - t->from), (long long)(count * t->type.size));
  }
  return TN_OK;
}

/* Names once each; tensors side by side from the first byte to the last. */
static enum tn_status check_places(const struct tn_safetensors *s,
                                   const struct tn_safetensor **order, int64_t size,
                                   struct tn_error *err) {
  int64_t at = 0;
  for (int64_t k = 0; k < s->n; k++) {
    order[k] = &s->tensor[k];
    TN_TRY(check_size(order[k], size, err));
  }
  qsort((void *)order, (size_t)s->n, sizeof *order, by_name);
  for (int64_t k = 1; k < s->n; k++) {
    if (strcmp(order[k - 1]->name, order[k]->name) == 0) {
      return tn_fail(err, TN_STATUS_IO, "tensor \"%.80s\" is there twice", order[k]->name);
    }
  }
  qsort((void *)order, (size_t)s->n, sizeof *order, by_place);
  for (int64_t k = 0; k < s->n; k++) {
    if (order[k]->from != at) {
      return tn_fail(err, TN_STATUS_IO, "tensor \"%.80s\" begins at byte %lld instead of %lld",
                     order[k]->name, (long long)order[k]->from, (long long)at);
    }
    at = order[k]->to;
  }
  return at == size ? TN_OK
                    : tn_fail(err, TN_STATUS_IO, "the file has %lld bytes behind the last tensor",
                              (long long)(size - at));
}

enum tn_status tn_safetensors_read(struct tn_safetensors *s, const char *json, int64_t n,
                                   int64_t size, struct tn_error *err) {
  struct tn_json j = {json, json + n};
  const struct tn_safetensor **order;
  TN_TRY(tn_alloc_into(&s->text, n + 1, 1, err));
  if (n == 0 || json[0] != '{') {
    return unexpected(err, "its beginning, which is no {");
  }
  j.at++;
  if (!tn_json_next(&j, '}')) {
    do {
      TN_TRY(read_entry(s, &j, err));
    } while (tn_json_next(&j, ','));
    if (!tn_json_next(&j, '}')) {
      return unexpected(err, "the end of a tensor");
    }
  }
  (void)tn_json_next(&j, '\0');
  if (j.at != j.end) {
    return unexpected(err, "its end");
  }
  TN_TRY(tn_alloc_into(&order, s->n, sizeof *order, err));
  enum tn_status status = check_places(s, order, size, err);
  tn_free((void *)order);
  return status;
}
