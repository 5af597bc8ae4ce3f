#' Networks of caret
#'
#' A method for `train()` of the package caret: `train(Species ~ ., iris, method = tildenet_caret())`, for labels and numbers. It does what
#' [tildenet_mlp()] does.
#'
#' @details
#' Tuned are `hidden_units` (of one hidden layer), `penalty` and `dropout`, see [tildenet_mlp()]. The grid of `tuneLength` values of
#' each has layers of 16 units, 32 and so on, penalties of 0 and from 0.0001 to 0.01, and dropout from 0 to 0.4; a random search draws
#' units from 4 to 256 and penalties from 1e-6 to 0.1, both on a logarithmic scale, and dropout up to 0.6. All other arguments of
#' `tildenet_mlp()` and [kms()] go to `train()`, such as `epochs = 50`, `learn_rate`, `activation` or `net = "pack"`
#' with a `tuneGrid` of what that net takes.
#'
#' Class probabilities and case weights are there. The formula interface of `train()` makes dummies of factors, `train(x, y)` of a data frame
#' leaves factors to the formula of the fit. `seed`s are drawn from R's generator, which caret sets for each
#' resample. Rows with missing predictors are used where `train()` lets them through, by `na.action = na.pass`.
#'
#' A share `validation_split` of the rows, 0.2, chooses the epoch, of each resample's training rows.
#'
#' @returns A list with the elements that caret wants of a method: `label`, `library`, `type`, `parameters`, `grid`, `loop`, `fit`,
#'   `predict`, `prob`, `levels`, `sort`, `tags`. The `finalModel` of what `train()` gives is a `kms_fit`, see [kms()].
#' @section Errors:
#' Those of [tildenet_mlp()]. caret makes warnings of errors in resamples.
#' @seealso [tildenet_mlp()] for tidymodels, [kms_tune()]
#' @examples
#' method <- tildenet_caret()
#' method$parameters
#' head(method$grid(iris[1:4], iris$Species, len = 3))
#' @export
tildenet_caret <- function() {
  list(label = "Neural network of tildenet", library = "tildenet", type = c("Classification", "Regression"),
       parameters = data.frame(parameter = names(caret_words), class = "numeric", label = unname(caret_words)),
       grid = caret_grid, loop = NULL, fit = caret_fit, predict = caret_predict, prob = caret_prob,
       levels = function(x) x$obsLevels, sort = caret_sort,
       tags = c("Neural Network", "L2 Regularization", "Accepts Case Weights", "Handle Missing Predictor Data"))
}

caret_words <- c(hidden_units = "Hidden Units", penalty = "Weight Penalty", dropout = "Dropout Rate")

caret_grid <- function(x, y, len = NULL, search = "grid") {
  if (search != "grid") {
    return(data.frame(hidden_units = round(2^stats::runif(len, 2, 8)), penalty = 10^stats::runif(len, -6, -1),
                      dropout = stats::runif(len, 0, 0.6)))
  }
  expand.grid(hidden_units = 2^(3 + seq_len(len)), penalty = c(0, 10^seq(-4, -2, length.out = len - 1)),
              dropout = seq(0, 0.4, length.out = len))
}

# What caret calls, with its names of arguments.
caret_fit <- function(x, y, wts, param, lev, last, weights, classProbs, ...) {
  data <- caret_rows(x)
  outcome <- utils::tail(make.unique(c(names(data), ".outcome")), 1)
  data[[outcome]] <- y
  formula <- stats::reformulate(".", as.name(outcome), env = globalenv()) # which is not stored with a fit
  tildenet_mlp(formula, data, weights = wts, hidden_units = param$hidden_units, penalty = param$penalty, dropout = param$dropout, ...)
}

caret_rows <- function(x) if (is.data.frame(x)) as.data.frame(x) else as.data.frame(as.matrix(x), optional = TRUE)

caret_predict <- function(modelFit, newdata, submodels = NULL) {
  type <- if (is_numbers(kms_design(modelFit)$outcome)) "response" else "class"
  values <- stats::predict(modelFit, caret_rows(newdata), type = type)
  if (type == "class") as.character(values) else values
}

# A column for each level of the outcome, also of one that no training row has.
caret_prob <- function(modelFit, newdata, submodels = NULL) {
  values <- stats::predict(modelFit, caret_rows(newdata), type = "prob")
  as.data.frame(mlp_probabilities(values, modelFit$obsLevels %||% colnames(values)), optional = TRUE)
}

# Simple models first: caret takes the first of equal ones.
caret_sort <- function(x) x[order(x$hidden_units, -x$penalty, -x$dropout), ]
