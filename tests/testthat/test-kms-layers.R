test_that("22.1: a dense layer on the input, then N_layers with dropout between", {
  spec <- kms_spec_of(three)
  expect_identical(layer_words(spec), c("dense 256", "dense 256", "dropout 0.4", "dense 128",
                                        "dropout 0.4", "dense 3"))
  expect_identical(spec$layers[[1]]$args$input_shape, 8L)
  expect_identical(spec$loss, "categorical_crossentropy")
  expect_identical(rownames(spec$overview), c("layer1", "layer2", "layer3"))
  expect_identical(spec$overview$activation, c("relu", "relu", "softmax"))
  expect_identical(spec$overview$units, c(256, 128, 3))
})

test_that("22.1: loss, last layer and metrics follow the outcome", {
  expect_identical(kms_spec_of(continuous)$loss, "mean_squared_error")
  expect_identical(kms_spec_of(continuous)$metrics,
                   c("mean_absolute_error", "mean_absolute_percentage_error"))
  expect_identical(kms_spec_of(continuous)$overview$activation[3], "linear")
  expect_identical(kms_spec_of(continuous, activation = "tanh")$overview$activation,
                   c("tanh", "tanh", "linear"))
  expect_identical(kms_spec_of(continuous)$overview$kernel_initializer[1], "glorot_normal")
  expect_identical(kms_spec_of(three)$overview$kernel_initializer[1], "glorot_uniform")
  expect_identical(kms_spec_of(binary)$loss, "binary_crossentropy")
  expect_identical(kms_spec_of(three)$metrics, "accuracy")
})

test_that("22.4 defect 3: a single output unit gets sigmoid, softmax there is warned of", {
  expect_no_warning(spec <- kms_spec_of(binary))
  expect_identical(tail(layer_words(spec), 1), "dense 1")
  expect_identical(spec$overview$activation[3], "sigmoid")
  expect_warning(spec <- kms_spec_of(binary, activation = "softmax"), "sigmoid instead",
                 class = "tildenet_warning_softmax_one_unit")
  expect_identical(spec$overview$activation, c("softmax", "softmax", "sigmoid"))
})

test_that("22.1: an output that gives no probabilities is replaced with a message", {
  expect_message(spec <- kms_spec_of(three, activation = "relu"), "softmax instead",
                 class = "tildenet_message_output_activation")
  expect_identical(spec$overview$activation, c("relu", "relu", "softmax"))
  expect_message(spec <- kms_spec_of(binary, activation = activation_tanh), "sigmoid instead")
  expect_identical(spec$overview$activation[3], "sigmoid")
  expect_no_message(spec <- kms_spec_of(three, activation = "sigmoid"))
  expect_identical(spec$overview$activation[3], "sigmoid")
  expect_no_message(spec <- kms_spec_of(three, activation = "relu", loss = "mean_squared_error"))
  expect_identical(spec$overview$activation[3], "relu")
})

test_that("22.4 defect 12: any N_layers goes with the defaults, the last activation stays last", {
  for (n in 1:7) {
    spec <- kms_spec_of(three, N_layers = n)
    expect_identical(spec$overview$activation, c(rep("relu", n - 1), "softmax"))
    expect_identical(sum(grepl("dense", layer_words(spec))), n + 1L)
  }
  expect_identical(layer_words(kms_spec_of(three, N_layers = 1)), c("dense 256", "dense 3"))
  expect_identical(kms_spec_of(three, N_layers = 1)$layers[[1]]$args$activation, "relu")
  expect_identical(kms_spec_of(three, N_layers = 4)$overview$units, c(256, 128, 256, 3))
})

test_that("22.4 defect 12: arguments repeat by divisors and are refused otherwise", {
  spec <- kms_spec_of(three, N_layers = 4, units = 5, dropout = c(0.1, 0.2, 0.3),
                      activation = c("tanh", "softmax"), use_bias = c(TRUE, FALSE))
  expect_identical(spec$overview$units, c(5, 5, 5, 3))
  expect_identical(spec$overview$dropout, c(0.1, 0.2, 0.3, 0))
  expect_identical(spec$overview$activation, c("tanh", "softmax", "tanh", "softmax"))
  expect_identical(spec$overview$use_bias, c(TRUE, FALSE, TRUE, FALSE))
  expect_identical(kms_spec_of(three, N_layers = 5, activation = c("tanh", "relu", "softmax"))$overview$activation,
                   c("tanh", "relu", "tanh", "relu", "softmax"))
  expect_snapshot(error = TRUE, {
    kms_spec_of(three, N_layers = 4, units = c(5, 6))
    kms_spec_of(three, N_layers = 4, activation = c("tanh", "relu", "softmax"))
    kms_spec_of(three, use_bias = c(TRUE, FALSE))
    kms_spec_of(three, dropout = 1)
    kms_spec_of(three, units = 2.5)
    kms_spec_of(three, units = "many")
    kms_spec_of(three, activation = character())
  })
})

