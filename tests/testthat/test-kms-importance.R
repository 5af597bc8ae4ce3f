# y follows x alone; noise and the factor have nothing to do with it.
signal_data <- function(n = 300) {
  set.seed(21)
  data <- data.frame(x = stats::rnorm(n), noise = stats::rnorm(n), group = factor(sample(letters[1:4], n, TRUE)))
  data$y <- factor(ifelse(data$x > 0, "high", "low"), c("low", "high"))
  data$z <- 100 + 50 * data$x
  data
}

test_that("the predictor that matters is first, noise is near 0", {
  data <- signal_data()
  fit <- small_kms(y ~ x + noise + group, data, Nepochs = 40)
  set.seed(1)
  found <- importance(fit, data, n_repeats = 10)
  expect_s3_class(found, c("kms_importance", "data.frame"), exact = TRUE)
  expect_named(found, c("term", "importance", "sd", "measure", "baseline"))
  expect_identical(sort(found$term), c("group", "noise", "x"))
  expect_identical(found$term[1], "x")
  expect_gt(found$importance[1], 0.3)
  expect_lt(max(abs(found$importance[-1])), 0.03)
  expect_identical(unique(found$measure), "accuracy")
  expect_equal(found$baseline, rep(predict(fit, data)$accuracy, 3))
})

test_that("errors of a continuous outcome are in its own units, whatever the scaling", {
  data <- signal_data()
  for (scale in list("z", "zero_one", NULL)) {
    # An unscaled outcome around 100 is not learnt in so few epochs; the baseline must agree all the same.
    fit <- small_kms(z ~ x + noise, data, Nepochs = 100, dropout = 0, scale_continuous = scale)
    found <- importance(fit, data)
    expect_identical(unique(found$measure), "mse")
    mse <- mean((predict(fit, data, type = "response") - data$z)^2)
    expect_equal(found$baseline, rep(mse, 2), tolerance = 1e-5)
    if (!is.null(scale)) {
      expect_identical(found$term[1], "x")
      expect_gt(found$importance[1], stats::var(data$z))
    }
  }
})

test_that("each permutation is worth what the exchanged rows say by hand", {
  fit <- small_kms(mpg ~ wt + factor(cyl), mtcars, Nepochs = 30)
  two <- mtcars[c(1, 16), ] # two rows: either left as they are or exchanged
  mse <- function(data) mean((predict(fit, data, type = "response") - two$mpg)^2)
  for (term in c("wt", "factor(cyl)")) {
    variable <- all.vars(str2lang(term))
    other <- two
    other[[variable]] <- rev(two[[variable]])
    worth <- mse(other) - mse(two)
    set.seed(3)
    found <- importance(fit, two, n_repeats = 12)
    exchanged <- found$importance[found$term == term] / worth * 12
    expect_equal(exchanged, round(exchanged), tolerance = 1e-4)
    expect_true(exchanged > 0 && exchanged < 12)
    one <- vapply(1:6, function(i) {
      single <- importance(fit, two, 1)
      single$importance[single$term == term]
    }, 0) / worth
    expect_equal(one, round(one), tolerance = 1e-4)
  }
})

test_that("one seed gives one result, with one draw from R's generator and any number of threads", {
  data <- signal_data()
  fit <- small_kms(y ~ x + noise + group, data, units = 64)
  run <- function(threads, seed = 7) {
    withr::local_options(tildenet.threads = threads)
    set.seed(seed)
    importance(fit, data, measure = c("loss", "accuracy"), batch_size = 300)
  }
  first <- run(1)
  after <- stats::runif(1)
  expect_identical(run(1), first)
  expect_identical(run(2), first)
  expect_false(identical(run(2, seed = 8)$importance, first$importance))
  set.seed(7)
  draw_seed()
  expect_identical(stats::runif(1), after)
})

