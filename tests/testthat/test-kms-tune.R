test_that("kms_tune() gives a row for each candidate, the best first, and its refit", {
  tuned <- small_tune(Species ~ ., iris, rates(), n = 4)
  expect_s3_class(tuned, c("kms_tune", "data.frame"), exact = TRUE)
  expect_identical(names(tuned), c("candidate", "units", "learning_rate", "rung", "metric", "mean", "std_error", "n", "epochs",
                                   "seconds", "warning", "error"))
  expect_identical(sort(tuned$candidate), 1:4)
  expect_false(is.unsorted(-tuned$mean))
  expect_identical(tuned$metric, rep("accuracy", 4))
  best <- attr(tuned, "best")
  expect_s3_class(best, "kms_fit")
  expect_identical(tuned$best, best)
  by_hand <- kms(Species ~ ., iris, N_layers = 3, Nepochs = 3, units = tuned$units[[1]], pTraining = 1, seed = 1, verbose = 0,
                 optimizer_args = list(learning_rate = tuned$learning_rate[1]))
  expect_identical(get_weights(best$model), get_weights(by_hand$model))
  expect_identical(predict(tuned, iris, type = "prob"), predict(by_hand, iris, type = "prob"))
  expect_identical(nobs(best), 150L)
})

test_that("a candidate is kms() on the rows it is trained on, judged by the others", {
  judge <- c(3, 60, 61, 99, 120, 140)
  tuned <- small_tune(Species ~ ., iris, rates(), n = 2, resamples = list(judge), metric = "brier")
  seed <- with_seed(tune_seeds(1)$splits, sample.int(2^30, 1))
  for (row in 1:2) {
    fit <- kms(Species ~ ., iris[-judge, ], N_layers = 3, Nepochs = 3, units = tuned$units[[row]], pTraining = 1, seed = seed,
               verbose = 0, optimizer_args = list(learning_rate = tuned$learning_rate[row]))
    p <- predict(fit, iris[judge, ], type = "prob")
    expect_equal(tuned$mean[row], sum((p - outer(iris$Species[judge], levels(iris$Species), `==`))^2) / 12)
  }
  expect_false(is.unsorted(tuned$mean))
})

test_that("the seed fixes candidates, rows and trainings, and what R's generator is left with", {
  one <- small_tune(mpg ~ wt + hp, mtcars, rates())
  after <- stats::runif(1)
  two <- small_tune(mpg ~ wt + hp, mtcars, rates())
  expect_identical(stats::runif(1), after)
  expect_identical(untimed(two), untimed(one))
  expect_identical(get_weights(two$best$model), get_weights(one$best$model))
  expect_false(identical(untimed(small_tune(mpg ~ wt + hp, mtcars, rates(), seed = 2)), untimed(one)))
  set.seed(5)
  drawn <- small_tune(mpg ~ wt + hp, mtcars, rates(), n = 1, seed = NULL, refit = FALSE)
  set.seed(5)
  expect_identical(untimed(small_tune(mpg ~ wt + hp, mtcars, rates(), n = 1, seed = NULL, refit = FALSE)), untimed(drawn))
  more <- small_tune(mpg ~ wt + hp, mtcars, rates(), n = 5, refit = FALSE)
  more <- untimed(more)[match(one$candidate, more$candidate), ]
  row.names(more) <- NULL
  expect_identical(more, untimed(one))
})

test_that("every kind of outcome and source can be tuned", {
  flags <- data.frame(x = stats::rnorm(40), z = stats::rnorm(40))
  flags$a <- as.numeric(flags$x > 0)
  flags$b <- as.numeric(flags$z > 0)
  space <- list(dropout = c(0, 0.2))
  expect_identical(small_tune(cbind(a, b) ~ x + z, flags, space, n = 2)$metric[1], "label_accuracy")
  expect_identical(small_tune(mpg ~ wt, mtcars, space, n = 2)$metric[1], "MSE")
  expect_identical(small_tune(am ~ wt, mtcars, space, n = 2, metric = "ece")$metric[1], "ece")
  quantiles <- small_tune(mpg ~ wt, mtcars, space, n = 2, loss = loss_quantile(quantiles = c(0.1, 0.9)))
  expect_identical(quantiles$metric[1], "pinball")
  skip_if_not_installed("survival")
  times <- small_tune(survival::Surv(time, status) ~ age + sex, stats::na.omit(survival::lung), space, n = 2)
  expect_identical(times$metric[1], "concordance")
  given <- kms_tune(as.matrix(iris[1:4]), iris$Species, space, n = 2, N_layers = 2, units = 4, Nepochs = 2, seed = 1)
  expect_identical(nlevels(predict(given, as.matrix(iris[1:2, 1:4]), type = "class")), 3L)
  weighted <- kms_tune(mpg ~ wt, transform(mtcars, w = rep(1:2, 16)), space, n = 2, weights = w, N_layers = 3, Nepochs = 3,
                       seed = 1)
  hand <- kms(mpg ~ wt, transform(mtcars, w = rep(1:2, 16)), weights = w, dropout = weighted$dropout[1], N_layers = 3,
              Nepochs = 3, pTraining = 1, seed = 1, verbose = 0)
  expect_identical(get_weights(weighted$best$model), get_weights(hand$model))
})

