# The control list kms() would make of these arguments.
kms_control_of <- function(...) {
  given <- list(...)
  args <- kms_settings(given)
  kms_control(args, given[setdiff(names(given), names(args))], names(given))
}

binary <- list(type = "binary", n_values = 2L, labels = c("no", "yes"), name = "y")
three <- list(type = "multinomial", n_values = 3L, labels = c("a", "b", "c"), name = "y")
continuous <- list(type = "continuous", n_values = 40L, labels = NULL, name = "y")

kms_spec_of <- function(outcome = three, P = 8, ..., input_dim = NULL) {
  design <- list(colnames_x = paste0("x", seq_len(P)), outcome = outcome)
  kms_spec(kms_sizes(kms_control_of(...), design, 1000), design, input_dim)
}

# Name and units (or rate) of each layer call, such as "dense 256".
layer_words <- function(spec) {
  vapply(spec$layers, function(call) {
    size <- c(call$args$units, call$args$rate, call$args$output_dim)
    trimws(paste(sub("layer_", "", call$layer), paste(size, collapse = "")))
  }, "")
}

# A small quick network for tests that need some fit.
small_kms <- function(input_formula, data, ..., N_layers = 2, units = 8, Nepochs = 3, seed = 1,
                      verbose = "auto") {
  kms(input_formula, data, N_layers = N_layers, units = units, Nepochs = Nepochs, seed = seed,
      verbose = verbose, ...)
}

iris_fit <- function() small_kms(Species ~ ., iris, Nepochs = 30)

# Ratings of users (a factor) and films (text) with a structure of rank 2.
ratings <- function(n = 300) {
  withr::with_seed(8, {
    d <- data.frame(user = factor(sample(letters[1:10], n, TRUE)), film = sample(paste0("m", 1:8), n, TRUE),
                    x = stats::rnorm(n))
    taste <- matrix(stats::rnorm(20), 10)
    style <- matrix(stats::rnorm(16), 8)
    d$stars <- rowSums(taste[as.integer(d$user), ] * style[match(d$film, paste0("m", 1:8)), ]) + d$x / 5
    d
  })
}

# No hidden layer, no penalty, all rows in one batch: kms() as a regression.
linear_kms <- function(input_formula, data, ..., Nepochs = 3000, scale_continuous = "z") {
  kms(input_formula, data, N_layers = 0, kernel_regularizer = NULL, bias_regularizer = NULL,
      activity_regularizer = NULL, pTraining = 1, validation_split = 0, Nepochs = Nepochs,
      batch_size = nrow(data), optimizer_args = list(learning_rate = 0.01), seed = 1, verbose = 0,
      scale_continuous = scale_continuous, ...)
}

# Intercept and slopes of such a fit in the units of the data.
linear_coefficients <- function(fit) {
  weights <- get_weights(fit$model)
  slopes <- weights[[1]][, 1]
  intercept <- as.vector(weights[[2]])
  scale <- fit$train_scale
  at <- scale$cols_to_scale
  slopes[at] <- slopes[at] / scale$X[2, ]
  intercept <- intercept - sum(slopes[at] * scale$X[1, ])
  if (!is.null(scale$y)) {
    slopes <- slopes * scale$y[2]
    intercept <- intercept * scale$y[2] + scale$y[1]
  }
  c(intercept, slopes)
}

# Reviews whose words tell the mood, a number, a name.
reviews <- function(n = 200) {
  withr::with_seed(6, {
    words <- list(good = c("good", "great", "fine"), bad = c("bad", "awful", "poor"))
    d <- data.frame(mood = sample(names(words), n, TRUE), x = stats::rnorm(n), who = sample(letters[1:8], n, TRUE))
    d$review <- vapply(d$mood, function(m) {
      paste(sample(c(words[[m]], "film", "plot", "scene"), 6, TRUE), collapse = " ")
    }, "", USE.NAMES = FALSE)
    d
  })
}

# A fit as a fresh process reads it.
predicted_elsewhere <- function(fit, newdata) {
  called_fresh(list(fit = fit, newdata = newdata), function(x) {
    stats::predict(x$fit, x$newdata, type = "prob")
  })
}

# Measures of numbers in fits and predictions, in their order.
regression_names <- c("MSE_predictions", "MAE_predictions", "R2_predictions", "cor_kendals", "r.squared")
