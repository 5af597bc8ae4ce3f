outcome_of <- function(y) outcome_fit(y, y ~ x, call = NULL)

test_that("numbers with more than two values are continuous, all else is categorical", {
  expect_identical(outcome_of(c(1, 2, 3.5))$type, "continuous")
  expect_null(outcome_of(1:3)$labels)
  expect_identical(outcome_of(c(5, 7, 5))$type, "binary")
  expect_identical(outcome_of(c(TRUE, FALSE))$labels, c(FALSE, TRUE))
  expect_identical(outcome_of(c("b", "a", "c"))$type, "multinomial")
  expect_identical(outcome_of(factor(c("b", "a"), c("b", "a", "unused")))$n_values, 2L)
})

test_that("22.4 defect 2: a binary outcome is coded 0/1 by the order of its labels", {
  expect_codes <- function(y, codes) expect_identical(outcome_codes(y, outcome_of(y)), codes)
  expect_codes(factor(c("yes", "no", "yes"), c("no", "yes")), c(1L, 0L, 1L))
  expect_codes(factor(c("yes", "no", "yes"), c("yes", "no")), c(0L, 1L, 0L))
  expect_codes(c("m", "f", "f"), c(1L, 0L, 0L))
  expect_codes(c(TRUE, FALSE, TRUE), c(1L, 0L, 1L))
  expect_codes(c(10, -3, 10), c(1L, 0L, 1L))
})

test_that("codes turn back into values of the outcome's type", {
  y <- factor(c("b", "a", "c"), c("c", "b", "a", "d"))
  outcome <- outcome_of(y)
  expect_identical(outcome_values(outcome_codes(y, outcome), outcome), y)
  expect_identical(outcome_factor(0:2, outcome), factor(c("c", "b", "a"), levels(y)))
  numbers <- outcome_of(c(10, 2.5, 10))
  expect_identical(outcome_values(c(1L, 0L, NA), numbers), c(10, 2.5, NA))
  expect_identical(levels(outcome_factor(1L, numbers)), c("2.5", "10"))
})

test_that("22.4 defect 11: a constant outcome is an error that says so", {
  expect_snapshot(error = TRUE, {
    outcome_of(c(3, 3, 3))
    outcome_of(factor("a"))
  })
})

test_that("ordered factors keep their order, logicals their type", {
  grades <- outcome_of(factor(c("mid", "low", "high"), c("low", "mid", "high"), ordered = TRUE))
  expect_identical(grades$type, "multinomial")
  expect_true(is.ordered(outcome_values(0:2, grades)))
  expect_identical(outcome_of(c(TRUE, FALSE))$type, "binary")
  fit <- small_kms(cut(mpg, c(0, 15, 20, 40), ordered_result = TRUE) ~ wt, mtcars)
  expect_true(is.ordered(fit$predictions))
})

test_that("columns of 0 and 1 are several labels", {
  y <- cbind(a = c(1, 0, 1), b = c(TRUE, FALSE, FALSE))
  outcome <- outcome_of(y)
  expect_identical(outcome$type, "multilabel")
  expect_identical(outcome$labels, c("a", "b"))
  expect_identical(outcome$n_values, 2L)
  expect_identical(colnames(outcome_vector(cbind(c(1, 0), c(0, 1)))), c("label1", "label2"))
  expect_identical(outcome_of(cbind(c(1, 0, 1)))$type, "binary")
})

test_that("labels of new data stand in the order of the fit's", {
  outcome <- list(type = "multilabel", labels = c("a", "b", "c"))
  expect_identical(outcome_align(cbind(c = 1L, a = 0L), outcome), cbind(a = 0L, b = 0L, c = 1L))
})

