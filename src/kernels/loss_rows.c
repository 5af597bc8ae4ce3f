/* The door to the losses of a row: formulas in loss_cells.c, loss_columns.c, loss_entropy.c,
 * loss_shape.c and loss_whole.c. */
#include "kernels/loss_rows.h"

#include "kernels/loss_cells.h"
#include "kernels/loss_columns.h"
#include "kernels/loss_entropy.h"
#include "kernels/loss_shape.h"
#include "kernels/loss_whole.h"

typedef struct tn_loss_options options;

double tn_loss_row(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                   const float *p) {
  switch (kind) {
    case TN_LOSS_BINARY_CROSSENTROPY: return tn_entropy_binary(o, n, y, p);
    case TN_LOSS_CATEGORICAL_CROSSENTROPY: return tn_entropy_categorical(o, n, y, p);
    case TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY: return tn_entropy_sparse(o, n, y, p);
    case TN_LOSS_CATEGORICAL_HINGE: return tn_loss_categorical_hinge(n, y, p);
    case TN_LOSS_KLD: return tn_loss_kld(n, y, p);
    case TN_LOSS_COSINE: return tn_loss_cosine(n, y, p);
    case TN_LOSS_NEGATIVE_BINOMIAL:
    case TN_LOSS_BETA: return tn_loss_shape(kind, o, n, y, p);
    case TN_LOSS_QUANTILE: return tn_loss_quantile(o, n, y, p);
    case TN_LOSS_DISCRETE_TIME: return tn_loss_discrete_time(o, n, y, p);
    default: return tn_loss_cells(kind, o, n, y, p);
  }
}

void tn_loss_row_gradient(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                          const float *p, double up, float *dp) {
  switch (kind) {
    case TN_LOSS_BINARY_CROSSENTROPY: tn_entropy_binary_gradient(o, n, y, p, up, dp); break;
    case TN_LOSS_CATEGORICAL_CROSSENTROPY:
      tn_entropy_categorical_gradient(o, n, y, p, up, dp);
      break;
    case TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY:
      tn_entropy_sparse_gradient(o, n, y, p, up, dp);
      break;
    case TN_LOSS_CATEGORICAL_HINGE: tn_loss_categorical_hinge_gradient(n, y, p, up, 0, dp); break;
    case TN_LOSS_KLD: tn_loss_kld_gradient(n, y, p, up, dp); break;
    case TN_LOSS_COSINE: tn_loss_cosine_gradient(n, y, p, up, dp); break;
    case TN_LOSS_NEGATIVE_BINOMIAL:
    case TN_LOSS_BETA: tn_loss_shape_gradient(kind, o, n, y, p, up, dp); break;
    case TN_LOSS_QUANTILE: tn_loss_quantile_gradient(o, n, y, p, up, dp); break;
    case TN_LOSS_DISCRETE_TIME: tn_loss_discrete_time_gradient(o, n, y, p, up, dp); break;
    default: tn_loss_cells_gradient(kind, o, n, y, p, up, dp);
  }
}

void tn_loss_row_target_gradient(enum tn_loss_kind kind, const options *o, int64_t n,
                                 const float *y, const float *p, double up, float *dy) {
  switch (kind) {
    case TN_LOSS_BINARY_CROSSENTROPY: tn_entropy_binary_target_gradient(o, n, p, up, dy); break;
    case TN_LOSS_CATEGORICAL_CROSSENTROPY:
      tn_entropy_categorical_target_gradient(o, n, p, up, dy);
      break;
    case TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY: dy[0] = 0; break;
    case TN_LOSS_CATEGORICAL_HINGE: tn_loss_categorical_hinge_gradient(n, y, p, up, 1, dy); break;
    case TN_LOSS_KLD: tn_loss_kld_target_gradient(n, y, p, up, dy); break;
    case TN_LOSS_COSINE: tn_loss_cosine_gradient(n, p, y, up, dy); break;
    case TN_LOSS_NEGATIVE_BINOMIAL:
    case TN_LOSS_BETA: tn_loss_shape_target_gradient(kind, o, n, y, p, up, dy); break;
    case TN_LOSS_QUANTILE: tn_loss_quantile_gradient(o, n, y, p, -up, dy); break;
    case TN_LOSS_DISCRETE_TIME: tn_loss_discrete_time_target_gradient(o, n, y, p, up, dy); break;
    default: tn_loss_cells_target_gradient(kind, o, n, y, p, up, dy);
  }
}

static const char *const names[TN_LOSS_KINDS] = {
    "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error", "binary_crossentropy", "categorical_crossentropy",
    "sparse_categorical_crossentropy", "hinge", "squared_hinge", "categorical_hinge", "huber",
    "logcosh", "poisson", "kullback_leibler_divergence", "cosine_similarity", "gamma", "tweedie",
    "negative_binomial", "beta", "quantile", "discrete_time"};

const char *tn_loss_name(enum tn_loss_kind kind) { return names[kind]; }

int tn_loss_binary_targets(int64_t n, const float *y) {
  for (int64_t i = 0; i < n; i++) {
    if (y[i] != 0 && y[i] != 1) {
      return 0;
    }
  }
  return 1;
}
