#include <string.h>

#include "ops/op.h"
#include "ops/ops_conv.h"
#include "ops/ops_core.h"
#include "ops/ops_image.h"
#include "ops/ops_loss.h"
#include "ops/ops_recurrent.h"
#include "ops/ops_tensor.h"

static const struct tn_op *const list[] = {
    &tn_op_dense, &tn_op_activation, &tn_op_prelu, &tn_op_flatten, &tn_op_reshape,
    &tn_op_reshape_all, &tn_op_permute, &tn_op_repeat_vector, &tn_op_dropout,
    &tn_op_gaussian_noise, &tn_op_gaussian_dropout, &tn_op_alpha_dropout, &tn_op_embedding,
    &tn_op_masking, &tn_op_rescale, &tn_op_activity_penalty, &tn_op_join_masks, &tn_op_batch_norm,
    &tn_op_layer_norm, &tn_op_fold_steps, &tn_op_unfold_steps, &tn_op_reverse_steps, &tn_op_conv,
    &tn_op_conv_transpose, &tn_op_depthwise_conv, &tn_op_max_pool, &tn_op_average_pool,
    &tn_op_global_max_pool, &tn_op_global_average_pool, &tn_op_upsample, &tn_op_zero_padding,
    &tn_op_cropping, &tn_op_simple_rnn, &tn_op_lstm, &tn_op_gru,
    &tn_op_add, &tn_op_subtract, &tn_op_multiply, &tn_op_divide, &tn_op_power, &tn_op_maximum,
    &tn_op_minimum, &tn_op_floormod, &tn_op_equal, &tn_op_not_equal, &tn_op_greater,
    &tn_op_greater_equal, &tn_op_less, &tn_op_less_equal, &tn_op_unary, &tn_op_reduce,
    &tn_op_argmax, &tn_op_constant, &tn_op_parameter, &tn_op_concatenate, &tn_op_gather,
    &tn_op_matmul, &tn_op_l2_normalize, &tn_op_batch_dot, &tn_op_expand_dims, &tn_op_squeeze,
    &tn_op_permute_all, &tn_op_take, &tn_op_sizes, &tn_op_random_normal, &tn_op_random_uniform,
    &tn_op_loss_mean_squared_error, &tn_op_loss_mean_absolute_error,
    &tn_op_loss_mean_absolute_percentage_error, &tn_op_loss_mean_squared_logarithmic_error,
    &tn_op_loss_binary_crossentropy, &tn_op_loss_categorical_crossentropy,
    &tn_op_loss_sparse_categorical_crossentropy, &tn_op_loss_hinge, &tn_op_loss_squared_hinge,
    &tn_op_loss_categorical_hinge, &tn_op_loss_huber, &tn_op_loss_logcosh, &tn_op_loss_poisson,
    &tn_op_loss_kullback_leibler_divergence, &tn_op_loss_cosine_similarity,
    &tn_op_weighted_mean, &tn_op_weighted_sum, &tn_op_mask_weights,
    NULL};

const struct tn_op *const *tn_op_list(void) { return list; }

const struct tn_op *tn_op_find(const char *name) {
  for (int i = 0; list[i] != NULL; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}

struct tn_stream tn_call_stream(const struct tn_call *call, enum tn_purpose purpose) {
  return tn_stream_make(call->seed, purpose, call->node, call->step);
}
