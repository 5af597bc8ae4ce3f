test_that("fitted values are the response for any rows, NA where a predictor is missing", {
  number <- small_kms(log(mpg) ~ wt + hp, mtcars)
  expect_identical(fitted(number, mtcars), predict(number, mtcars, type = "response"))
  expect_identical(fitted(number, mtcars)[number$split == "test"], number$predictions)
  d <- mtcars
  d$wt[2] <- NA
  expect_identical(which(is.na(fitted(number, d))), 2L)
  labels <- small_kms(Species ~ ., iris)
  expect_identical(dim(fitted(labels, iris)), c(150L, 3L))
  binary <- small_kms(am ~ wt, mtcars)
  expect_identical(fitted(binary, mtcars), predict(binary, mtcars, type = "prob")[, "1"])
})

test_that("response residuals and fitted values add up to the outcome", {
  number <- small_kms(log(mpg) ~ wt + hp, mtcars)
  expect_equal(residuals(number, mtcars) + fitted(number, mtcars), log(mtcars$mpg))
  for (type in c("deviance", "pearson")) {
    expect_identical(residuals(number, mtcars, type), residuals(number, mtcars))
  }
  labels <- small_kms(Species ~ ., iris)
  r <- residuals(labels, iris)
  expect_equal(unname(r + fitted(labels, iris)), unname(stats::model.matrix(~ Species - 1, iris)), ignore_attr = TRUE)
  expect_identical(colnames(r), levels(iris$Species))
  binary <- small_kms(factor(am, labels = c("auto", "manual")) ~ wt, mtcars)
  expect_equal(residuals(binary, mtcars) + fitted(binary, mtcars), mtcars$am)
})

test_that("squared deviance residuals sum to the deviance, as with glm()", {
  binary <- small_kms(am ~ wt, mtcars)
  p <- fitted(binary, mtcars)
  family <- stats::binomial()
  expected <- family$dev.resids(mtcars$am, p, rep(1, 32))
  d <- residuals(binary, mtcars, "deviance")
  expect_equal(d^2, expected)
  expect_identical(sign(d), ifelse(mtcars$am == 1, 1, -1))
  expect_equal(residuals(binary, mtcars, "pearson"), (mtcars$am - p) / sqrt(p * (1 - p)))
  labels <- small_kms(Species ~ ., iris)
  observed <- fitted(labels, iris)[cbind(1:150, as.integer(iris$Species))]
  expect_equal(residuals(labels, iris, "deviance")^2, -2 * log(observed))
  expect_identical(dim(residuals(labels, iris, "pearson")), c(150L, 3L))
})

test_that("probabilities of 0 and 1 give finite residuals", {
  expect_true(all(is.finite(label_residuals(c(0, 1), c(1, 0), "deviance", binary))))
  expect_true(all(is.finite(label_residuals(c(0, 1), c(0, 1), "pearson", binary))))
  counts <- list(type = "continuous", family = "poisson")
  expect_true(all(is.finite(number_residuals(c(0, 3), c(0, 0), "pearson", counts))))
})

test_that("counts and several labels have residuals of their kind", {
  d <- data.frame(n = rep(c(0, 1, 3, 7), 10), x = rep(1:4, 10))
  counts <- small_kms(n ~ x, d, loss = "poisson")
  mu <- fitted(counts, d)
  expect_equal(residuals(counts, d, "pearson"), (d$n - mu) / sqrt(mu))
  expect_equal(residuals(counts, d, "deviance")^2, stats::poisson()$dev.resids(d$n, mu, rep(1, 40)))
  d$a <- rep(0:1, 20)
  d$b <- rep(c(0, 0, 1, 1), 10)
  several <- small_kms(cbind(a, b) ~ x, d)
  p <- fitted(several, d)
  expect_equal(residuals(several, d), as.matrix(d[c("a", "b")]) - p, ignore_attr = TRUE)
  deviance <- residuals(several, d, "deviance")
  expect_equal(deviance[, "a"]^2, stats::binomial()$dev.resids(d$a, p[, "a"], rep(1, 40)))
  expect_identical(names(augment(several, d["x"])), c("x", ".fitted_a", ".fitted_b", ".pred_a", ".pred_b"))
  expect_equal(glance(several)$exact_match, mean(rowSums(several$predictions != several$y_test) == 0))
})

