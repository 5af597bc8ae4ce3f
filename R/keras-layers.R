# What configurations say of each class of layers: one entry per class with the keys of Keras in its order and
# the function that makes the layer here. `layer$config` has the same names nearly everywhere.

# maker: name of the function that makes the layer. keys: in Keras' order. fixed: values of keys that we do not
# have. optional: keys that are written only when they are not NULL; Keras 2 reads them, too. stored: names in
# `layer$config` where they differ. codecs: of keys for which codec_of() does not fit. write(self, config,
# layout), read(config, context): for classes that need more; both change the configuration, the one before it goes
# out, the other before it is taken apart (see keras-exceptions.R). refuse: keys that must be false or null.
keras_layer <- function(maker, keys = character(), fixed = list(), optional = character(), stored = character(),
                        codecs = character(), write = NULL, read = NULL, refuse = character(), class_name = NULL,
                        dtype = "float32") {
  list(maker = maker, keys = keys, fixed = fixed, optional = optional, stored = stored, codecs = codecs,
       write = write, read = read, refuse = refuse, class_name = class_name, dtype = dtype)
}

# kernel_initializer, bias_initializer, ... as they stand in most layers.
weight_keys <- function(..., activity = TRUE) {
  names <- c(...)
  c(paste0(names, "_initializer"), paste0(names, "_regularizer"), if (activity) "activity_regularizer",
    paste0(names, "_constraint"))
}

finish_keys <- c("activation", "use_bias")

window_keys <- c("kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups")

plain_glorot <- list(kernel_initializer = list(module = "keras.initializers", class_name = "GlorotUniform",
                                               config = list(seed = NULL), registered_name = NULL))

depth_keys <- c("depth_multiplier", "depthwise_initializer", "pointwise_initializer", "depthwise_regularizer",
                "pointwise_regularizer", "depthwise_constraint", "pointwise_constraint")

norm_keys <- weight_keys("beta", "gamma", activity = FALSE)

pool_keys <- c("pool_size", "padding", "strides", "data_format")

# Keras has the keys of all pools and steps in another order.
step_pool_keys <- c("strides", "pool_size", "padding", "data_format")

step_keys <- c("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "time_major", "units",
               "activation")

recurrent_keys <- c("dropout", "recurrent_dropout")

keras_recurrent <- function(maker, gates = NULL, forget = NULL, last = NULL) {
  weights <- weight_keys("kernel", "recurrent", "bias")
  keras_layer(maker, c(step_keys, gates, "use_bias", weights[1:3], forget, weights[-(1:3)], recurrent_keys, last),
              fixed = list(time_major = FALSE, implementation = 2L),
              refuse = c("zero_output_for_mask", "num_constants"))
}