test_that("measures can be chosen, each sorted by itself", {
  data <- signal_data()
  fit <- small_kms(y ~ noise + x, data, Nepochs = 20)
  both <- importance(fit, data, measure = c("loss", "accuracy"))
  expect_identical(both$measure, rep(c("loss", "accuracy"), each = 2))
  expect_identical(both$term, rep(c("x", "noise"), 2))
  # Without the penalties that evaluate() adds.
  p <- predict(fit, data, type = "response")
  expect_equal(both$baseline[1], -mean(log(ifelse(data$y == "high", p, 1 - p))), tolerance = 1e-5)
  expect_true(all(is.na(importance(fit, data, n_repeats = 1)$sd)))
})

test_that("all columns of a term belong to it, in dense and sparse designs", {
  formula <- mpg ~ poly(wt, 2) * factor(cyl) + am - 1
  for (sparse in c(FALSE, TRUE)) {
    design <- design_fit(formula, mtcars, sparse = sparse)$design
    parts <- design_pieces(design)
    expect_named(parts, c("poly(wt, 2)", "factor(cyl)", "am", "poly(wt, 2):factor(cyl)"))
    columns <- lapply(parts, function(pieces) design$colnames_x[pieces[[1]]$column])
    expect_identical(lengths(columns, use.names = FALSE), c(2L, 3L, 1L, 4L))
    expect_identical(columns$am, "am")
    expect_setequal(unlist(columns), design$colnames_x)
  }
  with_intercept <- design_fit(mpg ~ wt + hp, mtcars, drop_intercept = FALSE)$design
  columns <- lapply(design_pieces(with_intercept), function(pieces) pieces[[1]]$column)
  expect_identical(columns, list(wt = 2L, hp = 3L))
})

test_that("a factor of many levels stays sparse, and tells the same as when it is dense", {
  set.seed(5)
  n <- 4000
  data <- data.frame(user = factor(sample(2000, n, TRUE), 1:2000), x = stats::rnorm(n))
  data$y <- data$x + stats::rnorm(2000)[data$user]
  fit <- small_kms(y ~ user + x, data, Nepochs = 2)
  expect_true(fit$sparse_data)
  importance(fit, data, n_repeats = 1) # the first call fills caches
  before <- gc(reset = TRUE)["Vcells", 2]
  set.seed(1)
  found <- importance(fit, data)
  after <- gc()
  peak <- after["Vcells", ncol(after)]
  expect_lt(peak - before, 30) # megabytes; the dense design alone has 64
  dense <- fit
  attr(dense, "design")$sparse <- FALSE
  set.seed(1)
  expect_equal(importance(dense, data), found, tolerance = 1e-4)
})

test_that("a compiled model, an embedding and one softmax unit a class are measured too", {
  set.seed(2)
  given <- keras_model_sequential() %>% layer_dense(4, activation = "tanh") %>%
    layer_dense(3, activation = "softmax")
  compile(given, "adam", "sparse_categorical_crossentropy")
  fit <- kms(Species ~ ., iris, keras_model_seq = given, Nepochs = 3, seed = 1, verbose = 0)
  found <- importance(fit, iris, measure = c("accuracy", "loss"))
  expect_equal(found$baseline[1], predict(fit, iris)$accuracy)
  two <- small_kms(am ~ wt + hp, mtcars, loss = "categorical_crossentropy")
  expect_equal(importance(two, mtcars)$baseline[1], predict(two, mtcars)$accuracy)
  ids <- data.frame(a = rep(0:4, 20), b = rep(0:1, 50))
  ids$y <- ids$a + 10 * ids$b
  embedded <- suppressMessages(small_kms(y ~ a + b, ids, embedding = TRUE, Nepochs = 5))
  found <- importance(embedded, ids)
  expect_identical(found$term[1], "b")
  expect_gt(found$importance[1], 0)
})