test_that("a fit of a matrix takes a matrix and its outcome", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  fit <- small_kms(x, mtcars$mpg)
  expect_equal(residuals(fit, x, y_test = mtcars$mpg), mtcars$mpg - predict(fit, x, type = "response"))
  expect_identical(augment(fit, mtcars)$.fitted, fitted(fit, x))
  expect_error(residuals(fit, x), "must have the outcome", class = "tildenet_error_data")
  expect_error(model.frame(fit, mtcars), "must be a fit of a formula", class = "tildenet_error_argument")
  expect_error(update(fit, . ~ wt), "must be left out", class = "tildenet_error_argument")
  fit <- kms(x, mtcars$mpg, N_layers = 1, Nepochs = 1, seed = 1, verbose = 0)
  expect_identical(update(fit)$predictions, fit$predictions)
})

test_that("update() keeps case weights by their name", {
  d <- transform(mtcars, w = rep(1:2, 16))
  fit <- kms(mpg ~ wt, d, weights = w, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0)
  expect_identical(getCall(fit)$weights, quote(w))
  expect_identical(update(fit)$predictions, fit$predictions)
})

test_that("residuals are NA where the outcome is missing or unknown", {
  fit <- small_kms(Species ~ ., iris)
  d <- iris[1:4, ]
  d$Species <- c(NA, "setosa", "rose", "setosa")
  d$Petal.Width[4] <- NA
  expect_identical(which(is.na(residuals(fit, d)[, 1])), c(1L, 3L, 4L))
  expect_identical(which(is.na(residuals(fit, d, "deviance"))), c(1L, 3L, 4L))
})

test_that("what needs data says so", {
  fit <- small_kms(mpg ~ wt, mtcars)
  expect_snapshot(error = TRUE, {
    fitted(fit)
    residuals(fit)
    model.frame(fit)
    residuals(fit, mtcars, type = "working")
    residuals(fit, mtcars["wt"])
    residuals(fit, mtcars["mpg"])
    fitted(fit, mtcars["mpg"])
    residuals(fit, 1:3)
    fitted(fit, mtcars, tpye = "link")
  })
})

test_that("coef() has the arrays of each layer by name", {
  fit <- small_kms(Species ~ ., iris, use_bias = c(TRUE, FALSE))
  weights <- coef(fit)
  expect_length(weights, 3)
  expect_identical(lapply(weights, names), stats::setNames(list(c("kernel", "bias"), c("kernel", "bias"), "kernel"), names(weights)))
  expect_identical(unname(unlist(weights, recursive = FALSE)), get_weights(fit$model), ignore_attr = TRUE)
  expect_identical(dim(weights[[1]]$kernel), c(4L, 8L))
})

test_that("Habits: coef() has the names of the columns when there is no hidden layer", {
  named <- function(...) rownames(coef(small_kms(...))[[1]]$kernel)
  expect_identical(named(mpg ~ wt + factor(cyl), mtcars, N_layers = 0), c("wt", "factor(cyl)6", "factor(cyl)8"))
  expect_identical(named(Species ~ ., iris, N_layers = 0), names(iris)[1:4])
  d <- ratings()
  fit <- small_kms(stars ~ x + user + emb(user, 2):emb(film, 2), d, N_layers = 0)
  kernel <- Filter(Negate(is.null), lapply(coef(fit), `[[`, "kernel"))
  expect_identical(rownames(kernel[[1]]), fit$colnames_x)
  expect_null(named(mpg ~ wt, mtcars, N_layers = 1))
})

test_that("coef() takes a nested model as one layer, tidy() knows what is frozen", {
  inner <- keras_model_sequential() |> layer_dense(units = 2, input_shape = 1) |> layer_dense(units = 3)
  freeze_weights(inner)
  model <- keras_model_sequential(list(inner, layer_dense(units = 1))) |> compile(loss = "mse", optimizer = "adam")
  fit <- kms(mpg ~ wt, mtcars, model, Nepochs = 1, seed = 1, verbose = 0)
  expect_identical(lengths(coef(fit), use.names = FALSE), c(4L, 2L))
  expect_identical(tidy(fit)$trainable, rep(c(FALSE, TRUE), c(4, 2)))
})

