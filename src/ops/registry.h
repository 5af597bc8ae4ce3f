/* Ops by their names. */
#ifndef TN_OPS_REGISTRY_H
#define TN_OPS_REGISTRY_H

#include "ops/op.h"

/* NULL when there is no op of that name. */
const struct tn_op *tn_op_find(const char *name);
/* All ops, for tests; ends with NULL. */
const struct tn_op *const *tn_op_list(void);

#endif