test_that("rows that cannot be judged are left out with a message", {
  fit <- small_kms(Species ~ ., iris)
  data <- transform(iris, Species = as.character(Species))
  data$Species[1:2] <- "orchid"
  data$Species[3] <- NA
  data$Sepal.Width[4] <- NA
  expect_message(found <- importance(fit, data), "Left out 4 of 150 rows .*orchid",
                 class = "tildenet_message_missing_rows")
  expect_identical(attr(found, "rows"), 146L)
  expect_equal(found$baseline[1], predict(fit, data[-(1:4), ])$accuracy)
})

test_that("what cannot be measured is refused", {
  fit <- small_kms(Species ~ ., iris)
  mileage <- small_kms(log(mpg) ~ wt, mtcars)
  miles <- small_kms(mpg ~ wt, mtcars)
  expect_snapshot(error = TRUE, {
    importance(lm(mpg ~ wt, mtcars), mtcars)
    importance(structure(list(), class = "kms_kcv_fit"), iris)
    importance(fit)
    importance(fit, as.matrix(iris[1:4]))
    importance(fit, iris[0, ])
    importance(fit, iris[-5])
    importance(fit, iris[-1])
    importance(fit, iris[1:50, ])
    importance(fit, transform(iris, Sepal.Width = NA_real_))
    importance(fit, transform(iris, Species = "orchid"))
    importance(fit, transform(iris, Sepal.Width = "wide"))
    importance(fit, iris, n_repeats = 0)
    importance(fit, iris, measure = "mse")
    importance(fit, iris, measure = 1)
    importance(mileage, mtcars, measure = "accuracy")
    importance(mileage, transform(mtcars, mpg = "many"))
    importance(mileage, transform(mtcars, mpg = 0))
    importance(miles, transform(mtcars, mpg = "many"))
    importance(mileage, mtcars["wt"])
  })
})

test_that("the outcome must be in the data, not where the formula was written", {
  y <- mtcars$mpg
  fit <- small_kms(y ~ wt, mtcars["wt"])
  expect_error(importance(fit, mtcars[1:5, ]), "must have the outcome `y`", class = "tildenet_error_data")
})

test_that("printing names measure, baseline and terms", {
  expect_snapshot({
    hand_importance()
    print(hand_importance(1)[1:3, ], digits = 2)
    print(hand_importance(), n = 2)
    hand_importance()["term"]
  })
})

test_that("specials, offsets, labels and matrices are measured too", {
  set.seed(1)
  n <- 200
  d <- data.frame(f = factor(sample(letters[1:6], n, TRUE)), g = factor(sample(LETTERS[1:4], n, TRUE)),
                  x = rnorm(n), o = rnorm(n))
  d$y <- 3 * as.integer(d$f) + d$x + d$o
  fit <- kms(y ~ x + offset(o) + emb(f, 2) + emb(f, 2):emb(g, 2), d, units = 16, N_layers = 2,
             Nepochs = 60, dropout = 0, seed = 1, verbose = 0)
  found <- importance(fit, d)
  expect_setequal(found$term, c("x", "emb(f, 2)", "emb(f, 2):emb(g, 2)"))
  expect_gt(found$importance[found$term == "emb(f, 2)"], found$importance[found$term == "x"])
  expect_named(partial_dependence(fit, d, "f"), c("value", "prediction"))

  labels <- kms(cbind(a = x > 0, b = o > 0) ~ x + o, d, units = 8, N_layers = 2, Nepochs = 100, dropout = 0, seed = 1,
                verbose = 0)
  found <- importance(labels, d)
  expect_gt(min(found$importance), 0.2) # each tells one of the two labels
  expect_equal(found$baseline[1], mean(predict(labels, d)$fit == cbind(d$x > 0, d$o > 0)), tolerance = 1e-6)

  matrix <- kms(as.matrix(d[c("x", "o")]), d$y, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0)
  expect_error(importance(matrix, d[c("x", "o")]), class = "tildenet_error_data")
  frame <- kms(d[c("x", "o", "f")], d$y, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0)
  expect_setequal(importance(frame, d)$term, c("x", "o", "f"))
})
