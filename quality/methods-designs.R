# Peers that read a matrix: cv.glmnet, and nnet with its size and decay chosen by 5 folds.

# list(x, new): columns of numbers of training and test rows.
peer_columns <- function(task) {
  x <- stats::model.matrix(task$formula, rbind(task$train, task$test))[, -1, drop = FALSE]
  train <- seq_len(nrow(task$train))
  list(x = x[train, , drop = FALSE], new = x[-train, , drop = FALSE])
}

fit_glmnet <- function(task) {
  columns <- peer_columns(task)
  y <- task$train[[task$outcome]]
  family <- if (task$type == "num") "gaussian" else if (nlevels(y) == 2) "binomial" else "multinomial"
  set.seed(task$seed)
  fit <- glmnet::cv.glmnet(columns$x, y, family = family, nfolds = 5)
  output <- predict(fit, columns$new, s = "lambda.min", type = "response")
  answered(task, if (family == "multinomial") output[, , 1] else output[, 1])
}

# ---- nnet ------------------------------------------------------------------------------------------

nnet_grid <- expand.grid(size = c(5, 15), decay = c(0.001, 0.03, 0.5))
nnet_folds <- 5
nnet_tuning_rows <- 2000 # by chance, where there are more

# Columns from 0 to 1, constant ones left out.
unit_columns <- function(columns) {
  low <- apply(columns$x, 2, min)
  span <- apply(columns$x, 2, max) - low
  lapply(columns, function(x) scale(x[, span > 0, drop = FALSE], low[span > 0], span[span > 0]))
}

# The outcome as nnet() has it: one column of standardised numbers or of 0 and 1 for two labels, else one for each label.
nnet_targets <- function(y) {
  if (is.numeric(y)) return(cbind((y - mean(y)) / stats::sd(y)))
  codes <- nnet::class.ind(y)
  if (ncol(codes) == 2) codes[, 2, drop = FALSE] else codes
}

nnet_once <- function(x, target, size, decay, numbers, iterations) {
  several <- ncol(target) > 1
  nnet::nnet(x, target, size = size, decay = decay, maxit = iterations, MaxNWts = 1e6, trace = FALSE, linout = numbers,
             softmax = several, entropy = !numbers && !several)
}

# Squared error of numbers, share of wrong labels.
nnet_error <- function(fit, x, target, numbers) {
  output <- predict(fit, x)
  if (numbers) return(mean((output - target)^2))
  wrong <- if (ncol(target) == 1) (output > 0.5) != (target > 0.5) else max.col(output) != max.col(target)
  mean(wrong)
}

# The row of the grid with the least error over the folds.
nnet_setting <- function(x, target, numbers) {
  rows <- sample.int(nrow(x), min(nrow(x), nnet_tuning_rows))
  fold <- sample(rep_len(seq_len(nnet_folds), length(rows)))
  errors <- vapply(seq_len(nrow(nnet_grid)), function(k) {
    mean(vapply(seq_len(nnet_folds), function(left_out) {
      inside <- rows[fold != left_out]
      outside <- rows[fold == left_out]
      fit <- nnet_once(x[inside, , drop = FALSE], target[inside, , drop = FALSE], nnet_grid$size[k], nnet_grid$decay[k],
                       numbers, 150)
      nnet_error(fit, x[outside, , drop = FALSE], target[outside, , drop = FALSE], numbers)
    }, 0))
  }, 0)
  nnet_grid[which.min(errors), ]
}

fit_nnet <- function(task) {
  set.seed(task$seed)
  columns <- unit_columns(peer_columns(task))
  y <- task$train[[task$outcome]]
  numbers <- task$type == "num"
  target <- nnet_targets(y)
  chosen <- nnet_setting(columns$x, target, numbers)
  fit <- nnet_once(columns$x, target, chosen$size, chosen$decay, numbers, 300)
  output <- predict(fit, columns$new)
  if (numbers) output <- output * stats::sd(y) + mean(y)
  answered(task, if (ncol(output) == 1) output[, 1] else output)
}
