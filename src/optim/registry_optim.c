#include "optim/registry_optim.h"

#include <string.h>

static const struct tn_optim_kind *const list[] = {
    &tn_optim_sgd,  &tn_optim_rmsprop, &tn_optim_adagrad, &tn_optim_adadelta,
    &tn_optim_adam, &tn_optim_adamw,   &tn_optim_adamax,  &tn_optim_nadam};

const struct tn_optim_kind *tn_optim_find(const char *name) {
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}