test_that("nets are compared on the same rows: those with missing predictors where all nets use them", {
  d <- transform(mtcars, wt = replace(wt, 1:3, NA))
  space <- list(net = c("dense", "realmlp_tds"), units = 4)
  suppressMessages(expect_message(mixed <- kms_tune(mpg ~ wt + hp, d, space, Nepochs = 2, seed = 1), "Dropped 3 of 32"))
  expect_true(all(is.na(mixed$error)))
  expect_identical(mixed$best$N, 29L)
  suppressMessages(expect_message(strong <- kms_tune(mpg ~ wt + hp, d, list(dropout = c(0, 0.1)), net = "realmlp_tds", Nepochs = 2,
                                                     units = 4, seed = 1), "have missing predictors and are used"))
  expect_identical(strong$best$N, 32L)
  expect_identical(glance(strong)$net, "realmlp_tds")
})

test_that("columns as they come: candidates have what all rows have chosen, and so has the best fit", {
  d <- transform(iris, day = as.Date("2020-01-01") + 0:149, constant = 1)
  tuned <- suppressMessages(kms_tune(Species ~ ., d, list(learning_rate = c(0.1, 0.001)), n = 2, Nepochs = 2, seed = 1))
  expect_true(all(is.na(tuned$error)))
  hand <- kms(Species ~ ., d, Nepochs = 2, optimizer_args = list(learning_rate = tuned$learning_rate[1]), pTraining = 1, seed = 1,
              verbose = 0)
  expect_identical(get_weights(tuned$best$model), get_weights(hand$model))
  expect_identical(formula(tuned$best), formula(hand))
})

test_that("what cannot be tuned is told before anything is trained", {
  tune <- function(space = list(units = 4:5), ...) kms_tune(mpg ~ wt, mtcars, space, ..., seed = 1)
  expect_snapshot(error = TRUE, {
    tune(list())
    tune(list(4, 5))
    tune(4:5)
    tune(data.frame(units = integer()))
    tune(list(unit = 4:5))
    tune(list(epochs = 4:5))
    tune(list(seed = 1:2))
    tune(list(keras_model_seq = 1:2))
    tune(units = 3)
    tune(list(units = integer()))
    tune(list(units = quote(x)))
    tune(list(units = function(n) n))
    tune(n = 0)
    tune(resamples = 33)
    tune(resamples = list(0))
    tune(resamples = list(1:32))
    tune(resamples = list())
    tune(resamples = 3, pTraining = 0.5)
    tune(pTraining = 1)
    tune(metric = "accuracy")
    tune(method = "grid")
    tune(list(Nepochs = 1:2), method = "halving")
    tune(keras_model_seq = 3)
    kms_tune(mpg ~ wt, space = list(units = 3))
    kms_tune(mpg ~ wt, mtcars)
  })
  expect_error(suppressMessages(tune(bogus = 3)), "bogus", class = "tildenet_error_argument")
})

test_that("one failing candidate is told in the table, all failing is an error", {
  tuned <- small_tune(mpg ~ wt, mtcars, list(units = list(4, "many"), batch_size = c(8, 16)), n = 4)
  expect_identical(is.na(tuned$mean), c(FALSE, FALSE, TRUE, TRUE))
  expect_match(tuned$error[3], "`units` must hold whole numbers")
  expect_identical(is.na(tuned$error), !is.na(tuned$mean))
  expect_output(print(tuned), "Failed: +2, the first: ")
  expect_error(suppressMessages(small_tune(mpg ~ wt, mtcars, list(units = "many"))), "Candidate 1 of 1: `units` must hold",
               class = "tildenet_error_tune")
})

test_that("an interrupt keeps what has run", {
  fits <- 0
  stopper <- callback_lambda(on_train_begin = function(logs) {
    fits <<- fits + 1
    if (fits == 3) rlang::interrupt()
  })
  ended <- tryCatch(withCallingHandlers(small_tune(mpg ~ wt, mtcars, rates(), n = 5, callbacks = stopper),
                                        tildenet_warning_interrupted = function(cnd) {
                                          expect_match(conditionMessage(cnd), "2 of 5 candidates are done")
                                          rlang::cnd_muffle(cnd)
                                        }), interrupt = function(e) "lost")
  expect_identical(sort(ended$candidate), 1:2)
  expect_null(ended$best)
  expect_error(predict(ended, mtcars), "best fit", class = "tildenet_error_argument")
  fits <- 2
  expect_identical(tryCatch(small_tune(mpg ~ wt, mtcars, rates(), callbacks = stopper), interrupt = function(e) "nothing"), "nothing")
})

test_that("importance(), partial_dependence(), predict() and glance() are about the best fit, of every net", {
  for (net in names(nets)) {
    tuned <- kms_tune(mpg ~ wt + hp, mtcars, list(units = 4), n = 1, net = net, Nepochs = 2, seed = 1, verbose = 0)
    expect_identical(glance(tuned)$net, net)
    set.seed(1)
    found <- importance(tuned, mtcars, n_repeats = 2)
    set.seed(1)
    expect_identical(importance(tuned$best, mtcars, n_repeats = 2), found, info = net)
    expect_setequal(found$term, c("wt", "hp"))
    moved <- partial_dependence(tuned, mtcars, "wt", grid_size = 3)
    expect_true(all(is.finite(moved$prediction)), info = net)
    expect_identical(partial_dependence(tuned$best, mtcars, "wt", grid_size = 3), moved)
  }
})
