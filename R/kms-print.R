#' Print and summarise a fit of kms()
#'
#' `print()` gives the formula, the kind of outcome, sizes, how long was trained and the measures of
#' the test rows with the scale of each. `summary()` adds the layers and, for a categorical outcome,
#' the confusion of the test rows.
#'
#' @param x,object A `kms_fit` or a summary.
#' @param digits Significant digits.
#' @param ... Not used.
#' @returns `print()` returns its argument invisibly; `summary()` a list of class `summary.kms_fit`
#'   with `fit`, `epochs` (asked, run, best, kept), `measures` (a data frame: measure, value, null (that
#'   of the null model), scale; see [kms_measures]) and
#'   `confusion`.
#' @seealso [kms()], [predict.kms_fit()]
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 5, seed = 1, verbose = 0)
#' fit
#' summary(fit)
#' summary(fit)$measures
#' @export
print.kms_fit <- function(x, digits = 4, ...) {
  cat(kms_lines(x, digits), sep = "\n")
  invisible(x)
}

#' @rdname print.kms_fit
#' @export
summary.kms_fit <- function(object, ...) {
  structure(list(fit = object, epochs = kms_epoch_counts(object), measures = kms_measures(object),
                 confusion = object$confusion), class = "summary.kms_fit")
}

#' @rdname print.kms_fit
#' @export
print.summary.kms_fit <- function(x, digits = 4, ...) {
  print(x$fit, digits = digits)
  if (!is.null(x$fit$layers_overview)) {
    cat("\nLayers (the first of several also describes the layer on the input):\n")
    print(x$fit$layers_overview)
  }
  cat("\n")
  print(x$fit$model)
  if (!is.null(x$confusion)) {
    cat("\nConfusion of the test rows:\n")
    print(x$confusion)
  }
  invisible(x)
}

kms_lines <- function(x, digits) {
  n <- split_counts(x)
  epochs <- kms_epoch_counts(x)
  measures <- kms_measures(x)
  c("Neural network fitted by kms()",
    paste0("Formula:  ", formula_words(x)),
    paste0("Outcome:  ", outcome_words(x)),
    paste0("Size:     N = ", big(x$N), " (", big(n[["train"]]), " training, ", big(n[["test"]]),
           " test), P = ", big(x$P), if (x$sparse_data) " (sparse)", special_words(kms_design(x)),
           label_count(x$y_type, x$K)),
    column_lines(x$columns),
    if (!identical(attr(x, "net") %||% "dense", "dense")) paste0("Net:      ", net_words(x)),
    paste0("Epochs:   ", epoch_words(epochs)),
    if (!is.null(x$temperature)) paste0("Probabilities: calibrated, temperature ", format(x$temperature, digits = 3)),
    if (is.null(measures)) "No test rows, so no test measures." else measure_lines(measures, digits),
    if (!is.null(x$history$diverged)) paste0("The training diverged: ", x$history$diverged, "."),
    null_words(x, measures))
}

# The measures on each scale under each other, beside those of the null model.
measure_lines <- function(measures, digits) {
  columns <- if (all(is.na(measures$null))) "value" else c("value", "null")
  rows <- lapply(unique(measures$scale), function(scale) {
    part <- measures[measures$scale == scale, ]
    numbers <- lapply(part[columns], function(v) ifelse(is.na(v), "", format_each(v, digits)))
    heads <- if (scale == measures$scale[1]) c("fit", "null model") else c("", "")
    rbind(c(paste0("Test, ", scale, ":"), heads[seq_along(columns)]),
          cbind(paste0("  ", part$measure), do.call(cbind, numbers)))
  })
  rows <- do.call(rbind, rows)
  rows <- cbind(format(rows[, 1]), apply(rows[, -1, drop = FALSE], 2, format, justify = "right"))
  trimws(apply(rows, 1, paste, collapse = "  "), "right")
}

# deparse1() would run a long formula over many lines.
formula_words <- function(x) {
  if (is.null(x$input_formula)) return("none, a matrix and an outcome")
  paste(trimws(deparse(x$input_formula)), collapse = " ")
}

# Folds have the design of their fits.
shown_design <- function(x) attr(x$train_f1 %||% x, "design")

