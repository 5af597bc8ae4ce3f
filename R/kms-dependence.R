#' How predictions move with one variable
#'
#' Partial dependence: one variable of the data is set to the same value in all rows, these are
#' predicted, and the predictions are averaged; so for one value after the other.
#'
#' @inheritParams importance
#' @param data A data frame with the predictors; the outcome is not needed. The averages run over its
#'   rows, so it should hold the mixture of cases that is of interest, such as the training data.
#' @param term Name of a column of `data` that the formula reads. It is the variable, not the term: with
#'   `y ~ poly(x, 2) + x:z` the column `"x"` is set and the whole formula evaluated again, so that all its
#'   terms follow.
#' @param grid_size The most values of a number, a date or a time. One with more different values
#'   is set to this many of them, evenly spaced in rank (quantiles), so that the values lie where the data
#'   are. Labels and logical values are all used.
#'
#' @details
#' A factor is set to each level the fit knows, text that the formula takes as a factor likewise, any other
#' text to each different value in `data`. A column that the formula reads by `text()`, `tokens()` or `image()` is an
#' error: [importance()] says what texts and pictures are worth.
#'
#' The average also counts combinations that do not occur, such as a low budget of an epic film. Where two
#' variables go together, the curve away from the data says what the net makes of such cases, not what
#' they are.
#'
#' The cost is that of predicting `data` once for each value.
#'
#' @returns A data frame of class `kms_partial_dependence`, one row per value, for a categorical outcome
#'   one per value and label:
#'   * `value`: the value, of the type the variable has (a factor for labels and text);
#'   * `class`: for a categorical outcome the label, a factor in the order of the outcome's labels;
#'   * `prediction`: the mean prediction, in the units of a continuous outcome, else the mean
#'     probability of the label.
#'
#'   [autoplot()][autoplot.kms_importance] and `plot()` show it.
#'
#' @section Messages and errors:
#' Rows in which another predictor is missing are left out and counted in a message. Unknown and several
#' names in `term` are errors of class `tildenet_error_argument`, unfit data are errors of class
#' `tildenet_error_data`.
#'
#' @source Friedman (2001), Greedy Function Approximation: A Gradient Boosting Machine, The Annals of
#'   Statistics 29, section 8.2.
#' @seealso [importance()]
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 10, seed = 1, verbose = 0)
#' width <- partial_dependence(fit, iris, "Petal.Width", grid_size = 5)
#' width
#' plot(width)
#' @export
partial_dependence <- function(object, data, term, grid_size = 20, batch_size = 32) {
  call <- rlang::current_env()
  keep_pictures()
  object <- check_kms_fit(object, call)
  design <- kms_design(object)
  grid_size <- check_count(grid_size, "grid_size", min = 2)
  batch_size <- check_count(batch_size, "batch_size")
  data <- check_effect_data(if (missing(data)) NULL else data, call)
  if (missing(term)) abort_arg("term", "be given", call = call)
  dependence_check_term(term, names(data), design, call)
  if (!term %in% names(data)) {
    abort_arg("data", "have the columns the fit was trained on", paste0("It lacks `", term, "`."),
              class = "data", call = call)
  }
  data <- design_cast(data[intersect(names(data), design$columns)], design$types, "data", call)
  grid <- dependence_grid(data[[term]], term, design, grid_size, call)
  values <- if (is.character(data[[term]])) as.character(grid) else grid
  found <- lapply(seq_along(grid), function(i) {
    data[[term]] <- rep(values[i], nrow(data))
    if (i == 1) return(dependence_mean(object, data, batch_size, call))
    # Said once is enough.
    suppressWarnings(suppressMessages(dependence_mean(object, data, batch_size, call),
                                      "tildenet_message"), "tildenet_warning")
  })
  new_dependence(grid, found, term, design$outcome)
}

# ---- arguments -------------------------------------------------------------------------------------

dependence_check_term <- function(term, columns, design, call) {
  must <- "be the name of one column of the data that the formula reads"
  if (!is.character(term) || length(term) != 1 || is.na(term)) {
    abort_arg("term", must, describe(term), call = call,
              how = if (length(term) > 1) "Ask for one variable after the other.")
  }
  for (s in design$specials) {
    content <- special_of(s)$content
    if (is.null(content) || !term %in% all.vars(s$expr)) next
    abort_arg("term", paste("not be a column of", content), paste0("The formula reads `", term, "` by `", s$label, "`."),
              paste0("They are no points on a line: importance() says what the ", content, " are worth."), call = call)
  }
  if (term %in% design$columns) return(invisible())
  how <- if (term %in% design$y_columns) "It is read by the outcome, not by the predictors."
         else dependence_suggestion(term, columns, design)
  abort_arg("term", must, describe(term), how, call = call)
}