test_that("other outcomes are refused with what is possible", {
  expect_snapshot(error = TRUE, {
    outcome_of(Sys.Date() + 1:3)
    outcome_of(complex(real = 1:3))
    outcome_of(structure(cbind(1:3, 1), class = "Surv", type = "interval"))
    outcome_of(cbind(a = 1:3, b = 0))
    outcome_of(cbind(a = c("x", "y"), b = "z"))
    outcome_of(cbind(a = c(1, 1), b = c(0, 0)))
    small_kms(I(as.list(mpg)) ~ wt, mtcars)
    small_kms(list(mpg) ~ wt, mtcars)
  })
})

test_that("a list of text is several labels at once, as multilabel() of it", {
  films <- data.frame(x = c(1, 5, 2, 8, 3, 9, 4, 7), z = rep(1:2, 4))
  films$genres <- list("a", c("a", "b"), factor("b"), character(), NULL, c("b", "b"), NA, "a")[c(1:4, 6:8, 1)]
  films$boxed <- I(films$genres)
  for (form in list(genres ~ x, boxed ~ x, genres ~ . - boxed, rev(rev(genres)) ~ log(x))) {
    expect_message(built <- design_fit(form, films), class = "tildenet_message_missing_rows")
    expect_identical(built$y, multilabel(films$genres)[-6, ])
    expect_identical(built$design$outcome$labels, c("a", "b"))
    expect_identical(built$design$outcome$name, deparse1(form[[2]]))
    expect_identical(built$design$formula, form, ignore_formula_env = TRUE)
    new <- films[1:2, ]
    new$genres <- new$boxed <- list(c("b", "zz"), "a")
    again <- suppressWarnings(design_apply(built$design, new))
    expect_identical(again$y, cbind(a = c(0L, 1L), b = c(1L, 0L)))
    expect_null(design_apply(built$design, films[c("x", "z")])$y)
  }
  expect_false("genres" %in% built$design$colnames_x)
  expect_error(design_fit(n ~ x, transform(films, n = I(as.list(1:8)))), "multilabel", class = "tildenet_error_outcome")
})

test_that("a net and a linear model are fitted to a list column, and predict from one", {
  films <- data.frame(x = rep(c(1, 5, 2, 8), 10))
  films$genres <- rep(list("a", c("a", "b"), "a", "b"), 10)
  fit <- small_kms(genres ~ x, films)
  expect_identical(fit$y_labels, c("a", "b"))
  expect_named(prediction_answer(predict(fit, films)), c("fit", "y_test", "confusion", "label_accuracy", "exact_match"))
  expect_output(print(fit), "Formula:  genres ~ x", fixed = TRUE)
  bayes <- baseline(genres ~ x, films, method = "bayes", seed = 1)
  expect_identical(predict(bayes, films)$y_test, multilabel(films$genres))
})

test_that("`y_type` says that an outcome of two numbers is no labels", {
  fit <- small_kms(am ~ wt + hp, mtcars, y_type = "continuous")
  expect_identical(fit$y_type, "continuous")
  expect_identical(fit$loss, "mean_squared_error")
  expect_type(predict(fit, mtcars, "response"), "double")
  expect_identical(small_kms(vs ~ wt, mtcars, y_type = "continuous", loss = "poisson")$y_type, "continuous")
  two <- transform(mtcars, y = ifelse(am == 1, 12.5, 3))
  expect_equal(mean(predict(small_kms(y ~ wt, two, y_type = "continuous", Nepochs = 60), two)), mean(two$y), tolerance = 0.3)
  expect_identical(kms_kcv(am ~ wt, mtcars, y_type = "continuous", k_folds = 2, Nepochs = 1, seed = 1, verbose = 0)$y_type, "continuous")
  expect_identical(small_kms(mpg ~ wt, mtcars, y_type = "continuous")$y_type, "continuous")
  expect_error(small_kms(Species ~ ., iris, y_type = "continuous"), "must hold numbers", class = "tildenet_error_outcome")
  expect_error(small_kms(cbind(am, vs) ~ wt, mtcars, y_type = "continuous"), "must hold numbers", class = "tildenet_error_outcome")
  expect_error(small_kms(am ~ wt, mtcars, y_type = "binary"), "`y_type`", class = "tildenet_error_argument")
})
