#include "tensor/attrs.h"

#include <string.h>

const struct tn_attr *tn_attrs_find(const struct tn_attrs *attrs, const char *name) {
  for (int i = 0; attrs != NULL && i < attrs->n; i++) {
    if (strcmp(attrs->item[i].name, name) == 0) {
      return &attrs->item[i];
    }
  }
  return NULL;
}

double tn_attrs_number(const struct tn_attrs *attrs, const char *name, double fallback) {
  const struct tn_attr *item = tn_attrs_find(attrs, name);
  return item != NULL && item->number != NULL && item->count > 0 ? item->number[0] : fallback;
}

int tn_attrs_flag(const struct tn_attrs *attrs, const char *name, int fallback) {
  return tn_attrs_number(attrs, name, fallback) != 0;
}

const char *tn_attrs_text(const struct tn_attrs *attrs, const char *name, const char *fallback) {
  const struct tn_attr *item = tn_attrs_find(attrs, name);
  return item != NULL && item->text != NULL ? item->text : fallback;
}

int tn_attrs_integers(const struct tn_attrs *attrs, const char *name, int capacity, int64_t *out) {
  const struct tn_attr *item = tn_attrs_find(attrs, name);
  if (item == NULL || item->number == NULL) {
    return 0;
  }
  int n = item->count < capacity ? (int)item->count : capacity;
  for (int i = 0; i < n; i++) {
    out[i] = (int64_t)item->number[i];
  }
  return n;
}