keras_layers <- list(
  Dense = keras_layer("layer_dense", c("units", finish_keys, weight_keys("kernel", "bias"))),
  Activation = keras_layer("layer_activation", "activation"),
  Dropout = keras_layer("layer_dropout", c("rate", "noise_shape", "seed")),
  Flatten = keras_layer("layer_flatten", "data_format", fixed = list(data_format = "channels_last")),
  Reshape = keras_layer("layer_reshape", "target_shape"),
  Permute = keras_layer("layer_permute", "dims"),
  RepeatVector = keras_layer("layer_repeat_vector", "n"),
  Embedding = keras_layer("layer_embedding", c("input_dim", "output_dim", "embeddings_initializer",
    "embeddings_regularizer", "activity_regularizer", "embeddings_constraint", "mask_zero", "input_length")),
  Masking = keras_layer("layer_masking", "mask_value"),
  Lambda = keras_layer("layer_lambda", write = write_lambda,
                       read = read_lambda),
  ActivityRegularization = keras_layer("layer_activity_regularization", c("l1", "l2")),
  Rescaling = keras_layer("layer_rescaling", c("scale", "offset")),

  ReLU = keras_layer("layer_activation_relu", c("max_value", "negative_slope", "threshold"),
    stored = c(negative_slope = "alpha"),
    codecs = c(max_value = "float32", negative_slope = "float32", threshold = "float32")),
  LeakyReLU = keras_layer("layer_activation_leaky_relu", "alpha", codecs = c(alpha = "float32")),
  ELU = keras_layer("layer_activation_elu", "alpha", codecs = c(alpha = "float32")),
  ThresholdedReLU = keras_layer("layer_activation_thresholded_relu", "theta", stored = c(theta = "threshold"),
                                codecs = c(theta = "float32")),
  PReLU = keras_layer("layer_activation_parametric_relu",
                      c("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes")),
  Softmax = keras_layer("layer_activation_softmax", "axis"),
  # Keras has no such classes.
  SELU = keras_layer("layer_activation_selu", "activation", fixed = list(activation = "selu"),
                     class_name = "Activation"),
  Ordinal = keras_layer("layer_ordinal", c("units", "cutpoints")),
  Dispersion = keras_layer("layer_dispersion", "start"),
  Scale = keras_layer("layer_scale", c("initial", "members"), optional = "members"),
  ParametricActivation = keras_layer("layer_activation_parametric", c("activation", "start")),
  DenseNTK = keras_layer("layer_dense_ntk", c("units", "members", finish_keys, weight_keys("kernel", "bias")),
                         optional = "members"),
  PBLD = keras_layer("layer_pbld", c("frequencies", "units", "scale", "columns"), codecs = c(columns = "integers")),
  PiecewiseLinear = keras_layer("layer_piecewise_linear", c("bins", "units", "activation", "columns"),
                                optional = "columns", codecs = c(bins = "vectors", columns = "integers")),
  DensePacked = keras_layer("layer_dense_packed", c("units", "members", finish_keys, weight_keys("kernel", "bias"))),
  DenseEnsemble = keras_layer("layer_dense_ensemble",
    c("units", "members", "scale_start", finish_keys, weight_keys("kernel", "bias"))),

  SpatialDropout1D = keras_layer("layer_spatial_dropout_1d", c("rate", "noise_shape", "seed")),
  SpatialDropout2D = keras_layer("layer_spatial_dropout_2d", c("rate", "noise_shape", "seed")),
  GaussianNoise = keras_layer("layer_gaussian_noise", c("stddev", "seed")),
  GaussianDropout = keras_layer("layer_gaussian_dropout", c("rate", "seed")),
  AlphaDropout = keras_layer("layer_alpha_dropout", c("rate", "seed", "noise_shape"), optional = "noise_shape"),

  Add = keras_layer("layer_add"), Subtract = keras_layer("layer_subtract"),
  Multiply = keras_layer("layer_multiply"), Average = keras_layer("layer_average"),
  Maximum = keras_layer("layer_maximum"), Minimum = keras_layer("layer_minimum"),
  Concatenate = keras_layer("layer_concatenate", "axis"),
  Dot = keras_layer("layer_dot", c("axes", "normalize"), codecs = c(axes = "axes")),

  Conv1D = keras_layer("layer_conv_1d", c("filters", window_keys, finish_keys, weight_keys("kernel", "bias"))),
  Conv2D = keras_layer("layer_conv_2d", c("filters", window_keys, finish_keys, weight_keys("kernel", "bias"))),
  Conv2DTranspose = keras_layer("layer_conv_2d_transpose",
    c("filters", window_keys, finish_keys, weight_keys("kernel", "bias"), "output_padding"), fixed = list(groups = 1L)),
  SeparableConv2D = keras_layer("layer_separable_conv_2d",
    c("filters", window_keys, finish_keys, weight_keys("kernel", "bias"), depth_keys),
    fixed = c(list(groups = 1L), plain_glorot)),
  DepthwiseConv2D = keras_layer("layer_depthwise_conv_2d",
    c(window_keys, finish_keys, "bias_initializer", "bias_regularizer", "activity_regularizer", "bias_constraint",
      "depth_multiplier", "depthwise_initializer", "depthwise_regularizer", "depthwise_constraint"),
    fixed = list(groups = 1L)),

  MaxPooling1D = keras_layer("layer_max_pooling_1d", step_pool_keys),
  AveragePooling1D = keras_layer("layer_average_pooling_1d", step_pool_keys),
  MaxPooling2D = keras_layer("layer_max_pooling_2d", pool_keys),
  AveragePooling2D = keras_layer("layer_average_pooling_2d", pool_keys),
  GlobalMaxPooling1D = keras_layer("layer_global_max_pooling_1d", c("data_format", "keepdims")),
  GlobalAveragePooling1D = keras_layer("layer_global_average_pooling_1d", c("data_format", "keepdims")),
  GlobalMaxPooling2D = keras_layer("layer_global_max_pooling_2d", c("data_format", "keepdims")),
  GlobalAveragePooling2D = keras_layer("layer_global_average_pooling_2d", c("data_format", "keepdims")),
  UpSampling1D = keras_layer("layer_upsampling_1d", "size", codecs = c(size = "integer")),
  UpSampling2D = keras_layer("layer_upsampling_2d", c("size", "data_format", "interpolation")),
  ZeroPadding1D = keras_layer("layer_zero_padding_1d", "padding", codecs = c(padding = "sides")),
  ZeroPadding2D = keras_layer("layer_zero_padding_2d", c("padding", "data_format"), codecs = c(padding = "sides")),
  Cropping1D = keras_layer("layer_cropping_1d", "cropping", codecs = c(cropping = "sides")),
  Cropping2D = keras_layer("layer_cropping_2d", c("cropping", "data_format"), codecs = c(cropping = "sides")),

  SimpleRNN = keras_recurrent("layer_simple_rnn"),
  LSTM = keras_recurrent("layer_lstm", "recurrent_activation", "unit_forget_bias", "implementation"),
  GRU = keras_recurrent("layer_gru", "recurrent_activation", last = c("implementation", "reset_after")),
  Bidirectional = keras_layer("bidirectional", write = write_bidirectional,
                              read = read_bidirectional),
  TimeDistributed = keras_layer("time_distributed", write = write_time_distributed,
                                read = read_time_distributed),

  BatchNormalization = keras_layer("layer_batch_normalization",
    c("axis", "momentum", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer",
      "moving_mean_initializer", "moving_variance_initializer", norm_keys[-(1:2)], "fused"),
    optional = "fused", write = write_normalization),
  LayerNormalization = keras_layer("layer_layer_normalization", c("axis", "epsilon", "center", "scale", norm_keys),
    write = write_normalization, refuse = "rms_scaling"),

  TextVectorization = keras_layer("layer_text_vectorization",
    c("max_tokens", "standardize", "split", "ngrams", "output_mode", "output_sequence_length", "pad_to_max_tokens",
      "sparse", "ragged"), fixed = list(sparse = FALSE, ragged = FALSE), dtype = "string",
    codecs = c(ngrams = "lengths", standardize = "method", split = "method"),
    write = write_text_vectorization,
    read = read_text_vectorization, refuse = c("sparse", "ragged"))
)

# Other names of classes, those of earlier versions among them.
keras_aliases <- c(
  CuDNNLSTM = "LSTM", CuDNNGRU = "GRU", MaxPool1D = "MaxPooling1D", MaxPool2D = "MaxPooling2D",
  AvgPool1D = "AveragePooling1D", AvgPool2D = "AveragePooling2D", GlobalMaxPool1D = "GlobalMaxPooling1D",
  GlobalMaxPool2D = "GlobalMaxPooling2D", GlobalAvgPool1D = "GlobalAveragePooling1D",
  GlobalAvgPool2D = "GlobalAveragePooling2D", Convolution1D = "Conv1D", Convolution2D = "Conv2D",
  SeparableConvolution2D = "SeparableConv2D", Convolution2DTranspose = "Conv2DTranspose",
  Deconvolution2D = "Conv2DTranspose", Deconv2D = "Conv2DTranspose", BatchNormalizationV1 = "BatchNormalization",
  BatchNormalizationV2 = "BatchNormalization", LSTMV2 = "LSTM", GRUV2 = "GRU")
