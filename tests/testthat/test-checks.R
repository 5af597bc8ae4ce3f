# Which bad numbers an argument may take, by its name; all others are errors of ours. Classed numbers are
# read by value: these are 1 and 1 day.
any_number <- c("-1", "0", "1.5", "1e10", "TRUE", "integer64", "difftime")
from_zero <- setdiff(any_number, "-1")
classed <- c("integer64", "difftime")
seed <- c("0", "-1", "1e10", "NULL", classed)
counted <- c(classed, "NULL")
taken_numbers <- list(
  alpha = c(any_number, "NULL"), axes = c("-1", "0", "two", classed), axis = c("-1", "0", "two", "NULL", classed),
  baseline = c(any_number, "Inf", "-Inf", "NULL"), class_id = c("0", counted), cooldown = c(from_zero, "Inf"),
  brightness_range = c("two", "NULL"), channel_shift_range = from_zero, cval = any_number, height_shift_range = c(from_zero, "two"),
  beta_1 = "0", beta_2 = "0", dilation_rate = "two", decay_rate = from_zero, decay_steps = from_zero, delta = from_zero, digits = c("0", counted),
  dim = c("NA", "NaN", "-1", "NULL"), dropout = "0", end_index = counted, epochs = "0", epsilon = c(from_zero, "NULL"),
  factor = "0", gain = any_number, groups = "NULL", index = "-1", initial = any_number, initial_accumulator_value = from_zero, initial_epoch = "0",
  initial_learning_rate = from_zero, input_length = c("NA", "two", "NULL"), kernel_size = "two", l = from_zero, l1 = from_zero,
  l2 = from_zero, label_smoothing = c("0", "TRUE"), learning_rate = from_zero, mask_value = any_number,
  max_df = c("0", "TRUE"), max_value = c(from_zero, "Inf", "NULL"), maxlen = "0", maxval = any_number, mean = any_number,
  min_delta = any_number, min_df = c("0", "TRUE"), min_lr = from_zero, min_value = from_zero, minval = any_number,
  momentum = c("0", "TRUE"), N_layers = "0", negative_samples = from_zero, negative_slope = any_number, ngrams = c("two", "NULL"),
  offset = any_number, order = c(from_zero, "Inf"), output_padding = c("0", "two", "NULL"), patience = c(from_zero, "Inf"),
  pool_size = "two", pTraining = "TRUE", rate = c("0", "TRUE"), recurrent_dropout = "0", rescale = c(any_number, "NULL"), rho = "0", rotation_range = from_zero,
  sampling_factor = from_zero, scale = any_number, seed = c(seed, "list"), shear_range = from_zero, size = c("0", "two"), start = any_number, start_index = "0", stddev = from_zero,
  strides = c("two", "NULL"), theta = from_zero, threshold = any_number, thresholds = c("0", "NULL"),
  validation_split = "0", value = any_number, verbose = c("0", "1.5", "TRUE"), width_shift_range = c(from_zero, "two"), window_size = "0", zca_epsilon = setdiff(from_zero, "0"),
  zero_division = any_number, zoom_range = c(from_zero, "two")
)

# Every value is tried on every argument over all functions; of the many layers each takes its turn.
tried_values <- function(k) bad_numbers[(k * 3 + 0:3 * 5) %% length(bad_numbers) + 1]

test_that("numbers that are none are refused by every exported function in words of ours", {
  withr::local_dir(withr::local_tempdir())
  k_clear_session()
  epsilon <- k_epsilon()
  withr::defer(k_set_epsilon(epsilon))
  working <- working_arguments()
  k <- 0
  wrong <- character()
  for (name in names(working)) {
    f <- getExportedValue("tildenet", name)
    takes <- names(formals(if (name %in% c("fit", "evaluate")) get(paste0(name, ".tildenet_model")) else f))
    numbers <- if (startsWith(name, "text_")) setdiff(number_arguments, "filters") else number_arguments
    for (arg in intersect(takes, numbers)) {
      k <- k + 1
      values <- tried_values(k)
      outcomes <- vapply(values, function(value) outcome_of(f, working[[name]], arg, value), "")
      fine <- outcomes == "refused" | outcomes == "taken" & names(values) %in% c(taken_numbers[[arg]], classed, "NULL")
      wrong <- c(wrong, sprintf("%s(%s = %s): %s", name, arg, names(values), outcomes)[!fine])
    }
  }
  expect_identical(wrong, character())
  expect_gt(k, 250)
})

