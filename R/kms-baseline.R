#' A linear model by the formula of a net
#'
#' Fits a linear support vector machine or naive Bayes to a formula and a data frame as [kms()] fits a network:
#' the same terms, the same training and test rows for the same seed, the same tables of what was predicted. So
#' one line says whether a net is worth its while.
#'
#' @inheritParams kms
#' @param input_formula,data As in [kms()], with an outcome of labels. `text()` and `tokens()` count as columns of words,
#'   `emb(f)` as a column for each level; pictures, products of embeddings and `offset()` have no place in a
#'   linear model.
#' @param method `"svm"`: [linear_svm()], or `"bayes"`: [naive_bayes()].
#' @param k_folds Parts of the training rows by which one of several settings is chosen.
#' @param scale_continuous As in [kms()]; by default `"z"` for `"svm"` and `NULL` for `"bayes"`, which takes no
#'   numbers below 0.
#' @param seed A number; `NULL`: drawn from R's generator. It fixes training rows, as in [kms()], and folds.
#' @param ... Arguments of the method by name: `cost` (by default `c(0.01, 0.1, 1)`), `class_weight` (by default
#'   `"balanced"`) and `loss` for `"svm"`, `alpha` and `prior` for `"bayes"`. Of several values of `cost` or `alpha` the one
#'   with the highest micro F1 over the folds is taken, the first of equal ones. And `x`, `y`, `na.action` and
#'   `contrasts.arg` of [kms()].
#' @param object,x A result of `baseline()`.
#' @param newdata,y_test,type,k,threshold As in [predict.kms_fit()]: `type` is `NULL`, `"class"`, `"link"` (the scores of
#'   the method), `"top"`, and for `"bayes"` also `"prob"`.
#' @param digits Significant digits.
#'
#' @details
#' Words are those of the training rows, of which a net keeps some for validation. They are found once, not in
#' each fold.
#'
#' @returns An object of class `kms_baseline`, a list of
#'   * `model`: the [linear_svm()] or [naive_bayes()] of all training rows; `method`;
#'   * `grid`: a data frame of `cost` or `alpha` and `micro_f1`, its mean over the folds, NA for one value;
#'   * `input_formula`, `N`, `P` (columns with those of the words), `K`, `y_type`, `y_labels`, `colnames_x`, `split`, `seed`,
#'     `train_scale` as in [kms()];
#'   * with test rows: `y_test`, `predictions`, `confusion`.
#'
#'   `predict()` gives what that of [kms()] gives. [confusion()], [classification_report()] and, beside nets,
#'   [plot_confusion()] take the object.
#' @section Errors:
#' A continuous outcome is an error of class `tildenet_error_outcome`, terms that a linear model has no columns for are
#' of class `tildenet_error_formula`; settings that cannot be are of class `tildenet_error_argument`.
#' @source Wang, S. and Manning, C. D. (2012). Baselines and bigrams: simple, good sentiment and topic
#'   classification. Proceedings of ACL, 90-94.
#' @seealso [linear_svm()], [naive_bayes()], [classification_report()]
#' @examples
#' films <- data.frame(plot = c("a shark", "a wedding", "a shark at a wedding", "her wedding"),
#'                     genres = c("Thriller", "Comedy", "Comedy|Thriller", "Comedy"))
#' films <- films[rep(1:4, 10), ]
#' bayes <- baseline(multilabel(genres) ~ text(plot), films, method = "bayes", seed = 1)
#' bayes
#' classification_report(bayes)
#' predict(bayes, data.frame(plot = "the shark"), type = "prob")
#'
#' if (requireNamespace("LiblineaR", quietly = TRUE)) {
#'   svm <- baseline(Species ~ ., iris, seed = 1)
#'   net <- kms(Species ~ ., iris, Nepochs = 15, seed = 1, verbose = 0)
#'   plot_confusion(svm, net)
#' }
#' @export
baseline <- function(input_formula, data, method = "svm", pTraining = 0.8, k_folds = 3, scale_continuous = NULL,
                     seed = NULL, ...) {
  call <- rlang::current_env()
  method <- check_string(method, "method", names(baseline_methods))
  dots <- baseline_dots(list(...), method, call)
  source <- kms_source(if (!missing(input_formula)) input_formula, if (!missing(data)) data, NULL, dots$kms, call)
  if (missing(scale_continuous)) scale_continuous <- baseline_methods[[method]]$scale
  control <- baseline_control(source$dots, pTraining, scale_continuous, seed, call)
  k_folds <- check_count(k_folds, "k_folds", 2)

  built <- kms_design_fit(source, control, parent.frame(), call)
  baseline_check(built$design, call)
  split <- kms_split(nrow(built$x), control)
  has_test <- kms_check_split(split, built$y, built$design$outcome, control, call)
  rows <- which(split == "train")
  settled <- special_settle(built$design$specials, built$specials, rows)
  built$specials <- settled$inputs
  design <- built$design
  design$specials <- settled$specials
  scale <- kms_scale(built, rows, control)
  x <- baseline_columns(design, built, scale)

  train <- baseline_data(x, built$y, rows, design$outcome)
  grid <- baseline_grid(train, dots$method, method, k_folds, call)
  model <- baseline_fit(train, dots$method, method, grid[order(-grid$micro_f1)[1], 1], call)
  out <- baseline_assemble(model, method, grid, design, split, scale, control$seed)
  if (has_test) baseline_test(out, x, built$y, which(split == "test")) else out
}

