# Every argument of an exported function that is a number, with values that are none it can take.

number_arguments <- c(
  "alpha", "axes", "axis", "baseline", "batch_size", "beta_1", "beta_2", "brightness_range", "channel_shift_range", "class_id", "cooldown", "cropping", "cval",
  "decay_rate", "decay_steps", "delta", "depth_multiplier", "digits", "dilation_rate", "dim", "dims", "dropout",
  "end_index", "epochs", "epsilon", "factor", "filters", "frequencies", "gain", "grid_size", "height_shift_range", "groups", "hash", "index",
  "index_from", "initial", "initial_accumulator_value", "initial_epoch", "initial_learning_rate", "input_dim",
  "input_length", "k", "k_folds", "kernel_size", "l", "l1", "l2", "label_smoothing", "learning_rate",
  "length", "mask_value", "max_df", "max_features", "max_tokens", "max_value", "maxlen", "maxval", "mean", "members",
  "min_delta", "min_df", "min_lr", "min_value", "minval", "momentum", "n", "N_layers", "n_repeats",
  "negative_samples", "negative_slope", "Nepochs", "ngrams", "num_classes", "num_labels", "num_thresholds",
  "num_words", "offset", "oov_char", "order", "output_dim", "output_padding", "output_sequence_length",
  "patience", "period", "pool_size", "pTraining", "rate", "recurrent_dropout", "rescale", "rho", "rotation_range", "rounds", "sampling_factor",
  "sampling_rate", "scale", "seed", "shear_range", "size", "skip_top", "start_char", "start", "start_index", "stddev", "steps",
  "steps_per_epoch", "stride", "strides", "test_split", "theta", "threshold", "thresholds", "top_k", "units",
  "validation_split", "validation_steps", "value", "verbose", "vocabulary_size", "window_size", "width_shift_range", "zca_epsilon", "zero_division", "zoom_range"
)

# Of integer64 the bits, which are those of a tiny double.
bad_numbers <- list(
  "NA" = NA, "NaN" = NaN, "Inf" = Inf, "-Inf" = -Inf, "-1" = -1, "0" = 0, "1.5" = 1.5, "1e10" = 1e10,
  "1e300" = 1e300, "text" = "a", "two" = c(1, 2), "none" = numeric(), "NULL" = NULL, "TRUE" = TRUE,
  "list" = list(1, "a"), "function" = function(x) x, "raw" = as.raw(1), "complex" = 1i,
  "integer64" = structure(4.94065645841247e-324, class = "integer64"),
  "difftime" = as.difftime(1, units = "days")
)