test_that("activations may be functions", {
  spec <- kms_spec_of(three, activation = list(activation_elu, function(x) k_tanh(x), "softmax"))
  expect_identical(spec$overview$activation, c("elu", "function", "softmax"))
  expect_error(kms_spec_of(three, activation = "relo"), class = "tildenet_error_argument")
})

test_that("22.4 defect 13: top-k accuracy joins only the default metrics", {
  many <- utils::modifyList(three, list(n_values = 21L))
  expect_identical(kms_spec_of(many)$metrics, c("accuracy", "top_k_categorical_accuracy"))
  expect_identical(kms_spec_of(many, metrics = "accuracy")$metrics, "accuracy")
})

test_that("regularizer names mean 0.01, NULL switches off, objects are taken", {
  factor_of <- function(spec) spec$layers[[1]]$args$kernel_regularizer
  expect_equal(factor_of(kms_spec_of(three, kernel_regularizer = "regularizer_l2")), regularizer_l2(0.01))
  expect_equal(factor_of(kms_spec_of(three)), regularizer_l1(1e-5))
  off <- kms_spec_of(three, kernel_regularizer = NULL)
  expect_null(factor_of(off))
  expect_identical(off$overview$kernel_regularizer[1], "none")
  per_layer <- kms_spec_of(three, kernel_regularizer = c("regularizer_l1", "regularizer_l2", "regularizer_l1_l2"))
  expect_length(unique(per_layer$overview$kernel_regularizer), 3)
  expect_error(kms_spec_of(three, bias_regularizer = "l3"), "`bias_regularizer` must be",
               class = "tildenet_error_argument")
})

test_that("22.1: with an embedding come flatten, dropout and dense layers 2 to N_layers", {
  spec <- kms_spec_of(three, P = 4, embedding = TRUE, input_dim = 11)
  expect_identical(layer_words(spec), c("embedding 256", "flatten", "dropout 0.4", "dense 128",
                                        "dropout 0.4", "dense 3"))
  expect_identical(spec$layers[[1]]$args[c("input_dim", "input_length")], list(input_dim = 11, input_length = 4L))
  expect_null(spec$layers[[1]]$args$batch_size)
  expect_identical(spec$overview$embedding, c(TRUE, FALSE, FALSE))
})

test_that("further arguments of dense layers reach every one of them", {
  spec <- kms_spec_of(three, bias_initializer = "ones")
  dense <- Filter(function(call) call$layer == "layer_dense", spec$layers)
  expect_identical(unique(vapply(dense, function(call) call$args$bias_initializer, "")), "ones")
})

test_that("a binary outcome with a softmax loss gets two units", {
  spec <- kms_spec_of(binary, loss = "categorical_crossentropy")
  expect_identical(tail(layer_words(spec), 1), "dense 2")
  expect_identical(spec$overview$activation[3], "softmax")
})

test_that("N_layers = 0 is the output layer on the input", {
  for (outcome in list(three, binary, continuous)) {
    spec <- kms_spec_of(outcome, N_layers = 0)
    expect_length(spec$layers, 1)
    expect_identical(spec$layers[[1]]$args$input_shape, 8L)
    expect_identical(nrow(spec$overview), 1L)
  }
  expect_identical(kms_spec_of(three, N_layers = 0)$overview$activation, "softmax")
})

test_that("several labels end in sigmoids, counts in an exponential", {
  labels <- list(type = "multilabel", n_values = 4L, labels = letters[1:4], name = "y")
  spec <- kms_spec_of(labels)
  expect_identical(spec$overview$activation[3], "sigmoid")
  expect_identical(spec$metrics, "binary_accuracy")
  expect_warning(kms_spec_of(labels, activation = "softmax"), "several labels", class = "tildenet_warning_softmax_one_unit")
  counts <- c(continuous, family = "poisson")
  spec <- kms_spec_of(counts, loss = "poisson")
  expect_identical(spec$overview$activation[3], "exponential")
  expect_identical(spec$metrics, "mean_absolute_error")
})