test_that("nobs(), formula() and model.frame() are those of other models", {
  d <- mtcars
  d$wt[3] <- NA
  suppressMessages(fit <- small_kms(log(mpg) ~ ., d[c("mpg", "wt", "hp")]))
  expect_identical(nobs(fit), sum(fit$split == "train"))
  expect_identical(deparse(formula(fit)), "log(mpg) ~ .")
  frame <- model.frame(fit, d)
  expect_equal(frame, stats::model.frame(log(mpg) ~ wt + hp, d), ignore_attr = c("terms", "na.action"))
})

test_that("update() changes formula and arguments and keeps the rest", {
  fit <- small_kms(mpg ~ wt + hp, mtcars, kernel_regularizer = NULL)
  d <- mtcars
  fit <- kms(mpg ~ wt + hp, d, N_layers = 2, units = 8, Nepochs = 3, kernel_regularizer = NULL, seed = 1, verbose = 0)
  expect_identical(update(fit)$predictions, fit$predictions)
  expect_identical(formula(update(fit, . ~ . - hp)), mpg ~ wt, ignore_formula_env = TRUE)
  changed <- update(fit, log(.) ~ ., units = 4, seed = 2)
  expect_identical(changed$layers_overview$units, c(4, 1))
  expect_identical(changed$layers_overview$kernel_regularizer, c("none", "none"))
  expect_identical(changed$colnames_x, c("wt", "hp"))
  expect_identical(changed$seed, 2)
  expect_identical(update(fit, data = d[1:20, ])$N, 20L)
  expect_identical(update(fit, bias_regularizer = NULL)$layers_overview$bias_regularizer, c("none", "none"))
})

test_that("update() keeps the dot of a formula and what stands beside it", {
  d <- iris
  fit <- kms(Species ~ ., d, N_layers = 2, units = 4, Nepochs = 1, seed = 1, verbose = 0)
  smaller <- update(fit, . ~ . - Petal.Width)
  expect_identical(smaller$colnames_x, c("Sepal.Length", "Sepal.Width", "Petal.Length"))
  expect_identical(deparse(formula(smaller)), "Species ~ . - Petal.Width")
  expect_identical(deparse(formula(update(fit, units = 2))), "Species ~ .")
  d$g <- factor(rep(1:5, 30))
  fit <- kms(Sepal.Length ~ . - Species - g + emb(g, 2), d, N_layers = 2, units = 4, Nepochs = 1, seed = 1, verbose = 0)
  other <- update(fit, log(.) ~ . - Petal.Width)
  expect_identical(deparse(formula(other)), "log(Sepal.Length) ~ (. - Species - g + emb(g, 2)) - Petal.Width")
  expect_identical(other$colnames_x, c("Sepal.Width", "Petal.Length"))
  expect_identical(names(kms_design(other)$specials), "emb(g, 2)")
  expect_identical(update(fit, ~ . - emb(g, 2))$colnames_x, fit$colnames_x)
})

test_that("a fit made in a wrapper can be updated outside with data", {
  fit <- small_kms(mpg ~ wt, mtcars, batch_size = 4)
  again <- update(fit, data = mtcars)
  expect_identical(again$predictions, fit$predictions)
  expect_identical(getCall(fit)$units, 8)
  expect_identical(update(fit, units = 2, evaluate = FALSE)$units, 2)
})

test_that("the call of a fit holds no rows", {
  big <- data.frame(x = stats::rnorm(2e4), y = stats::rnorm(2e4))
  fit <- do.call(kms, list(y ~ x, big, Nepochs = 1, N_layers = 1, verbose = 0, seed = 1))
  expect_null(getCall(fit)$data)
  expect_lt(length(serialize(attr(fit, "call"), NULL)), 5000)
  expect_snapshot(error = TRUE, {
    update(fit)
    update(fit, 3)
    update(fit, . ~ ., 3)
  })
  not_here <- local({
    inside <- big
    kms(y ~ x, inside, Nepochs = 1, N_layers = 1, verbose = 0, seed = 1)
  })
  expect_error(update(not_here), "`inside`, which is not there", class = "tildenet_error_argument")
  piped <- big %>% kms(input_formula = y ~ x, Nepochs = 1, N_layers = 1, verbose = 0, seed = 1)
  expect_error(update(piped), "does not know its name", class = "tildenet_error_argument")
})
