/* Every op, by room, with the number of inputs that it reads unasked. The list is written once: a new op is
 * one entry here. */
#ifndef TN_OPS_OP_LIST_H
#define TN_OPS_OP_LIST_H

#include "ops/op.h"

#define TN_OPS(X)                                                                       \
  /* of their own */                                                                    \
  X(constant, 0) X(parameter, 0)                                                        \
  /* elementwise */                                                                     \
  X(activation, 1) X(prelu, 1) X(add, 2) X(subtract, 2) X(multiply, 2) X(divide, 2)     \
  X(power, 2) X(maximum, 2) X(minimum, 2) X(floormod, 2) X(equal, 2) X(not_equal, 2)    \
  X(greater, 2) X(greater_equal, 2) X(less, 2) X(less_equal, 2) X(rescale, 1)           \
  X(unary, 1)                                                                           \
  /* random */                                                                          \
  X(dropout, 1) X(gaussian_noise, 1) X(gaussian_dropout, 1) X(alpha_dropout, 1)         \
  X(random_normal, 0) X(random_uniform, 0)                                              \
  /* reduction */                                                                       \
  X(argmax, 1) X(reduce, 1)                                                             \
  /* shape */                                                                           \
  X(concatenate, 1) X(permute, 1) X(permute_all, 1) X(repeat_vector, 1) X(flatten, 1)   \
  X(reshape, 1) X(reshape_all, 1) X(expand_dims, 1) X(squeeze, 1) X(sizes, 1)           \
  X(fold_steps, 1) X(unfold_steps, 2) X(reverse_steps, 1)                               \
  /* lookup */                                                                          \
  X(embedding, 1) X(gather, 2) X(take, 1)                                               \
  /* masks */                                                                           \
  X(join_masks, 1) X(mask_weights, 1) X(masking, 1)                                     \
  /* losses */                                                                          \
  X(activity_penalty, 1) X(loss_mean_squared_error, 2) X(loss_mean_absolute_error, 2)   \
  X(loss_mean_absolute_percentage_error, 2) X(loss_mean_squared_logarithmic_error, 2)   \
  X(loss_binary_crossentropy, 2) X(loss_categorical_crossentropy, 2)                    \
  X(loss_sparse_categorical_crossentropy, 2) X(loss_hinge, 2) X(loss_squared_hinge, 2)  \
  X(loss_categorical_hinge, 2) X(loss_huber, 2) X(loss_logcosh, 2) X(loss_poisson, 2)   \
  X(loss_kullback_leibler_divergence, 2) X(loss_cosine_similarity, 2) X(loss_gamma, 2)  \
  X(loss_tweedie, 2) X(loss_negative_binomial, 2) X(loss_beta, 2) X(loss_quantile, 2)   \
  X(loss_discrete_time, 2) X(loss_cox, 2)                                               \
  X(weighted_mean, 1) X(weighted_sum, 1)                                                \
  /* products */                                                                        \
  X(batch_dot, 2) X(dense, 1) X(dense_packed, 1) X(matmul, 2)                           \
  /* normalisation */                                                                   \
  X(batch_norm, 1) X(l2_normalize, 1) X(layer_norm, 1)                                  \
  /* images */                                                                          \
  X(zero_padding, 1) X(cropping, 1) X(upsample, 1)                                      \
  /* pooling */                                                                         \
  X(max_pool, 1) X(average_pool, 1) X(global_max_pool, 1) X(global_average_pool, 1)     \
  /* convolution */                                                                     \
  X(conv, 1) X(conv_transpose, 1) X(depthwise_conv, 1)                                  \
  /* recurrent */                                                                       \
  X(gru, 1) X(lstm, 1) X(simple_rnn, 1)

#define TN_DECLARE_OP(name, least) extern const struct tn_op tn_op_##name;
TN_OPS(TN_DECLARE_OP)
#undef TN_DECLARE_OP

#endif
