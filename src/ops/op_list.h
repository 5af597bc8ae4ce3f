/* Every op, by room. The list is written once: a new op is one word here. */
#ifndef TN_OPS_OP_LIST_H
#define TN_OPS_OP_LIST_H

#include "ops/op.h"

#define TN_OPS(X)                                                                       \
  /* of their own */                                                                    \
  X(constant) X(parameter)                                                              \
  /* elementwise */                                                                     \
  X(activation) X(prelu) X(add) X(subtract) X(multiply) X(divide) X(power) X(maximum)   \
  X(minimum) X(floormod) X(equal) X(not_equal) X(greater) X(greater_equal) X(less)      \
  X(less_equal) X(rescale) X(unary)                                                     \
  /* random */                                                                          \
  X(dropout) X(gaussian_noise) X(gaussian_dropout) X(alpha_dropout) X(random_normal)    \
  X(random_uniform)                                                                     \
  /* reduction */                                                                       \
  X(argmax) X(reduce)                                                                   \
  /* shape */                                                                           \
  X(concatenate) X(permute) X(permute_all) X(repeat_vector) X(flatten) X(reshape)       \
  X(reshape_all) X(expand_dims) X(squeeze) X(sizes) X(fold_steps) X(unfold_steps)       \
  X(reverse_steps)                                                                      \
  /* lookup */                                                                          \
  X(embedding) X(gather) X(take)                                                        \
  /* masks */                                                                           \
  X(join_masks) X(mask_weights) X(masking)                                              \
  /* losses */                                                                          \
  X(activity_penalty) X(loss_mean_squared_error) X(loss_mean_absolute_error)            \
  X(loss_mean_absolute_percentage_error) X(loss_mean_squared_logarithmic_error)         \
  X(loss_binary_crossentropy) X(loss_categorical_crossentropy)                          \
  X(loss_sparse_categorical_crossentropy) X(loss_hinge) X(loss_squared_hinge)           \
  X(loss_categorical_hinge) X(loss_huber) X(loss_logcosh) X(loss_poisson)               \
  X(loss_kullback_leibler_divergence) X(loss_cosine_similarity) X(weighted_mean)        \
  X(weighted_sum)                                                                       \
  /* products */                                                                        \
  X(batch_dot) X(dense) X(matmul)                                                       \
  /* normalisation */                                                                   \
  X(batch_norm) X(l2_normalize) X(layer_norm)                                           \
  /* images */                                                                          \
  X(zero_padding) X(cropping) X(upsample)                                               \
  /* pooling */                                                                         \
  X(max_pool) X(average_pool) X(global_max_pool) X(global_average_pool)                 \
  /* convolution */                                                                     \
  X(conv) X(conv_transpose) X(depthwise_conv)                                           \
  /* recurrent */                                                                       \
  X(gru) X(lstm) X(simple_rnn)

#define TN_DECLARE_OP(name) extern const struct tn_op tn_op_##name;
TN_OPS(TN_DECLARE_OP)
#undef TN_DECLARE_OP

#endif
