#' Multinomial naive Bayes
#'
#' Classifies counts, such as those of words in texts, by the share that each feature has in the counts of a
#' label, for one label a row or for several.
#'
#' @inheritParams linear_svm
#' @param x A matrix, a sparse matrix or a data frame of numbers of at least 0: a row per case, a column per
#'   feature. Counts are what the model is made for; tf-idf weights work, too. For
#'   `print()` a fit.
#' @param alpha Count that is added to each feature of each label, at least 0 (0 counts as 1e-10).
#' @param prior Probability of each label before a row is looked at. `NULL`: its share of the rows;
#'   `"uniform"`: the same for all, of several labels 0.5 each; or numbers above 0, in the order of the labels or
#'   named by them, which for single labels are divided by their sum.
#' @param weights Weights of the rows, numbers of at least 0; `NULL`: all 1.
#' @param type `"class"`: the most probable label, a factor, or for several labels a 0/1 matrix of those above
#'   0.5; `"prob"`: probabilities; `"link"`: the joint log-likelihood of row and label, for several labels the
#'   log odds.
#'
#' @details
#' For N the sum of a feature's numbers over the rows of a label, the probability of the feature is
#' (N + alpha) / (sum of all N + alpha times the number of features). Several labels a row are models of their
#' own, each label against the rest.
#'
#' @returns `naive_bayes()`: a list of class `tildenet_naive_bayes` with
#'   * `log_prior`: a number per label;
#'   * `feature_log_prob`: a matrix (labels, features);
#'   * `rest`, for several labels: a list of the same two, for the rows without each label.
#'
#'   `predict()` of type `"prob"` or `"link"`: a matrix (rows of `newdata`, labels). A row with a missing
#'   value is NA.
#' @section Errors:
#' Settings that cannot be and numbers below 0 are errors of class `tildenet_error_argument`; missing values of
#' class `tildenet_error_missing`; new data without the columns of the fit of class `tildenet_error_data`; a
#' `y` that is constant or no labels of class `tildenet_error_outcome`.
#' @source Manning, C. D., Raghavan, P. and Schuetze, H. (2008). Introduction to Information Retrieval, chapter
#'   13. Cambridge University Press.
#' @seealso [linear_svm()]; [baseline()] for a formula.
#' @examples
#' plots <- c("a shark", "a wedding", "a shark at the wedding", "her wedding")
#' counts <- fit(text_vectorizer(), plots)
#' bayes <- naive_bayes(predict(counts, plots), c("thriller", "comedy", "thriller", "comedy"))
#' predict(bayes, predict(counts, "the shark"), type = "prob")
#'
#' genres <- multilabel(c("Thriller", "Comedy", "Comedy|Thriller", "Comedy"))
#' bayes <- naive_bayes(predict(counts, plots), genres, alpha = 0.5)
#' predict(bayes, predict(counts, c("the shark", "a wedding")))
#' @export
naive_bayes <- function(x, y, alpha = 1, prior = NULL, weights = NULL) {
  call <- rlang::current_env()
  if (missing(x)) abort_missing_arg("x", call)
  if (missing(y)) abort_missing_arg("y", call)
  bayes_fit(learn_data(x, y, call), list(alpha = alpha, prior = prior, weights = weights), call)
}

# data: see learn_data(); settings: arguments of naive_bayes() by name.
bayes_fit <- function(data, settings, call) {
  alpha <- max(check_number(settings$alpha, "alpha", min = 0, call = call), 1e-10)
  bayes_check_counts(data$x, call)
  outcome <- data$design$outcome
  weights <- bayes_weights(settings$weights, nrow(data$x), call)
  several <- outcome$type == "multilabel"
  member <- if (several) data$y == 1 else outer(data$y, seq_len(outcome$n_values) - 1L, `==`)
  shares <- bayes_prior(settings$prior, colSums(member * weights) / sum(weights), outcome, call)
  model <- function(member, shares) {
    dimnames(member) <- list(NULL, label_text(outcome$labels))
    counts <- as.matrix(Matrix::t(Matrix::crossprod(data$x, member * weights))) + alpha
    colnames(counts) <- data$design$colnames_x
    list(log_prior = stats::setNames(log(shares), colnames(member)),
         feature_log_prob = log(counts) - log(rowSums(counts)))
  }
  structure(c(model(member, shares), list(rest = if (several) model(!member, 1 - shares), alpha = alpha,
                                          design = data$design)), class = "tildenet_naive_bayes")
}

bayes_check_counts <- function(x, call) {
  values <- if (is.matrix(x)) x else x@x
  if (all(values >= 0)) return(invisible())
  abort_arg("x", "hold numbers of at least 0", paste0("The smallest is ", format(min(values)), "."), call = call,
            how = "Multinomial naive Bayes reads counts; linear_svm() takes any numbers.")
}

bayes_weights <- function(weights, n, call) {
  if (is.null(weights)) return(rep(1, n))
  weights <- design_weights(rlang::new_quosure(weights), data.frame(row = seq_len(n)), emptyenv(), call)
  if (anyNA(weights)) abort_missing("weights", sum(is.na(weights)), NULL, call)
  if (all(weights == 0)) abort_arg("weights", "have a number above 0", "All are 0.", call = call)
  weights
}

# A probability for each label.
bayes_prior <- function(prior, shares, outcome, call) {
  labels <- label_text(outcome$labels)
  several <- outcome$type == "multilabel"
  if (is.null(prior)) return(shares)
  if (identical(prior, "uniform")) return(rep(if (several) 0.5 else 1 / length(labels), length(labels)))
  numbers <- plain_numbers(prior)
  if (!is.null(names(numbers))) numbers <- numbers[label_match(labels, names(numbers))]
  fine <- length(numbers) == length(labels) && !anyNA(numbers) && all(numbers > 0 & is.finite(numbers)) &&
    !(several && any(numbers >= 1))
  if (!fine) {
    abort_arg("prior", paste0("be NULL, \"uniform\" or a number ", if (several) "between 0 and 1" else "above 0",
                              " for each of the ", length(labels), " labels"), describe_numbers(prior), call = call,
              how = paste0("The labels are ", some_of(labels), "."))
  }
  unname(if (several) numbers else numbers / sum(numbers))
}

#' @rdname naive_bayes
#' @export
predict.tildenet_naive_bayes <- function(object, newdata, type = "class", ...) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  if (missing(newdata)) abort_missing_arg("newdata", call)
  type <- check_string(type, "type", c("class", "prob", "link"))
  outcome <- object$design$outcome
  joint <- function(x, part) sweep(as.matrix(x %*% t(part$feature_log_prob)), 2, part$log_prior, "+")
  link <- learn_scores(object$design, newdata, function(x) {
    own <- joint(x, object)
    if (is.null(object$rest)) own else own - joint(x, object$rest)
  }, call)
  dimnames(link) <- list(NULL, names(object$log_prior))
  if (type == "link") return(link)
  if (type == "class") return(learn_classes(link, outcome, own = is.null(object$rest)))
  if (!is.null(object$rest)) return(stats::plogis(link))
  likelihood <- exp(link - apply(link, 1, max))
  likelihood / rowSums(likelihood)
}

#' @rdname naive_bayes
#' @export
print.tildenet_naive_bayes <- function(x, ...) {
  cat(learn_line("multinomial naive Bayes", x$design))
  invisible(x)
}