# A term of the formula is no variable, but says which are meant.
dependence_suggestion <- function(term, columns, design) {
  parsed <- tryCatch(all.vars(str2lang(term)), error = function(e) character())
  inside <- setdiff(intersect(parsed, design$columns), term)
  if (length(inside) > 0) return(paste0("Variables in it: ", quoted_list(inside), "."))
  names <- utils::head(design$columns, 10)
  more <- if (length(design$columns) > 10) paste0(", ... (", length(design$columns), ").") else "."
  if (term %in% columns) return(paste0("The formula reads ", quoted_list(names), more))
  known_names(term, names, more)
}

# ---- values ----------------------------------------------------------------------------------------

# The values the variable is set to, in order: labels as a factor, anything else in its own type.
dependence_grid <- function(v, term, design, size, call) {
  levels <- levels(design$types[[term]]) %||% design$xlevels[[term]]
  if (!is.null(levels)) return(label_factor(levels, levels))
  values <- if (is.atomic(v) && is.null(dim(v))) sort(unique(v)) # without missing ones
  if (!is.character(v)) values <- values[is.finite(values)]
  if (length(values) == 0) {
    abort_arg(term, "hold numbers, labels, dates or logical values",
              if (is.atomic(v) && is.null(dim(v))) "None of its values is known." else describe(v),
              class = "data", call = call)
  }
  if (is.character(v)) return(factor(values, values))
  if (is.factor(v) || length(values) <= size) return(values)
  ranked <- sort(v[is.finite(v)])
  unique(ranked[pmax(1, ceiling(seq(0, 1, length.out = size) * length(ranked)))])
}

# list(means, rows): mean predictions, one number or one for each label, and over how many rows.
dependence_mean <- function(object, data, batch_size, call) {
  new <- design_apply(kms_design(object), data, call, "data", outcome = FALSE)
  n_out <- nrow(data) - length(new$rows)
  if (n_out == nrow(data)) {
    abort_arg("data", "have a row without missing values", paste("All", n_out, "rows have some."),
              class = "data", call = call)
  }
  if (n_out > 0) {
    inform_tn(paste0("Left out ", n_out, " of ", nrow(data), " rows with missing values."), "missing_rows")
  }
  type <- if (is_numbers(kms_design(object)$outcome)) "response" else "prob"
  values <- predict_types[[type]]$values(predict_request(object, new, batch_size, call = call))
  list(means = colMeans(as.matrix(values)), rows = length(new$rows))
}

# ---- result ----------------------------------------------------------------------------------------

# found: dependence_mean() at each value of the grid.
new_dependence <- function(grid, found, term, outcome) {
  means <- do.call(rbind, lapply(found, `[[`, "means"))
  out <- data.frame(value = rep(grid, each = ncol(means)))
  if (!is_numbers(outcome)) {
    labels <- label_text(outcome$labels)
    out$class <- factor(rep(labels, length(grid)), labels)
  }
  out$prediction <- as.vector(t(means))
  structure(out, class = c("kms_partial_dependence", "data.frame"), term = term, outcome = outcome$name,
            rows = found[[1]]$rows)
}

#' @export
print.kms_partial_dependence <- function(x, digits = 3, n = 20, ...) {
  term <- attr(x, "term")
  rows <- attr(x, "rows")
  if (!is.null(term)) {
    cat("Partial dependence of `", attr(x, "outcome"), "` on `", term, "`, averages over ", big(rows),
        if (rows == 1) " row" else " rows", "\n", sep = "")
  }
  table <- dependence_table(x, digits)
  print_plain(utils::head(table, n), digits, row.names = FALSE)
  if (nrow(table) > n) cat("... and", nrow(table) - n, "more\n")
  invisible(x)
}

# One column per label while they stand one after the other for each value; else x as it is.
dependence_table <- function(x, digits) {
  labels <- levels(x$class)
  n <- length(labels)
  whole <- n > 0 && nrow(x) %% n == 0 && !is.null(x$value) && is.numeric(x$prediction) &&
    identical(as.character(x$class), rep(labels, nrow(x) %/% n))
  if (!whole) return(x)
  wide <- matrix(round(x$prediction, digits), ncol = n, byrow = TRUE, dimnames = list(NULL, labels))
  cbind(data.frame(value = x$value[seq(1, nrow(x), n)]), wide)
}
