# Columns as they come, through kms().
visits <- function(n = 90) {
  withr::with_seed(4, {
    d <- data.frame(visit = seq_len(n), day = as.Date("2023-03-01") + sample(90, n, TRUE),
                    grade = factor(sample(c("low", "mid", "top"), n, TRUE), c("low", "mid", "top"), ordered = TRUE),
                    x = stats::rnorm(n), where = sample(c("in", "out"), n, TRUE))
    d$twice <- d$x
    d$y <- d$x + as.integer(d$grade) + stats::rnorm(n) / 10
    d
  })
}

weights_of <- function(fit) get_weights(fit$model)

test_that("Columns: formula() fits the same net by hand", {
  d <- visits()
  fit <- suppressMessages(kms(y ~ ., d, Nepochs = 2, seed = 1))
  expect_identical(deparse1(formula(fit)), paste("y ~ . - visit - day - grade - twice + calendar(day) + ordinal(grade) +",
                                                 "factor(grade, ordered = FALSE)"))
  for (auto in c(FALSE, TRUE)) {
    hand <- kms(formula(fit), d, Nepochs = 2, seed = 1, auto = auto)
    expect_identical(weights_of(hand), weights_of(fit))
    expect_identical(hand$predictions, fit$predictions)
  }
  again <- update(fit, Nepochs = 1)
  expect_identical(again$P, fit$P)
})

test_that("Columns: the fit tells what became of them", {
  fit <- suppressMessages(kms(y ~ ., visits(), Nepochs = 1, seed = 1))
  expect_identical(fit$columns$inputs, c(0L, 12L, 3L, 1L, 1L, 0L))
  expect_identical(sum(fit$columns$inputs), fit$P)
  expect_snapshot(writeLines(column_lines(fit$columns)))
  expect_match(capture.output(print(fit)), "calendar(day)", fixed = TRUE, all = FALSE)
  plain <- kms(Species ~ ., iris, Nepochs = 1, seed = 1)
  expect_identical(plain$columns$kind, rep("number", 4))
  expect_no_match(capture.output(print(plain)), "Columns:")
})

test_that("Columns: many that are changed are not all shown", {
  columns <- data.frame(column = paste0("c", 1:20), kind = "constant", becomes = NA_character_, inputs = 0L)
  expect_match(column_lines(columns)[15], "8 more", fixed = TRUE)
  expect_null(column_lines(data.frame(column = "a b", kind = "number", becomes = "`a b`", inputs = 1L)))
})

test_that("Columns: a layer argument, a model or auto = FALSE means columns as they are", {
  d <- visits()
  formula <- y ~ . - twice - visit
  expect_null(kms(formula, d, Nepochs = 1, seed = 1, auto = FALSE)$columns)
  expect_null(kms(formula, d, Nepochs = 1, seed = 1, units = 4)$columns)
  expect_null(kms(formula, d, Nepochs = 1, seed = 1, bias_initializer = "ones")$columns)
  model <- keras_model_sequential() %>% layer_dense(1)
  compile(model, "adam", "mse")
  expect_null(kms(formula, d, model, Nepochs = 1, seed = 1)$columns)
  expect_identical(kms(formula, d, Nepochs = 1, seed = 1, units = 4, auto = TRUE)$P, 17L)
  expect_identical(kms(formula, d, Nepochs = 1, seed = 1, auto = FALSE)$P, 5L)
})

test_that("Columns: auto is TRUE or FALSE and about a formula", {
  expect_error(kms(y ~ ., visits(), auto = NA), "be TRUE or FALSE", class = "tildenet_error_argument")
  expect_error(kms(as.matrix(mtcars[-1]), mtcars$mpg, auto = TRUE), "without a formula", class = "tildenet_error_argument")
  expect_identical(kms(mtcars[-1], mtcars$mpg, Nepochs = 1, seed = 1, auto = FALSE)$P, 10L)
  expect_silent(suppressWarnings(kms(y ~ ., visits(), Nepochs = 1, seed = 1, verbose = 0)))
  expect_message(kms(y ~ ., visits(), Nepochs = 1, seed = 1), "`visit`", class = "tildenet_message_columns")
})

test_that("Columns: new data need those that are used, and may hold what the fit has not seen", {
  d <- visits()
  fit <- suppressMessages(small_kms(y ~ ., d, auto = TRUE))
  new <- data.frame(day = as.Date(c("2023-04-01", "2050-01-01", NA)), grade = c("low", "best", "mid"), x = 0, where = "in")
  expect_warning(p <- predict(fit, new), "\"best\"", class = "tildenet_warning_new_levels")
  expect_identical(is.na(as.vector(p)), c(FALSE, FALSE, TRUE))
  expect_error(predict(fit, new[-1]), "`day`", class = "tildenet_error_data")
  gaps <- suppressMessages(small_kms(y ~ ., within(d, {
    day[2] <- NA
    grade[3] <- NA
  }), auto = TRUE, na.action = na.pass))
  expect_identical(gaps$columns$inputs, c(0L, 13L, 5L, 1L, 1L, 0L))
  p <- suppressWarnings(predict(gaps, new))
  expect_false(anyNA(p))
})

test_that("Columns: ids of a table of many are embedded, one that is new is read by their mean", {
  d <- withr::with_seed(1, data.frame(user = factor(paste0("u", c(1:2100, sample(2100, 300)))), x = stats::rnorm(2400)))
  d$y <- d$x + 1
  d$user <- d$user[sample(2400)]
  d <- rbind(d, d)
  fit <- small_kms(y ~ ., d, auto = TRUE, Nepochs = 1, batch_size = 1000)
  expect_identical(fit$columns$becomes, c("emb(user)", "x"))
  expect_identical(fit$columns$inputs, c(1L, 1L))
  expect_warning(p <- predict(fit, data.frame(user = "new", x = 1)), class = "tildenet_warning_new_levels")
  expect_true(is.finite(p))
})

test_that("Columns: folds of kms_kcv() have the columns that all rows have chosen", {
  cv <- suppressMessages(kms_kcv(y ~ ., visits(), k_folds = 2, Nepochs = 1, seed = 1))
  expect_identical(cv$P, 17L)
  expect_identical(cv$train_f1$P, cv$P)
  expect_identical(formula(cv$train_f2), cv$input_formula)
})