test_that("single numbers and counts are told apart from what only looks like one", {
  for (bad in bad_numbers[c("NA", "NaN", "Inf", "-Inf", "1e300", "text", "two", "none", "list", "function", "raw", "complex")]) {
    expect_error(check_number(bad, "x"), "`x` must be one", class = "tildenet_error_argument")
    expect_error(check_count(bad, "x"), "`x` must be one whole number", class = "tildenet_error_argument")
    expect_error(check_sizes(bad, "x", 1), "`x` must be one whole number", class = "tildenet_error_argument")
  }
  expect_identical(check_number(Inf, "x", infinite = TRUE), Inf)
  expect_identical(check_count(Inf, "x", infinite = TRUE), Inf)
  expect_error(check_count(-Inf, "x", min = -Inf, infinite = TRUE), class = "tildenet_error_argument")
  expect_identical(check_count(2^31 - 1, "x"), 2^31 - 1)
  expect_error(check_count(2^31, "x"), class = "tildenet_error_argument")
  expect_identical(check_number(-largest_float, "x"), -largest_float)
  expect_snapshot(error = TRUE, {
    check_number(1e300, "rate", min = 0, call = NULL)
    check_number(Inf, "rate", min = 0, call = NULL)
    check_count(1e300, "units", call = NULL)
    check_count(0, "units", call = NULL)
    check_count(3e9, "axis", min = -8, max = 7, call = NULL)
  })
})

test_that("functions of tensors, wrappers and data sets take or refuse every value of every setting", {
  tensor <- k_constant(matrix(c(-1, 0.5, 2, -3, 1, 4), 2))
  number <- c("-1", "0", "1.5", "1e10", "TRUE", "integer64")
  limit <- c(number, "Inf", "-Inf", "NULL")
  axis <- c("-1", "integer64")
  shape <- c("two", "none", "NULL")
  relu <- list(alpha = number, max_value = limit, threshold = number)
  reduction <- list(axis = c(axis, "two", "NULL"), keepdims = "TRUE")
  reductions <- c("k_sum", "k_mean", "k_prod", "k_max", "k_min", "k_std", "k_var")
  layer <- list(name = c("text", "NULL"), trainable = c("TRUE", "NULL"), input_shape = c("NA", "NaN", "two", "none", "NULL", "integer64"),
                batch_size = c("NULL", "integer64"))
  taken <- c(list(
    activation_relu = relu, k_relu = relu, activation_elu = list(alpha = number), k_elu = list(alpha = number),
    activation_softmax = list(axis = c(axis, "0")), k_softmax = list(axis = axis), k_clip = list(min_value = limit, max_value = limit),
    k_argmax = list(axis = c(axis, "NULL", "two")), k_expand_dims = list(axis = axis), k_l2_normalize = reduction["axis"],
    k_permute_dimensions = list(pattern = "two"), k_reshape = list(shape = c("NA", "NaN", "-1")), k_ones = list(shape = shape),
    k_zeros = list(shape = shape), k_random_normal = list(shape = shape), k_random_uniform = list(shape = shape),
    k_batch_dot = list(axes = c("-1", "NULL")), k_cast = list(dtype = character()), k_set_floatx = list(floatx = character()),
    k_constant = list(shape = c("two", "NULL", "none"), dtype = "NULL"), k_set_value = list(value = "two"),
    bidirectional = c(layer, list(merge_mode = "NULL", backward_layer = "NULL", layer = character())),
    time_distributed = c(layer, list(layer = character()))), lapply(stats::setNames(nm = reductions), function(name) reduction))
  first <- c(lapply(list(k_set_value = k_variable(c(0, 0)), k_constant = 1, bidirectional = layer_input(shape = c(4, 3)),
                         time_distributed = layer_input(shape = c(4, 3))), list),
             list(k_batch_dot = list(tensor, tensor), k_ones = list(), k_zeros = list(), k_random_normal = list(), k_random_uniform = list(),
                  k_set_floatx = list()))
  first$bidirectional$layer <- layer_gru(units = 2)
  first$time_distributed$layer <- layer_dense(units = 2)
  wrong <- character()
  for (name in names(taken)) for (arg in names(taken[[name]])) {
    f <- getExportedValue("tildenet", name)
    values <- if (arg %in% c("input_shape", "batch_size", "name", "trainable")) bad_numbers[c("text", "list", "function", "raw")] else bad_numbers
    given <- if (name %in% names(first)) first[[name]] else list(tensor)
    outcomes <- vapply(names(values), function(value) outcome_of(f, given, arg, bad_numbers[[value]]), "")
    expected <- ifelse(names(values) %in% taken[[name]][[arg]], "taken", "refused")
    wrong <- c(wrong, sprintf("%s(%s = %s): %s", name, arg, names(values), outcomes)[outcomes != expected])
  }
  expect_identical(wrong, character())
  for (name in c("dataset_imdb", "dataset_reuters", "dataset_boston_housing")) {
    f <- getExportedValue("tildenet", name)
    for (arg in setdiff(names(formals(f)), "path")) for (bad in bad_numbers[c("text", "two", "list", "function")]) {
      expect_error(do.call(f, stats::setNames(list(bad), arg)), paste0("`", arg, "`"), class = "tildenet_error_argument")
    }
  }
})

test_that("limits of k_clip() may be tensors", {
  x <- matrix(c(-1, 0.5, 2, -3, 1, 4), 2)
  expect_equal(as.array(k_clip(x, k_constant(0), k_constant(1))), pmin(pmax(x, 0), 1))
  expect_equal(as.array(k_clip(x, max_value = k_constant(1))), pmin(x, 1))
  expect_equal(as.array(k_clip(x, min_value = k_constant(matrix(c(0, 1, 2), 1)))), pmax(x, matrix(c(0, 1, 2), 2, 3, byrow = TRUE)))
})