# Working arguments of exported functions; those left out work without, or are no business of numbers.
working_arguments <- function() {
  x <- matrix(c(1, 0, 0, 1, 1, 1), 6, 4)
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 4)
  compile(model, "sgd", "mse")
  y <- matrix(0, 6, 2)
  d <- data.frame(a = c(1:7, 3), b = 8:1, f = factor(rep(c("u", "v"), 4)))
  kms_args <- list(f ~ a + b, d, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  fitted <- do.call(kms, kms_args)
  generator <- function() list(x, y)
  tensor <- k_constant(x)
  images <- array(x, c(6, 2, 2, 1))
  quiet <- list(verbose = 0)
  list(
    array_reshape = list(x, dim = c(4, 6)), callback_early_stopping = list(), callback_learning_rate_scheduler = list(identity),
    callback_model_checkpoint = list("a.rds"), callback_reduce_lr_on_plateau = list(), classification_report = list(d$f, d$f),
    confusion = list(fitted, d$f, d$f), constraint_maxnorm = list(), constraint_minmaxnorm = list(), constraint_unitnorm = list(),
    evaluate = list(model, x, y, verbose = 0), fit = list(model, x, y, epochs = 1, verbose = 0),
    get_layer = list(model, index = 1), importance = list(fitted, d), initializer_constant = list(), initializer_identity = list(),
    initializer_orthogonal = list(), initializer_random_normal = list(), initializer_random_uniform = list(),
    initializer_truncated_normal = list(), initializer_variance_scaling = list(), k_one_hot = list(0, num_classes = 2),
    initializer_glorot_normal = list(), initializer_glorot_uniform = list(), initializer_he_normal = list(), initializer_he_uniform = list(),
    initializer_lecun_normal = list(), initializer_lecun_uniform = list(),
    k_argmax = list(tensor), k_expand_dims = list(tensor), k_max = list(tensor), k_mean = list(tensor), k_min = list(tensor), k_sum = list(tensor),
    k_prod = list(tensor), k_std = list(tensor), k_var = list(tensor), k_squeeze = list(k_expand_dims(tensor), axis = 3), k_concatenate = list(list(tensor, tensor)), k_softmax = list(tensor),
    k_l2_normalize = list(tensor), k_random_normal = list(c(2, 2)), k_random_uniform = list(c(2, 2)), k_stack = list(list(tensor, tensor)),
    k_set_epsilon = list(epsilon = 1e-7), kms = kms_args, kms_kcv = c(kms_args[1:2], k_folds = 2, kms_args[setdiff(names(kms_args), c("", "pTraining"))]),
    layer_activation_elu = list(), layer_activation_leaky_relu = list(), layer_activation_relu = list(), layer_activation_softmax = list(),
    layer_activation_thresholded_relu = list(), layer_activity_regularization = list(), layer_alpha_dropout = list(rate = 0.5),
    layer_average_pooling_1d = list(), layer_average_pooling_2d = list(), layer_batch_normalization = list(), layer_concatenate = list(),
    layer_conv_1d = list(filters = 2, kernel_size = 2), layer_conv_2d = list(filters = 2, kernel_size = 2),
    layer_conv_2d_transpose = list(filters = 2, kernel_size = 2), layer_cropping_1d = list(), layer_cropping_2d = list(),
    layer_dense = list(units = 2), layer_dense_ntk = list(units = 2), layer_pbld = list(), layer_dense_packed = list(units = 2, members = 2),
    layer_dense_ensemble = list(units = 2, members = 2), layer_piecewise_linear = list(bins = list(0:1, 0:1, 0:1, 0:1)), quantile_bins = list(matrix(1:8, 4)), layer_scale = list(),
    layer_activation_parametric = list("relu"), layer_depthwise_conv_2d = list(kernel_size = 2), layer_dot = list(axes = 1), layer_dropout = list(rate = 0.5),
    layer_embedding = list(input_dim = 3, output_dim = 2), layer_gaussian_dropout = list(rate = 0.5), layer_gaussian_noise = list(stddev = 1),
    layer_gru = list(units = 2), layer_layer_normalization = list(), layer_lstm = list(units = 2), layer_masking = list(), layer_ordinal = list(units = 3),
    layer_max_pooling_1d = list(), layer_max_pooling_2d = list(), layer_permute = list(dims = 1), layer_repeat_vector = list(n = 2),
    layer_rescaling = list(scale = 1), layer_separable_conv_2d = list(filters = 2, kernel_size = 2), layer_simple_rnn = list(units = 2),
    layer_spatial_dropout_1d = list(rate = 0.5), layer_spatial_dropout_2d = list(rate = 0.5), layer_text_vectorization = list(),
    layer_upsampling_1d = list(), layer_upsampling_2d = list(), layer_zero_padding_1d = list(), layer_zero_padding_2d = list(),
    learning_rate_schedule_exponential_decay = list(0.1, 1, 0.5), learning_rate_schedule_inverse_time_decay = list(0.1, 1, 0.5),
    learning_rate_schedule_cosine_decay = list(0.1, 1), learning_rate_schedule_polynomial_decay = list(0.1, 1),
    learning_rate_schedule_coslog = list(0.1, 1), optimizer_adamw = list(), loss_binary_crossentropy = list(), loss_categorical_crossentropy = list(),
    loss_huber = list(), loss_negative_binomial = list(), loss_mean_squared_error = list(), loss_sparse_categorical_crossentropy = list(), loss_cosine_similarity = list(),
    make_sampling_table = list(3), metric_auc = list(), metric_binary_accuracy = list(), metric_precision = list(), metric_recall = list(),
    metric_sparse_top_k_categorical_accuracy = list(), metric_top_k_categorical_accuracy = list(), metric_true_positives = list(),
    metric_false_positives = list(), metric_true_negatives = list(), metric_false_negatives = list(),
    normalize = list(x), optimizer_adadelta = list(), optimizer_adagrad = list(), optimizer_adam = list(), optimizer_adamax = list(),
    optimizer_nadam = list(), optimizer_rmsprop = list(), optimizer_sgd = list(), pad_sequences = list(list(1, 2:3)), plot_confusion = list(fitted, d$f, d$f),
    partial_dependence = list(fitted, "a", d),
    predict_classes = list(model, x), predict_proba = list(model, x), regularizer_l1 = list(), regularizer_l2 = list(), regularizer_l1_l2 = list(),
    skipgrams = list(1:4, vocabulary_size = 5), text_hashing_trick = list("a b", 5), text_one_hot = list("a b", 5), text_tokenizer = list(),
    text_vectorizer = list(), timeseries_generator = list(1:10, 1:10, 3), to_categorical = list(0:1),
    image_data_generator = list(), flow_images_from_data = list(images), fit_image_data_generator = list(image_data_generator(), images),
    use_session_with_seed = list(seed = 1, quiet = TRUE), fit_generator = list(model, generator, steps_per_epoch = 1, epochs = 1, verbose = 0),
    evaluate_generator = list(model, generator, steps = 1), predict_generator = list(model, generator, steps = 1)
  )
}

# "taken", "refused" with a classed error, or what R said.
outcome_of <- function(f, arguments, name, value) {
  arguments[name] <- list(value)
  out <- tryCatch({
    suppressMessages(do.call(f, arguments))
    "taken"
  }, tildenet_error = function(e) "refused", tildenet_warning = function(w) "taken",
  error = function(e) paste("error:", conditionMessage(e)), warning = function(w) paste("warning:", conditionMessage(w)))
  out
}
