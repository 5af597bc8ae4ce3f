test_that("settings are checked and gathered", {
  control <- kms_control_of(N_layers = 4, seed = 7)
  expect_identical(control$N_layers, 4)
  expect_identical(control$batch_size, 32)
  expect_identical(control$seed, 7)
  expect_identical(kms_control_of(embedding = TRUE)$batch_size, 1)
})

test_that("22.4 defect 1: the given batch size is used", {
  expect_identical(kms_control_of(batch_size = 7)$batch_size, 7)
  expect_identical(kms_control_of(batch_size = 7, embedding = TRUE)$batch_size, 7)
})

test_that("22.4 defect 14: pTraining = 0 and other misuse is told clearly", {
  expect_snapshot(error = TRUE, {
    kms_control_of(pTraining = 0)
    kms_control_of(pTraining = 1.2)
    kms_control_of(N_layers = -1)
    kms_control_of(validation_split = 1)
    kms_control_of(Nepochs = 1.5)
    kms_control_of(sparse_data = NA)
    kms_control_of(scale_continuous = 3)
    kms_control_of(seed = "a")
    kms_control_of(embedding = TRUE, N_layers = 1)
    kms_control_of(embedding = TRUE, sparse_data = TRUE)
  })
})

test_that("22.4 defect 27: further arguments are handed on or refused, never swallowed", {
  extra <- kms_control_of(bias_initializer = "ones", callbacks = list(1), contrasts.arg = list(), calibrate = TRUE)$extra
  expect_identical(extra, list(dense = list(bias_initializer = "ones"), fit = list(callbacks = list(1)),
                               net = stats::setNames(list(), character()),
                               design = list(contrasts.arg = list()), output = list(calibrate = TRUE),
                               stream = stats::setNames(list(), character())))
  expect_snapshot(error = TRUE, {
    kms_control_of(layers = list())
    kms_extra(list(3, callbacks = 1), call = NULL)
  })
})

test_that("22.3: the seed really used is kept in the form it was given", {
  expect_identical(kms_seed(12345), 12345)
  expect_identical(kms_seed(list(seed = 3, disable_gpu = TRUE)),
                   list(seed = 3, disable_gpu = TRUE, disable_parallel_cpu = FALSE))
  set.seed(5)
  drawn <- kms_seed(list(seed = NULL, disable_gpu = FALSE, disable_parallel_cpu = FALSE))
  set.seed(5)
  expect_equal(drawn$seed, sample.int(2^30, 1))
  expect_identical(seed_value(drawn), drawn$seed)
  expect_identical(seed_value(4), 4)
})

test_that("without hidden layers their arguments are told to be idle", {
  expect_message(kms_control_of(N_layers = 0, units = 3), "`units` describe", class = "tildenet_message_no_hidden")
  expect_no_message(kms_control_of(N_layers = 0))
})

test_that("Habits: the error about an argument of other packages names the one that does it", {
  named <- c(epochs = "Nepochs", learning_rate = "optimizer_args", hidden = "units", hidden_units = "units", size = "units",
             validation_data = "validation_split", subset = "data\\[rows", penalty = "kernel_regularizer", lr = "optimizer_args")
  for (name in names(named)) {
    args <- c(list(mpg ~ wt, mtcars), stats::setNames(list(3), name))
    expect_error(do.call(kms, args), named[[name]], class = "tildenet_error_argument")
  }
  expect_error(kms(formula = mpg ~ wt, data = mtcars), "input_formula", class = "tildenet_error_argument")
  expect_error(kms_kcv(mpg ~ wt, mtcars, epochs = 3), "Nepochs", class = "tildenet_error_argument")
  expect_error(kms_kcv(mpg ~ wt, mtcars, folds = 3), "k_folds", class = "tildenet_error_argument")
})

test_that("Habits: units of more than two hidden layers say how many there are", {
  expect_identical(kms_control_of(units = c(8, 4, 2))$N_layers, 4)
  expect_identical(kms_control_of(units = 8)$N_layers, 3)
  expect_identical(kms_control_of(units = c(8, 4))$N_layers, 3)
  expect_error(kms(mpg ~ wt, mtcars, units = c(8, 4, 2), N_layers = 3), "`units`", class = "tildenet_error_argument")
})

test_that("settings that are S4 objects are refused by name, damaged ones too", {
  broken <- methods::as(Matrix::rsparsematrix(4, 4, 0.5), "nMatrix")
  broken@i <- rep(1000000L, length(broken@i))
  for (name in c("activation", "units", "dropout", "optimizer_args", "seed", "class_weight", "net")) {
    expect_error(do.call(kms, c(list(Species ~ ., iris, verbose = 0), stats::setNames(list(broken), name))), name,
                 class = "tildenet_error_argument", label = name)
  }
  expect_error(kms_kcv(Species ~ ., iris, units = broken), "units", class = "tildenet_error_argument")
})