# fit: function(data, settings, call) on learn_data(); name: in sentences; tuned: the argument that may have several
# values; scale: of columns, by default; settings: arguments and their defaults.
baseline_methods <- list(
  svm = list(fit = function(...) svm_fit(...), name = "Linear support vector machine", tuned = "cost", scale = "z",
             settings = list(cost = c(0.01, 0.1, 1), class_weight = "balanced", loss = "squared_hinge")),
  bayes = list(fit = function(...) bayes_fit(...), name = "Multinomial naive Bayes", tuned = "alpha", scale = NULL,
               settings = list(alpha = 1, prior = NULL))
)

# list(method, kms): further arguments by who takes them, those of the method with its defaults.
baseline_dots <- function(dots, method, call) {
  settings <- baseline_methods[[method]]$settings
  known <- c(names(settings), "x", "y", "na.action", "contrasts.arg")
  unknown <- if (is.null(names(dots)) && length(dots) > 0) "" else setdiff(names(dots), known)
  if (length(unknown) > 0) {
    abort_arg("...", paste0("hold only arguments that go with `method = \"", method, "\"`"), call = call,
              given = paste0("Not known: ", paste(ifelse(nzchar(unknown), paste0("`", unknown, "`"), "one without a name"),
                                                  collapse = ", "), "."),
              how = paste0("Known: ", paste0("`", known, "`", collapse = ", "), "."))
  }
  own <- names(dots) %in% names(settings)
  settings[names(dots)[own]] <- dots[own]
  list(method = settings, kms = dots[!own])
}

# The settings of kms() for what both have in common.
baseline_control <- function(dots, pTraining, scale_continuous, seed, call) {
  args <- lapply(as.list(formals(kms))[-(1:2)], function(default) if (!identical(default, quote(expr = ))) eval(default))
  args <- args[names(args) != "..."]
  args[c("pTraining", "validation_split", "verbose")] <- list(pTraining, 0, 0)
  args["scale_continuous"] <- list(scale_continuous)
  if (!is.null(seed)) args$seed <- seed
  kms_control(args, c(dots, auto = FALSE), call = call)
}

