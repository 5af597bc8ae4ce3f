#include "ops/registry.h"

#include <string.h>

#include "ops/op_list.h"

#define TABLE(name, least) &tn_op_##name,
static const struct tn_op *const list[] = {TN_OPS(TABLE) NULL};

#define LEAST(name, least) least,
static const int least_inputs[] = {TN_OPS(LEAST)};

const struct tn_op *const *tn_op_list(void) { return list; }

const struct tn_op *tn_op_find(const char *name) {
  for (int i = 0; list[i] != NULL; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}

enum tn_status tn_op_configure(const struct tn_op *op, void *config, const struct tn_attrs *attrs,
                               struct tn_error *err) {
  return op->configure == NULL ? TN_OK : op->configure(config, attrs, err);
}

enum tn_status tn_op_infer(const struct tn_op *op, const void *config, struct tn_infer *io,
                           struct tn_error *err) {
  for (int i = 0; list[i] != NULL; i++) {
    if (list[i] == op && io->n_in < least_inputs[i]) {
      return tn_fail(err, TN_STATUS_SHAPE, "op \"%s\" needs %d inputs, not %d", op->name, least_inputs[i],
                     io->n_in);
    }
  }
  return op->infer(config, io, err);
}
