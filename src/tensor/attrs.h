/* Named options of an op, optimizer, initializer or metric as they come from R: numbers or a string. */
#ifndef TN_TENSOR_ATTRS_H
#define TN_TENSOR_ATTRS_H

#include <stdint.h>

#include "platform/status.h"

struct tn_attr {
  const char *name;
  const double *number; /* count values; NULL for a string */
  int64_t count;
  const char *text;     /* NULL for numbers */
};

struct tn_attrs {
  const struct tn_attr *item;
  int n;
};

const struct tn_attr *tn_attrs_find(const struct tn_attrs *attrs, const char *name);
/* The number, or fallback when the name is not there. */
double tn_attrs_number(const struct tn_attrs *attrs, const char *name, double fallback);
int tn_attrs_flag(const struct tn_attrs *attrs, const char *name, int fallback);
const char *tn_attrs_text(const struct tn_attrs *attrs, const char *name, const char *fallback);
/* Up to capacity whole numbers; returns how many there are (0 when absent). */
int tn_attrs_integers(const struct tn_attrs *attrs, const char *name, int capacity, int64_t *out);

#endif