baseline_check <- function(design, call) {
  outcome <- design$outcome
  if (is_numbers(outcome)) {
    abort_tn(paste0("The outcome `", outcome$name, "` must be labels for baseline()."), "outcome", call = call,
             given = if (outcome$type == "survival") "It holds times." else "It holds numbers with more than two values.",
             how = if (outcome$type == "continuous") "lm() fits a linear model of numbers.")
  }
  unfit <- c(names(design$specials)[vapply(design$specials, function(s) is.null(special_of(s)$columns), NA)],
             vapply(design$pairs, paste, "", collapse = ":"), if (design_has_offset(design)) "offset()")
  if (length(unfit) == 0) return(invisible())
  abort_arg("input_formula", "have only terms that a linear model has columns for", class = "formula", call = call,
            given = paste0("Not so: ", paste0("`", unfit, "`", collapse = ", "), "."))
}

# rows: list(x, specials), as design_fit() and design_apply() give it. Columns of the design and of the specials.
baseline_columns <- function(design, rows, scale) {
  x <- scale_apply(rows$x, scale)
  if (length(design$specials) == 0) return(x)
  parts <- lapply(unname(design$specials), function(s) special_of(s)$columns(s$state, rows$specials[[s$input]]))
  if (ncol(x) > 0) parts <- c(list(methods::as(x, "CsparseMatrix")), parts)
  names <- lapply(parts, function(part) colnames(part) %||% paste0("column", seq_len(ncol(part))))
  out <- methods::as(do.call(cbind, parts), "CsparseMatrix")
  colnames(out) <- make.unique(unlist(names))
  out
}

# As learn_data() gives it, of some rows; columns of new data are found by place.
baseline_data <- function(x, y, rows, outcome) {
  y <- outcome_rows(y, rows)
  list(x = x[rows, , drop = FALSE], y = if (is.matrix(y)) y else outcome_codes(y, outcome),
       design = list(outcome = outcome, columns = NULL, colnames_x = colnames(x)))
}

baseline_fit <- function(data, settings, method, value, call) {
  settings[baseline_methods[[method]]$tuned] <- value
  baseline_methods[[method]]$fit(data, settings, call)
}

# A row for each value of the argument that may have several.
baseline_grid <- function(data, settings, method, k_folds, call) {
  tuned <- baseline_methods[[method]]$tuned
  values <- unique(check_numbers(settings[[tuned]], tuned, call))
  if (length(values) == 0) abort_arg(tuned, "hold a number", describe(settings[[tuned]]), call = call)
  out <- stats::setNames(data.frame(values, NA_real_), c(tuned, "micro_f1"))
  if (length(values) == 1) return(out)
  n <- nrow(data$x)
  if (k_folds > n) abort_arg("k_folds", paste0("be at most the number of training rows, ", n), describe(k_folds), call = call)
  folds <- sample(rep_len(seq_len(k_folds), n))
  part <- function(rows) list(x = data$x[rows, , drop = FALSE], y = outcome_rows(data$y, rows), design = data$design)
  out$micro_f1 <- vapply(values, function(value) {
    mean(vapply(seq_len(k_folds), function(fold) {
      model <- baseline_fit(part(folds != fold), settings, method, value, call)
      held <- part(folds == fold)
      classification_report(held$y, baseline_codes(model, held$x))$averages$f1[1]
    }, 0))
  }, 0)
  out
}

baseline_assemble <- function(model, method, grid, design, split, scale, seed) {
  outcome <- design$outcome
  out <- list(model = model, method = method, grid = grid, input_formula = design$formula, N = length(split),
              P = length(model$design$colnames_x), K = outcome$n_values, y_type = outcome$type,
              y_labels = outcome$labels, colnames_x = model$design$colnames_x, split = split, seed = seed,
              train_scale = scale)
  structure(out, class = "kms_baseline", design = design)
}

# Adds what the test rows say.
baseline_test <- function(object, x, y, rows) {
  object$y_test <- outcome_rows(y, rows)
  object$predictions <- baseline_values(object, x[rows, , drop = FALSE])
  object$confusion <- confusion(object)
  object
}
