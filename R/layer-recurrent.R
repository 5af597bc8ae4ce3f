#' Recurrent layers
#'
#' Input (samples, steps, features); output the state after the last step, (samples, units), or with
#' `return_sequences` after every step, (samples, steps, units).
#'
#' `layer_simple_rnn()`: h = act(x W + h U + b).
#'
#' `layer_lstm()`: gates i, f, o = recurrent_act(x W + h U + b), candidate g = act(x W + h U + b), cell
#' state c = f c + i g, output h = o act(c); the columns of W, U and b stand in the order i, f, g, o.
#'
#' `layer_gru()`: gates z, r = recurrent_act(x W + h U + b), h = z h + (1 - z) g, columns in the order
#' z, r, g. With `reset_after` g = act(x W + b + r (h U + b2)), and b has the shape (2, 3 units);
#' without it g = act(x W + (r h) U + b).
#'
#' `layer_cudnn_lstm()` and `layer_cudnn_gru()` are the same layers with the defaults of those names;
#' there is no graphics card involved.
#'
#' Weights: kernel W (features, k units), recurrent kernel U (units, k units) and bias, k being 1, 4
#' and 3.
#'
#' Masked steps ([layer_masking()], `mask_zero` of [layer_embedding()]) keep the states and repeat the
#' last output. With `return_state` a list of tensors is returned: the output, then h, for an LSTM h
#' and c. Dropout masks are drawn once per batch and kept over all steps; with `recurrent_dropout` each
#' gate has its own.
#'
#' A layer that is called takes first states, `layer(x, initial_state = list(h, c))` (for one state a
#' tensor will do), and sends gradients back into them.
#' @inheritParams layers
#' @param units Size of the state.
#' @param activation,recurrent_activation Names or `activation_*()` functions. R functions of one's own
#'   are not taken: the steps run inside the engine. Scripts of 2017 to 2021 had
#'   `recurrent_activation = "hard_sigmoid"` by default.
#' @param use_bias Whether to add b.
#' @param return_sequences `TRUE`: the outputs of all steps.
#' @param return_state `TRUE`: the last states as well.
#' @param go_backwards `TRUE`: the last step comes first, in the output as well.
#' @param stateful `TRUE`: sample i of a batch continues sample i of the batch before. Needs a fixed
#'   batch size (`batch_input_shape` or `batch_size`); see [reset_states()].
#' @param time_major Only `FALSE`: samples come first.
#' @param unroll Accepted, has no effect.
#' @param kernel_initializer,recurrent_initializer,bias_initializer See [initializers].
#' @param unit_forget_bias `TRUE`: the bias of the forget gate starts at 1.
#' @param reset_after See above; scripts of 2017 to 2021 had `FALSE` by default.
#' @param kernel_regularizer,recurrent_regularizer,bias_regularizer,activity_regularizer See
#'   [regularizers].
#' @param kernel_constraint,recurrent_constraint,bias_constraint See [constraints].
#' @param dropout,recurrent_dropout Shares of the inputs and of the state to drop in training.
#' @param ... `initial_state` when `object` is a tensor; `input_length`, `input_dim` and
#'   `implementation` of old scripts.
#' @returns As [layers] says; with `return_state` a list of tensors.
#' @section Errors:
#' Inputs without three axes, initial states that do not fit, stateful layers without a fixed batch size.
#' @references Elman (Cognitive Science 1990); Hochreiter and Schmidhuber (Neural Computation 1997);
#'   Gers, Schmidhuber and Cummins (Neural Computation 2000) and Jozefowicz, Zaremba and Sutskever
#'   (ICML 2015) for the forget gate and its bias; Cho et al. (EMNLP 2014); Gal and Ghahramani (NIPS
#'   2016) for dropout.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_embedding(100, 8, mask_zero = TRUE, input_length = 5) %>%
#'   layer_lstm(units = 4) %>%
#'   layer_dense(1, activation = "sigmoid")
#' predict(model, matrix(c(7, 3, 0, 0, 0, 1, 2, 3, 4, 5), 2, byrow = TRUE))
#'
#' x <- layer_input(shape = c(5, 2))
#' c(output, h, c) %<-% layer_lstm(x, units = 3, return_sequences = TRUE, return_state = TRUE)
#' output
#' @name layer_lstm
NULL

