#include "files/pickle_calls.h"

#include <string.h>

enum function { RECONSTRUCT, NDARRAY, DTYPE, ENCODE };

/* At most `size` - 1 characters of a text, others than ASCII as question marks. */
static void readable(const struct tn_pickle *p, struct tn_pickle_value text, char *out,
                     uint32_t size) {
  uint32_t n = text.kind != TN_PICKLE_TEXT ? 0 : text.n < size ? text.n : size - 1;
  for (uint32_t k = 0; k < n; k++) {
    uint8_t c = p->bytes[text.v + k];
    out[k] = c > ' ' && c < 127 ? (char)c : '?';
  }
  out[n] = '\0';
}

enum tn_status tn_machine_find(struct tn_machine *m, struct tn_pickle_value module,
                               struct tn_pickle_value name, struct tn_pickle_value *value) {
  static const struct {
    const char *module, *name;
    enum function function;
  } known[] = {{"numpy.core.multiarray", "_reconstruct", RECONSTRUCT},
               {"numpy._core.multiarray", "_reconstruct", RECONSTRUCT},
               {"numpy", "ndarray", NDARRAY},
               {"numpy", "dtype", DTYPE},
               {"_codecs", "encode", ENCODE}};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    if (tn_pickle_text_is(m->p, module, known[k].module) &&
        tn_pickle_text_is(m->p, name, known[k].name)) {
      *value = (struct tn_pickle_value){TN_PICKLE_GLOBAL, 0, (int64_t)known[k].function};
      return TN_OK;
    }
  }
  char what[2][60];
  readable(m->p, module, what[0], sizeof what[0]);
  readable(m->p, name, what[1], sizeof what[1]);
  return tn_fail(m->err, TN_STATUS_IO, "the pickle names %s.%s, which is not allowed", what[0],
                 what[1]);
}

/* Bytes that Python 3 wrote as text, for Python 2 to read: ASCII is the same in both. */
static enum tn_status encode(struct tn_machine *m, const struct tn_pickle_value *argument,
                             int64_t n, struct tn_pickle_value *value) {
  if (n != 2 || argument[0].kind != TN_PICKLE_TEXT ||
      !tn_pickle_text_is(m->p, argument[1], "latin1")) {
    return tn_machine_broken(m, "bytes are not written as they should be");
  }
  for (uint32_t k = 0; k < argument[0].n; k++) {
    if (m->p->bytes[argument[0].v + k] > 127) {
      return tn_machine_broken(m, "bytes beyond ASCII are written as text");
    }
  }
  *value = argument[0];
  return TN_OK;
}

enum tn_status tn_machine_call(struct tn_machine *m, struct tn_pickle_value function,
                               struct tn_pickle_value arguments, struct tn_pickle_value *value) {
  const struct tn_pickle_object *tuple = tn_pickle_object(m->p, arguments, TN_PICKLE_TUPLE);
  if (function.kind != TN_PICKLE_GLOBAL || tuple == NULL || tuple->n < 1) {
    return tn_machine_broken(m, "a call is none");
  }
  const struct tn_pickle_value *argument = m->p->item + tuple->first;
  switch ((enum function)function.v) {
    case RECONSTRUCT:
      if (argument[0].kind != TN_PICKLE_GLOBAL || argument[0].v != NDARRAY) {
        return tn_machine_broken(m, "an array is of another kind");
      }
      return tn_machine_object(m, TN_PICKLE_ARRAY, NULL, 0, value);
    case DTYPE: {
      struct tn_pickle_value pair[2] = {argument[0], {TN_PICKLE_INT, 0, '|'}};
      return tn_machine_object(m, TN_PICKLE_DTYPE, pair, 2, value);
    }
    case ENCODE: return encode(m, argument, tuple->n, value);
    default: return tn_machine_broken(m, "what is called is no function");
  }
}

enum tn_status tn_machine_build(struct tn_machine *m, struct tn_pickle_value value,
                                struct tn_pickle_value state) {
  struct tn_pickle *p = m->p;
  const struct tn_pickle_object *tuple = tn_pickle_object(p, state, TN_PICKLE_TUPLE);
  if (tuple != NULL && tn_pickle_object(p, value, TN_PICKLE_ARRAY) != NULL && tuple->n == 5) {
    struct tn_pickle_object *array = p->object + value.v;
    array->first = tuple->first; /* tuples never change: their items can be shared */
    array->n = tuple->n;
    return TN_OK;
  }
  const struct tn_pickle_object *dtype = tn_pickle_object(p, value, TN_PICKLE_DTYPE);
  if (tuple != NULL && dtype != NULL && tuple->n >= 5) {
    const struct tn_pickle_value *part = p->item + tuple->first;
    int plain = part[2].kind == TN_PICKLE_NONE && part[3].kind == TN_PICKLE_NONE &&
                part[4].kind == TN_PICKLE_NONE;
    if (part[1].kind == TN_PICKLE_TEXT && part[1].n == 1 && plain) {
      p->item[dtype->first + 1].v = p->bytes[part[1].v];
      return TN_OK;
    }
  }
  return tn_machine_broken(m, "the state of an array is not as it should be");
}
