#include "ops/registry.h"

#include <string.h>

#include "ops/op_list.h"

#define TABLE(name, least, most) &tn_op_##name,
static const struct tn_op *const list[] = {TN_OPS(TABLE) NULL};

#define COUNTS(name, least, most) {least, most},
static const struct {
  int least, most;
} inputs[] = {TN_OPS(COUNTS)};

const struct tn_op *const *tn_op_list(void) { return list; }

const struct tn_op *tn_op_find(const char *name) {
  for (int i = 0; list[i] != NULL; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}

enum tn_status tn_op_infer(const struct tn_op *op, const void *config, struct tn_infer *io,
                           struct tn_error *err) {
  for (int i = 0; list[i] != NULL; i++) {
    if (list[i] == op && (io->n_in < inputs[i].least || io->n_in > inputs[i].most)) {
      return tn_fail(err, TN_STATUS_SHAPE, "op \"%s\" takes %d to %d inputs, not %d", op->name,
                     inputs[i].least, inputs[i].most, io->n_in);
    }
  }
  return op->infer(config, io, err);
}
