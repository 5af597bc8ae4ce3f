/* What a pickle that was read holds. */
#ifndef TN_FILES_PICKLE_VALUES_H
#define TN_FILES_PICKLE_VALUES_H

#include "files/numbers.h"

enum tn_pickle_kind {
  TN_PICKLE_NONE,
  TN_PICKLE_INT,    /* v: its value; truth values are 0 and 1 */
  TN_PICKLE_TEXT,   /* n bytes of the file from v on */
  TN_PICKLE_GLOBAL, /* v: one of the functions of pickle_calls.c */
  TN_PICKLE_OBJECT  /* v: one of the pickle's objects */
};

struct tn_pickle_value {
  int32_t kind;
  uint32_t n;
  int64_t v;
};

enum tn_pickle_object_kind {
  TN_PICKLE_LIST,
  TN_PICKLE_TUPLE,
  TN_PICKLE_DICT,  /* keys and values in turn */
  TN_PICKLE_DTYPE, /* its code, a text, and its byte order, a character as number */
  TN_PICKLE_ARRAY  /* what NumPy keeps of it: version, shape, type, order, values */
};

/* The items of an object stand together among the pickle's items. */
struct tn_pickle_object {
  enum tn_pickle_object_kind kind;
  int64_t first, n, capacity;
};

struct tn_pickle {
  const uint8_t *bytes; /* not owned */
  int64_t n_bytes;
  struct tn_pickle_value top;
  struct tn_pickle_value *item;
  struct tn_pickle_object *object;
  int64_t n_items, items_room, n_objects, objects_room;
};

/* NULL unless the value is an object of this kind. */
const struct tn_pickle_object *tn_pickle_object(const struct tn_pickle *p,
                                                struct tn_pickle_value value,
                                                enum tn_pickle_object_kind kind);
int tn_pickle_text_is(const struct tn_pickle *p, struct tn_pickle_value value, const char *text);

/* The value of a dictionary that stands under a text. */
enum tn_status tn_pickle_entry(const struct tn_pickle *p, struct tn_pickle_value dict,
                               const char *key, struct tn_pickle_value *value,
                               struct tn_error *err) TN_MUST_CHECK;

/* An array: its type and shape, and its values: a list of objects, or a text with the bytes of
 * numbers, as many as the shape says; x->bytes points at the latter. */
enum tn_status tn_pickle_array(const struct tn_pickle *p, struct tn_pickle_value array,
                               struct tn_numbers *x, struct tn_pickle_value *values,
                               struct tn_error *err) TN_MUST_CHECK;

#endif