#' @rdname layer_lstm
#' @export
layer_simple_rnn <- function(object, units, activation = "tanh", use_bias = TRUE,
                             return_sequences = FALSE, return_state = FALSE, go_backwards = FALSE,
                             stateful = FALSE, unroll = FALSE,
                             kernel_initializer = "glorot_uniform",
                             recurrent_initializer = "orthogonal", bias_initializer = "zeros",
                             kernel_regularizer = NULL, recurrent_regularizer = NULL,
                             bias_regularizer = NULL, activity_regularizer = NULL,
                             kernel_constraint = NULL, recurrent_constraint = NULL,
                             bias_constraint = NULL, dropout = 0, recurrent_dropout = 0, ...,
                             input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                             dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  recurrent_layer("SimpleRNN", object, rlang::current_env(), list(...))
}

#' @rdname layer_lstm
#' @export
layer_lstm <- function(object, units, activation = "tanh", recurrent_activation = "sigmoid",
                       use_bias = TRUE, return_sequences = FALSE, return_state = FALSE,
                       go_backwards = FALSE, stateful = FALSE, time_major = FALSE, unroll = FALSE,
                       kernel_initializer = "glorot_uniform", recurrent_initializer = "orthogonal",
                       bias_initializer = "zeros", unit_forget_bias = TRUE,
                       kernel_regularizer = NULL, recurrent_regularizer = NULL,
                       bias_regularizer = NULL, activity_regularizer = NULL,
                       kernel_constraint = NULL, recurrent_constraint = NULL,
                       bias_constraint = NULL, dropout = 0, recurrent_dropout = 0, ...,
                       input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                       dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  recurrent_layer("LSTM", object, rlang::current_env(), list(...))
}

#' @rdname layer_lstm
#' @export
layer_gru <- function(object, units, activation = "tanh", recurrent_activation = "sigmoid",
                      use_bias = TRUE, return_sequences = FALSE, return_state = FALSE,
                      go_backwards = FALSE, stateful = FALSE, unroll = FALSE, time_major = FALSE,
                      reset_after = TRUE, kernel_initializer = "glorot_uniform",
                      recurrent_initializer = "orthogonal", bias_initializer = "zeros",
                      kernel_regularizer = NULL, recurrent_regularizer = NULL,
                      bias_regularizer = NULL, activity_regularizer = NULL,
                      kernel_constraint = NULL, recurrent_constraint = NULL,
                      bias_constraint = NULL, dropout = 0, recurrent_dropout = 0, ...,
                      input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                      dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  recurrent_layer("GRU", object, rlang::current_env(), list(...))
}

#' @rdname layer_lstm
#' @export
layer_cudnn_lstm <- function(object, units, kernel_initializer = "glorot_uniform",
                             recurrent_initializer = "orthogonal", bias_initializer = "zeros",
                             unit_forget_bias = TRUE, kernel_regularizer = NULL,
                             recurrent_regularizer = NULL, bias_regularizer = NULL,
                             activity_regularizer = NULL, kernel_constraint = NULL,
                             recurrent_constraint = NULL, bias_constraint = NULL,
                             return_sequences = FALSE, return_state = FALSE, stateful = FALSE, ...,
                             input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                             dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  recurrent_layer("LSTM", object, rlang::current_env(), list(...), prefix = "CuDNN")
}

#' @rdname layer_lstm
#' @export
layer_cudnn_gru <- function(object, units, kernel_initializer = "glorot_uniform",
                            recurrent_initializer = "orthogonal", bias_initializer = "zeros",
                            kernel_regularizer = NULL, recurrent_regularizer = NULL,
                            bias_regularizer = NULL, activity_regularizer = NULL,
                            kernel_constraint = NULL, recurrent_constraint = NULL,
                            bias_constraint = NULL, return_sequences = FALSE, return_state = FALSE,
                            stateful = FALSE, ..., input_shape = NULL, batch_input_shape = NULL,
                            batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                            weights = NULL) {
  recurrent_layer("GRU", object, rlang::current_env(), list(...), prefix = "CuDNN")
}
