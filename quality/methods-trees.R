# Peers made of trees: ranger's forests of 500, gbm and lightgbm with 500 rounds stopped early. One thread each.

forest <- function(task, rows = task$train, ...) {
  ranger::ranger(task$formula, rows, num.trees = 500, seed = task$seed, num.threads = 1, ...)
}

forest_answer <- function(fit, rows, ...) predict(fit, rows, num.threads = 1, ...)$predictions

fit_ranger <- function(task) list(predicted = forest_answer(forest(task), task$test))

# Probabilities (rows, labels), labels in the order of the outcome's levels; 0 for one that no row fitted to had.
forest_prob <- function(fit, rows, task) {
  found <- forest_answer(fit, rows)
  labels <- levels(task$train[[task$outcome]])
  prob <- matrix(0, nrow(rows), length(labels), dimnames = list(NULL, labels))
  prob[, colnames(found)] <- found
  prob
}

fit_ranger_prob <- function(task) answered(task, forest_prob(forest(task, probability = TRUE), task$test, task))

# Quantile regression forests and forests of probabilities, fitted to four fifths of the rows; the others say how far bounds
# and sets have to reach, by the same steps as those of kms().
fit_ranger_conformal <- function(task) {
  set.seed(task$seed)
  n <- nrow(task$train)
  kept <- sample.int(n, round(0.2 * n))
  fitted <- task$train[-kept, ]
  calibration <- task$train[kept, ]
  if (task$type == "num") forest_interval(task, fitted, calibration) else forest_sets(task, fitted, calibration)
}

forest_interval <- function(task, fitted, calibration) {
  fit <- forest(task, fitted, quantreg = TRUE)
  quantiles <- function(rows) {
    forest_answer(fit, rows, type = "quantiles", quantiles = c((1 - interval_level) / 2, 0.5, (1 + interval_level) / 2))
  }
  seen <- quantiles(calibration)
  y <- calibration[[task$outcome]]
  moved <- tildenet:::conformal_quantile(pmax(seen[, 1] - y, y - seen[, 3]), interval_level)
  new <- quantiles(task$test)
  interval <- cbind(pmin(new[, 1] - moved, new[, 2]), pmax(new[, 3] + moved, new[, 2]))
  list(predicted = new[, 2], beliefs = function() list(interval = interval))
}

forest_sets <- function(task, fitted, calibration) {
  fit <- forest(task, fitted, probability = TRUE)
  prob <- forest_prob(fit, task$test, task)
  no_penalty <- c(0, 1)
  seen <- tildenet:::label_calibration(forest_prob(fit, calibration, task), as.integer(calibration[[task$outcome]]))
  score <- tildenet:::label_scores(tildenet:::label_ranks(prob), no_penalty)
  sets <- tildenet:::held_labels(list(score), list(seen), interval_level, no_penalty)
  list(predicted = likeliest(prob, colnames(prob)), beliefs = function() list(sets = sets))
}

# ---- boosting --------------------------------------------------------------------------------------

fit_gbm <- function(task) {
  set.seed(task$seed)
  rows <- task$train
  y <- rows[[task$outcome]]
  kind <- if (task$type == "num") "gaussian" else if (nlevels(y) == 2) "bernoulli" else "multinomial"
  if (kind == "bernoulli") rows[[task$outcome]] <- as.numeric(y) - 1
  # the last rows say when to stop
  rows <- rows[sample.int(nrow(rows)), ]
  fit <- gbm::gbm(task$formula, kind, rows, n.trees = 500, interaction.depth = 5, shrinkage = 0.05, n.minobsinnode = 5,
                  bag.fraction = 0.7, train.fraction = 0.85, n.cores = 1)
  trees <- gbm::gbm.perf(fit, method = "test", plot.it = FALSE)
  output <- predict(fit, task$test, n.trees = trees, type = "response")
  answered(task, if (kind == "multinomial") output[, , 1] else output)
}

# Codes of levels are told as such.
fit_lightgbm <- function(task) {
  predictors <- setdiff(names(task$train), task$outcome)
  coded <- which(vapply(task$train[predictors], is.factor, NA))
  matrix_of <- function(rows) data.matrix(rows[predictors])
  y <- task$train[[task$outcome]]
  if (task$type == "class") y <- as.integer(y) - 1L
  labels <- nlevels(task$train[[task$outcome]])
  set.seed(task$seed)
  kept <- sample.int(length(y), round(0.15 * length(y)))
  data <- lightgbm::lgb.Dataset(matrix_of(task$train[-kept, ]), label = y[-kept],
                                categorical_feature = if (length(coded) > 0) unname(coded))
  others <- lightgbm::lgb.Dataset.create.valid(data, matrix_of(task$train[kept, ]), label = y[kept])
  settings <- list(objective = if (task$type == "num") "regression" else if (labels == 2) "binary" else "multiclass",
                   num_threads = 1L, verbosity = -1L, seed = task$seed, learning_rate = 0.05)
  if (labels > 2) settings$num_class <- labels
  fit <- lightgbm::lgb.train(settings, data, 500L, list(kept = others), early_stopping_rounds = 30L, verbose = -1L)
  output <- predict(fit, matrix_of(task$test))
  if (labels > 2 && is.null(dim(output))) output <- matrix(output, ncol = labels, byrow = TRUE)
  answered(task, output)
}
