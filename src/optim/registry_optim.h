/* Every kind of optimizer. */
#ifndef TN_OPTIM_REGISTRY_OPTIM_H
#define TN_OPTIM_REGISTRY_OPTIM_H

#include "optim/optim_kind.h"

/* optim_simple.c and optim_adam.c */
extern const struct tn_optim_kind tn_optim_sgd, tn_optim_rmsprop, tn_optim_adagrad,
    tn_optim_adadelta, tn_optim_adam, tn_optim_adamw, tn_optim_adamax, tn_optim_nadam;

/* NULL when there is no kind of that name. */
const struct tn_optim_kind *tn_optim_find(const char *name);

#endif
