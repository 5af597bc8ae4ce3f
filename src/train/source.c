#include "train/source.h"

#include <string.h>

#include "platform/alloc.h"

void tn_source_empty(struct tn_source *s) {
  tn_free(s->data);
  s->data = NULL;
  tn_csr_owned_free(&s->csr);
  s->shape.dim[0] = 0;
}

void tn_source_free(struct tn_source *s) {
  if (s == NULL) {
    return;
  }
  tn_source_empty(s);
  tn_free(s);
}

void tn_source_load(const struct tn_source *s, const int64_t *row, int64_t from, int64_t n,
                    struct tn_tensor *t) {
  if (s->dtype == TN_CSR) {
    t->csr.matrix = &s->csr.view;
    t->csr.row = row;
    t->csr.n = n;
    return;
  }
  if (row == NULL) {
    t->data = s->data + from * s->row_size;
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    memcpy(t->data + i * s->row_size, s->data + row[i] * s->row_size,
           (size_t)s->row_size * sizeof(float));
  }
}
