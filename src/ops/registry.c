#include "ops/registry.h"

#include <string.h>

#include "ops/op_list.h"

#define TABLE(name) &tn_op_##name,
static const struct tn_op *const list[] = {TN_OPS(TABLE) NULL};

const struct tn_op *const *tn_op_list(void) { return list; }

const struct tn_op *tn_op_find(const char *name) {
  for (int i = 0; list[i] != NULL; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}