outcome_words <- function(x) {
  paste0(x$y_type, if (!is.null(x$y_labels)) paste0(" (", short_list(x$y_labels), ")"), family_words(shown_design(x)$outcome))
}

# ", mean of 3 members": of a net that has some.
net_words <- function(x) {
  because <- if (!is.null(attr(x, "choice"))) paste0(", because ", counted(nobs(x), "row"))
  paste0(attr(x, "net"), members_words(x$members), because)
}

members_words <- function(members) {
  if (!is.null(members)) paste0(", mean of ", nrow(members), if (nrow(members) == 1) " member" else " members")
}

# " + emb(director, 8)": inputs beside the columns of the design.
special_words <- function(design) {
  labels <- names(design$specials)
  if (length(labels) > 0) paste0(" + ", paste(labels, collapse = " + "))
}

# How many labels there are; numbers have none.
label_count <- function(type, K, text = ", K = ") if (!type %in% c("continuous", "survival")) paste0(text, big(K))

# Measures of the test rows as a data frame measure, value, null, scale; NULL without test rows.
kms_measures <- function(x) {
  if (is.null(x$evaluations)) return(NULL)
  network <- unclass(x$evaluations)
  numbers <- is_numbers(kms_design(x)$outcome)
  trained_on <- if (x$y_type != "continuous") {
    "network"
  } else if (is.null(x$train_scale) || !family_of(kms_design(x)$outcome)$scaled) {
    "network (outcome units)"
  } else {
    paste0("network (outcome scaled, ", quoted(outcome_scale(x$train_scale$scale)), ")")
  }
  own <- unlist(if (numbers) x[intersect(c(shown_measures, family_measures), names(x))]
                else own_label_measures(kms_design(x)$outcome, x$y_test, x$predictions))
  if (x$y_type %in% c("binary", "multinomial")) network <- network[!names(network) %in% c("acc", "accuracy")]
  names <- c(names(own), names(network))
  null <- vapply(names, function(name) attr(x, "null")[[name]] %||% NA_real_, 0)
  own_scale <- if (numbers) "outcome units" else "labels"
  data.frame(measure = sub("_predictions$", "", names), value = c(own, unlist(network)), null = null,
             scale = rep(c(own_scale, trained_on), c(length(own), length(network))), row.names = NULL)
}

# list(asked, run, best, kept): best, of the lowest validation loss, is NA when nothing was validated.
kms_epoch_counts <- function(x) {
  val_loss <- x$history$metrics$val_loss
  run <- length(x$history$metrics$loss)
  c(list(asked = x$history$params$epochs, run = run,
         best = if (any(is.finite(val_loss))) which.min(val_loss) else NA_integer_, kept = x$history$kept %||% run),
    list(by = x$history$kept_by)[!is.null(x$history$kept_by)])
}

epoch_words <- function(epochs) {
  best <- identical(as.numeric(epochs$kept), as.numeric(epochs$best))
  paste0(epochs$run, " of ", epochs$asked, " run, weights of ", epoch_name(epochs$kept), " kept",
         if (!is.null(epochs$by)) paste0(" (best ", sub("^val_", "validation ", epochs$by), ")")
         else if (best) " (lowest validation loss)"
         else if (!is.na(epochs$best)) paste0(" (lowest validation loss in epoch ", epochs$best, ")"))
}

big <- function(x) format(x, big.mark = ",", trim = TRUE)

format_each <- function(x, digits) vapply(x, format, "", digits = digits)

short_list <- function(x) {
  x <- label_text(x)
  paste0(paste(utils::head(x, 4), collapse = ", "), if (length(x) > 4) paste0(", ... ", length(x), " labels"))
}

# What was read from the data and what will be trained.
kms_announce <- function(design, spec, model, split, control) {
  if (!says_all(control$verbose)) return(if (shows_layers(control$verbose)) print(model))
  n <- table(factor(split, c("train", "test")))
  inform_tn(paste0(
    "Outcome `", design$outcome$name, "` is ", design$outcome$type, ". N: ", big(length(split)), " (",
    big(n[["train"]]), " training, ", big(n[["test"]]), " test), P: ", big(length(design$colnames_x)),
    special_words(design),
    label_count(design$outcome$type, design$outcome$n_values, ", K: "), "."
  ), "outcome")
  if (!is.null(spec$overview)) print(spec$overview)
  print(model)
}
