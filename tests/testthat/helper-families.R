expect_near <- function(object, expected, tolerance = 1e-3) {
  expect_equal(as.vector(object), as.vector(expected), tolerance = tolerance, ignore_attr = TRUE)
}

# A fit without hidden layers whose steps get smaller, as near to the maximum of the likelihood as floats are.
likelihood_kms <- function(input_formula, data, loss = NULL, ..., rate = 0.05, epochs = 600, scale_continuous = NULL) {
  slower <- callback_learning_rate_scheduler(function(epoch, lr) rate * (1 - epoch / epochs)^2)
  kms(input_formula, data, loss = loss, N_layers = 0, kernel_regularizer = NULL, bias_regularizer = NULL,
      activity_regularizer = NULL, pTraining = 1, validation_split = 0, Nepochs = epochs, batch_size = nrow(data),
      optimizer_args = list(learning_rate = rate), callbacks = slower, scale_continuous = scale_continuous,
      seed = 1, verbose = 0, ...)
}

# Claims, counts, shares and plain numbers of two predictors.
family_data <- function(n = 150) {
  withr::with_seed(3, {
    d <- data.frame(a = stats::rnorm(n), b = stats::runif(n), time = stats::runif(n, 0.5, 2))
    mean <- exp(1 + d$a / 2 - d$b)
    d$size <- stats::rgamma(n, 2, 2 / (mean * d$time))
    d$count <- stats::rnbinom(n, mu = mean, size = 2)
    d$claim <- d$size * stats::rbinom(n, 1, 0.6)
    share <- stats::plogis(0.3 + d$a / 2 - d$b)
    d$share <- stats::rbeta(n, 5 * share, 5 - 5 * share)
    d$y <- 1 + d$a + (1 + d$b) * stats::rnorm(n)
    d$level <- cut(d$y, c(-Inf, 0, 1, 2, Inf), c("low", "middle", "high", "top"), ordered_result = TRUE)
    d$event <- stats::rexp(n, exp(d$a / 2 - d$b))
    d$seen <- pmin(ceiling(8 * d$event) / 8, 1.5)
    d$status <- as.numeric(d$event <= 1.5)
    d
  })
}
