#include "ops/op_inputs.h"

enum tn_status tn_input_check(const struct tn_infer *io, int k, int ids_allowed, const char *what,
                              struct tn_error *err) {
  if (io->in_dtype[k] == TN_CSR) {
    return tn_fail(err, TN_STATUS_ARG,
                   "%s cannot take sparse data, only a first dense layer can: give a dense matrix",
                   what);
  }
  if (io->in_dtype[k] == TN_I32 && !ids_allowed) {
    return tn_fail(err, TN_STATUS_ARG,
                   "%s cannot take whole numbers of type int32: use k_cast(x, \"float32\") first",
                   what);
  }
  return TN_OK;
}

enum tn_status tn_inputs_float(const struct tn_infer *io, const char *what, struct tn_error *err) {
  for (int k = 0; k < io->n_in; k++) {
    TN_TRY(tn_input_check(io, k, 0, what, err));
  }
  return TN_OK;
}
