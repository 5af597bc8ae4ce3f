/* Ops by their names. */
#ifndef TN_OPS_REGISTRY_H
#define TN_OPS_REGISTRY_H

#include "ops/op.h"

/* NULL when there is no op of that name. */
const struct tn_op *tn_op_find(const char *name);
/* configure() of an op that has one, into a zeroed config. */
enum tn_status tn_op_configure(const struct tn_op *op, void *config, const struct tn_attrs *attrs,
                               struct tn_error *err) TN_MUST_CHECK;
/* infer() of an op; fewer inputs than it reads unasked are an error. */
enum tn_status tn_op_infer(const struct tn_op *op, const void *config, struct tn_infer *io,
                           struct tn_error *err) TN_MUST_CHECK;
/* All ops, for tests; ends with NULL. */
const struct tn_op *const *tn_op_list(void);

#endif
