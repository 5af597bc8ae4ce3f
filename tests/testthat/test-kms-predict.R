test_that("binary types agree with one another", {
  fit <- small_kms(am ~ mpg + wt, transform(mtcars, am = factor(am, labels = c("auto", "manual"))))
  prob <- predict(fit, mtcars, type = "prob")
  expect_identical(colnames(prob), c("auto", "manual"))
  expect_equal(predict(fit, mtcars, type = "response"), unname(prob[, 2]))
  expect_equal(stats::plogis(predict(fit, mtcars, type = "link")), unname(prob[, 2]), tolerance = 1e-5)
  expect_identical(predict(fit, mtcars, type = "class") == "manual", unname(prob[, 2] > 0.5))
})

test_that("a continuous outcome has response and link in its own units", {
  fit <- small_kms(mpg ~ wt, mtcars)
  response <- predict(fit, mtcars[1:2, ], type = "response")
  expect_identical(predict(fit, mtcars[1:2, ], type = "link"), response)
  expect_identical(predict(fit, mtcars[1:2, ])$fit, response)
  expect_snapshot(error = TRUE, {
    predict(fit, mtcars, type = "prob")
    predict(fit, mtcars, type = "best")
    predict(fit)
    predict(fit, mtcars, NULL, 32, 0, NULL, "class")
    predict(fit, mtcars["hp"])
    predict(fit, mtcars["wt"], y_test = 1:3)
  })
})

test_that("types are named by place or name, those of an outcome are told", {
  fit <- iris_fit()
  expect_identical(predict(fit, iris, "prob"), predict(fit, iris, type = "prob"))
  expect_identical(predict(fit, iris, "class"), prediction_values(predict(fit, iris)))
  expect_identical(predict(fit, iris, batch = 7)$fit, predict(fit, iris)$fit)
  possible <- Filter(function(entry) entry$of(kms_design(fit)$outcome) && !isTRUE(entry$members), predict_types)
  for (entry in names(possible)) expect_no_error(predict(fit, iris[1:2, ], entry))
  expect_snapshot(error = TRUE, {
    predict(fit, iris, 32)
    predict(fit, iris, "survival")
    predict(fit, iris, c("class", "prob"))
    predict(small_kms(cbind(a = mpg > 20, am) ~ wt, mtcars), mtcars, "terms")
  })
})

# One fit for each kind of outcome, with data that have all of them.
every_outcome <- function() {
  set.seed(7)
  d <- data.frame(x = rnorm(60), z = rnorm(60), user = rep(1:6, 10), item = rep(letters[1:4], 15))
  d$number <- d$x + d$z / 3
  d$two <- factor(ifelse(d$x > 0, "hi", "lo"))
  d$many <- cut(d$x, c(-Inf, -0.5, 0.5, Inf), c("l", "m", "h"))
  d$a <- as.integer(d$x > 0)
  d$b <- as.integer(d$z > 0)
  d$count <- rpois(60, 3)
  fit <- function(f, ...) small_kms(f, d, N_layers = 1, Nepochs = 2, ...)
  list(data = d, fits = list(
    number = fit(number ~ x + z), two = fit(two ~ x + z), many = fit(many ~ x + z), labels = fit(cbind(a, b) ~ x + z),
    counts = fit(count ~ x + offset(z), loss = "poisson"), offset = fit(number ~ x + offset(z)),
    product = suppressMessages(fit(number ~ emb(user, 2):emb(item, 2) + x)), coded = fit(a ~ x + z),
    logical = fit((b > 0) ~ x + z), sparse = fit(many ~ x + z, sparse_data = TRUE)
  ))
}

test_that("every outcome is predicted for no rows, one row and rows with missing values, in all forms", {
  all <- every_outcome()
  d <- all$data
  missing <- function(d, columns, rows) {
    for (column in columns) d[rows, column] <- NA
    d
  }
  predictors <- c("x", "z", "user", "item")
  outcomes <- setdiff(names(d), predictors)
  cases <- list(none = d[0, ], one = d[1, ], some = missing(d[1:5, ], predictors, 2), all = missing(d[1:5, ], predictors, 1:5),
                outcome = missing(d[1:5, ], outcomes, 2), outcomes = missing(d[1:5, ], outcomes, 1:5),
                unknown = d[1:3, predictors])
  known <- c(none = 0, one = 1, some = 4, all = 0, outcome = 5, outcomes = 5, unknown = 3)
  for (fit in all$fits) for (case in names(cases)) {
    new <- cases[[case]]
    expect_silent(answer <- predict(fit, new))
    expect_identical(NROW(answer$fit), nrow(new))
    expect_equal(sum(stats::complete.cases(answer$fit)), known[[case]])
    expect_output(print(answer))
    types <- c("response", "link", if (!fit$y_type %in% "continuous") c("class", "prob"))
    for (type in types) expect_identical(NROW(predict(fit, new, type = type)), nrow(new))
    expect_identical(nrow(augment(fit, new)), nrow(new))
    expect_identical(nrow(as.data.frame(answer)), nrow(new))
    expect_identical(NROW(fitted(fit, new)), nrow(new))
    if (case != "unknown") expect_identical(NROW(residuals(fit, new)), nrow(new))
    measures <- unlist(prediction_measures(answer)[c("accuracy", "label_accuracy", "exact_match", "MSE_predictions",
                                                    "MAE_predictions")])
    judged <- case %in% c("one", "some", "outcome")
    expect_true(all(is.na(measures) != judged) && !any(is.nan(measures)))
    if (case != "unknown" && fit$y_type %in% c("binary", "multinomial")) {
      counted <- sum(confusion(answer))
      expect_equal(counted, c(none = 0, one = 1, some = 4, all = 0, outcome = 4, outcomes = 0)[[case]])
      expect_equal(sum(confusion(answer, return_xtab = FALSE)$N), counted)
      expect_equal(sum(confusion(answer, tidy = TRUE)$n), counted)
    }
  }
})

test_that("a fit of a matrix, recommend() and evaluate() know what no rows are", {
  all <- every_outcome()
  x <- as.matrix(all$data[c("x", "z")])
  fit <- small_kms(x, all$data$two)
  for (none in list(x[0, ], x[0, , drop = FALSE], as.data.frame(x)[0, ], Matrix::Matrix(x, sparse = TRUE)[0, ])) {
    expect_identical(predict(fit, none)$fit, all$data$two[0])
    expect_identical(dim(predict(fit, none, type = "prob")), c(0L, 2L))
    expect_identical(predict(fit, none, y_test = all$data$two[0])$accuracy, NA_real_)
  }
  x[1:2, ] <- NA
  expect_identical(predict(fit, x[1:2, ], y_test = all$data$two[1:2])$accuracy, NA_real_)
  expect_identical(nrow(recommend(all$fits$product, integer(), items = data.frame(item = character(), x = numeric()))), 0L)
  expect_error(evaluate(fit$model, x[0, ], numeric()), "at least one sample", class = "tildenet_error_shape")
})
