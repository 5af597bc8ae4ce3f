more <- function(fit, data, ...) fit(fit, data, epochs = 3, ...)

test_that("the training of a fit goes on: epochs numbered on, the same rows, the fit itself as it was", {
  first <- small_kms(Species ~ ., iris)
  before <- get_weights(first$model)
  next_one <- more(first, iris)
  expect_s3_class(next_one, "kms_fit")
  expect_identical(get_weights(first$model), before)
  expect_identical(length(first$history$metrics$loss), 3L)
  expect_identical(next_one[c("split", "train_scale", "y_test", "N", "colnames_x")],
                   first[c("split", "train_scale", "y_test", "N", "colnames_x")])
  joined <- next_one$history
  for (series in names(first$history$metrics)) {
    expect_identical(joined$metrics[[series]][1:3], first$history$metrics[[series]])
    expect_identical(length(joined$metrics[[series]]), 6L)
  }
  expect_identical(joined$params$epochs, 6)
  expect_identical(as.data.frame(joined)$epoch[1:6], 1:6)
  expect_identical(glance(next_one)$epochs, 6L)
  expect_lt(min(joined$metrics$val_loss), min(first$history$metrics$val_loss))
  expect_identical(get_weights(more(first, iris)$model), get_weights(next_one$model))
  expect_identical(length(more(next_one, iris)$history$metrics$loss), 9L)
  expect_identical(get_weights(update(next_one, data = iris)$model), before)
})

test_that("further epochs start from the weights of the fit and its validation loss", {
  first <- small_kms(mpg ~ wt, mtcars)
  still <- more(first, mtcars, optimizer_args = list(learning_rate = 0), keep = "last")
  expect_identical(get_weights(still$model), get_weights(first$model))
  expect_equal(still$evaluations$loss, first$evaluations$loss)
  expect_equal(still$history$metrics$val_loss[4:6], rep(first$history$metrics$val_loss[first$history$kept], 3), tolerance = 1e-6)
  expect_identical(still$history$kept, 6)
})

test_that("the best weights stay, those the training went on from among them", {
  first <- small_kms(mpg ~ wt, mtcars, Nepochs = 30)
  worse <- more(first, mtcars, optimizer_args = list(learning_rate = 0.9))
  expect_gt(min(worse$history$metrics$val_loss[31:33]), min(worse$history$metrics$val_loss[1:30]))
  expect_equal(worse$history$kept, first$history$kept)
  expect_identical(get_weights(worse$model), get_weights(first$model))
  expect_warning(lost <- more(first, mtcars, optimizer_args = list(learning_rate = 1e20)), class = "tildenet_warning_diverged")
  expect_equal(lost$history$kept, first$history$kept)
  expect_identical(get_weights(lost$model), get_weights(first$model))
})

test_that("formulas and outcomes of all kinds go on with the rows they had", {
  cars <- transform(mtcars, maker = sub(" .*", "", rownames(mtcars)), name = rownames(mtcars), w = seq_len(32))
  cars$hp[5] <- NA
  w <- rep(c(1, 3), 16)
  suppressWarnings(suppressMessages({
    fits <- list(
      small_kms(log(mpg) ~ poly(wt, 2) + maker, cars), small_kms(am ~ text(name, 9) + emb(maker, 2), cars),
      small_kms(carb ~ wt + offset(log(cyl)), cars, loss = "poisson"), small_kms(cbind(am, vs) ~ wt, cars),
      small_kms(mpg ~ wt + hp, cars, na.action = stats::na.pass), small_kms(mpg ~ wt + hp, cars, sparse_data = TRUE),
      kms(mpg ~ wt, cars, weights = w, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0),
      kms(factor(cyl) ~ wt, cars, weights = w, class_weight = "balanced", N_layers = 1, Nepochs = 2, seed = 1, verbose = 0))
    for (fit in fits) {
      longer <- more(fit, cars, verbose = 0)
      expect_identical(longer$split, fit$split)
      expect_identical(longer$y_test, fit$y_test)
      losses <- longer$history$metrics$val_loss
      expect_equal(losses[longer$history$kept], min(losses))
      expect_lte(min(losses), min(fit$history$metrics$val_loss))
    }
  }))
})

test_that("predictors and outcome without a formula, and a model of the user's", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  first <- kms(x, mtcars$mpg, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0)
  expect_identical(more(first, x, y = mtcars$mpg)$y_test, first$y_test)
  model <- iris_model()
  own <- kms(Species ~ ., iris, model, Nepochs = 2, seed = 1, verbose = 0)
  trained <- get_weights(model)
  longer <- more(own, iris)
  expect_identical(get_weights(model), trained)
  expect_false(identical(get_weights(longer$model), trained))
})

test_that("other rows: what the first ones taught stays where the new ones say nothing", {
  d <- transform(iris, id = factor(rep(letters[1:5], 30)))
  first <- small_kms(Species ~ Petal.Width + id, d, pTraining = 1, validation_split = 0)
  rows <- d$id %in% c("a", "b")
  longer <- more(first, d[rows, ], verbose = 0)
  expect_identical(longer$N, sum(rows))
  expect_null(longer$predictions)
  expect_identical(longer$train_scale, first$train_scale)
  column <- which(first$colnames_x == "ide")
  expect_gt(max(abs(get_weights(longer$model)[[1]][column, ])), 0)
  step <- max(abs(get_weights(longer$model)[[1]][column, ] - get_weights(first$model)[[1]][column, ]))
  expect_lt(step, 0.02) # what the penalty takes in 9 updates of 0.001
  expect_warning(more(first, transform(d, id = "z"), verbose = 0), class = "tildenet_warning_new_levels")
})

test_that("a net with an optimizer of its own takes the course of its rate over the further epochs", {
  first <- kms(mpg ~ wt + hp, mtcars, net = "realmlp", units = 4, Nepochs = 3, seed = 1, verbose = 0)
  longer <- fit(first, mtcars, epochs = 5, verbose = 0)
  schedule <- tildenet:::self_of(longer$model$optimizer)$learning_rate
  expect_identical(schedule$schedule, "coslog")
  expect_identical(schedule$decay_steps, 5) # one batch an epoch
  expect_identical(longer$history$params$epochs, 8)
  constant <- fit(first, mtcars, epochs = 5, verbose = 0, optimizer = optimizer_sgd(0.01))
  expect_identical(as.numeric(constant$model$optimizer$lr), 0.01)
})

test_that("what cannot go on is told", {
  first <- small_kms(Species ~ ., iris)
  number <- small_kms(mpg ~ wt, mtcars)
  counts <- small_kms(carb ~ wt, mtcars, loss = "poisson")
  expect_snapshot(error = TRUE, {
    fit(first)
    fit(first, iris[1:4])
    fit(first, iris, epochs = 0)
    fit(first, iris, units = 3)
    fit(first, iris, 3, 0.1)
    fit(first, iris, batch_size = -1)
    fit(first, transform(iris, Species = "other"))
    fit(first, iris[0, ])
    fit(number, mtcars["mpg"])
    fit(number, mtcars["wt"], y = 1:3)
    fit(counts, transform(mtcars, carb = -carb))
  })
})
