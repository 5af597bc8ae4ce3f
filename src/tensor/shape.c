#include "tensor/shape.h"

#include <stdio.h>
#include <string.h>

int64_t tn_shape_size(const struct tn_shape *s) {
  int64_t n = 1;
  for (int k = 0; k < s->rank; k++) {
    n *= s->dim[k];
  }
  return n;
}

int64_t tn_shape_last(const struct tn_shape *s) { return s->rank == 0 ? 1 : s->dim[s->rank - 1]; }

int64_t tn_shape_rows(const struct tn_shape *s) {
  int64_t n = 1;
  for (int k = 0; k + 1 < s->rank; k++) {
    n *= s->dim[k];
  }
  return n;
}

int tn_shape_equal(const struct tn_shape *a, const struct tn_shape *b) {
  return a->rank == b->rank &&
         (a->rank == 0 || memcmp(a->dim, b->dim, (size_t)a->rank * sizeof a->dim[0]) == 0);
}

struct tn_shape tn_shape_make(int rank, const int64_t *dim) {
  struct tn_shape s;
  memset(&s, 0, sizeof s);
  s.rank = rank;
  for (int k = 0; k < rank; k++) {
    s.dim[k] = dim[k];
  }
  return s;
}

struct tn_shape tn_shape_1(int64_t a) { return tn_shape_make(1, &a); }

struct tn_shape tn_shape_2(int64_t a, int64_t b) {
  int64_t dim[2] = {a, b};
  return tn_shape_make(2, dim);
}

const char *tn_shape_text(const struct tn_shape *s, char *text, int size) {
  int at = snprintf(text, (size_t)size, "(");
  for (int k = 0; k < s->rank && at < size; k++) {
    at += snprintf(text + at, (size_t)(size - at), "%s%lld", k == 0 ? "" : ", ",
                   (long long)s->dim[k]);
  }
  if (at < size) {
    snprintf(text + at, (size_t)(size - at), ")");
  }
  return text;
}
