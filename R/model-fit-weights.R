# Sample weights and class weights: one factor per sample (or per sample and step) for each output.

# Weights for each output with a loss: a list of numeric vectors or matrices, NULL where there is none.
weight_entries <- function(self, sample_weight, n, arg = "sample_weight",
                           call = rlang::caller_env()) {
  names <- output_names(self)[!vapply(self$compiled$losses, is.null, NA)]
  if (is.null(sample_weight)) return(rep(list(NULL), length(names)))
  if (!is_plain_list(sample_weight)) {
    return(rep(list(one_weight(sample_weight, n, arg, call)), length(names)))
  }
  parts <- spread_over_outputs(sample_weight, names, arg, call)
  lapply(parts, function(w) if (!is.null(w)) one_weight(w, n, arg, call))
}

one_weight <- function(w, n, arg, call) {
  entry <- data_entry(w, arg, call)
  if (any(entry$data < 0)) {
    abort_arg(arg, "hold no negative numbers", paste0("The smallest is ", format(min(entry$data)), "."),
              call = call)
  }
  if (entry_rows(entry) != n) {
    abort_arg(arg, paste0("have one number for each of the ", format(n, big.mark = ","), " samples"),
              paste0("It has ", format(entry_rows(entry), big.mark = ","), "."), class = "shape",
              call = call)
  }
  if (entry$dim[2] == 1 && length(entry$dim) == 2) as.vector(entry$data) else entry$data
}

# Factors by class: names "0" ... "K-1". Returns them in class order.
check_class_weight <- function(class_weight, call = rlang::caller_env()) {
  if (is.null(class_weight)) return(NULL)
  weights <- listed_numbers(class_weight)
  labels <- names(weights)
  whole <- suppressWarnings(as.integer(labels %||% character()))
  wrong <- if (is.numeric(weights)) weights[is.na(weights) | weights < 0 | is_unheld(weights)]
  if (length(wrong) > 0) {
    abort_arg("class_weight", "hold finite numbers of at least 0", paste0("One is ", format(wrong[[1]]), "."),
              call = call)
  }
  if (!is.numeric(weights) || length(whole) == 0 || anyNA(whole) ||
      !identical(sort(whole), seq_along(whole) - 1L)) {
    abort_arg("class_weight", "be a list of numbers named \"0\", \"1\" and so on, one for each class",
              if (is.null(labels)) "It has no names."
              else paste0("Its names are ", quoted_list(labels), "."),
              call = call)
  }
  unname(weights[order(whole)])
}

# The sample's factor: that of its class, argmax of several columns.
class_factors <- function(entry, weights, call = rlang::caller_env()) {
  y <- entry$data
  last <- entry$dim[length(entry$dim)]
  if (length(entry$dim) > 2) {
    abort_arg("class_weight", "go with targets that have no time axis",
              "Use `sample_weight` with one factor per step.", call = call)
  }
  classes <- if (last == 1) as.vector(y) else max.col(y, ties.method = "first") - 1
  outside <- classes < 0 | classes >= length(weights) | classes != round(classes)
  if (any(outside)) {
    abort_arg("class_weight", "have a factor for every class in `y`", call = call,
              paste0("There is none for ", format(classes[outside][1]), "."))
  }
  weights[classes + 1]
}

# Sample weights times class weights, for training.
training_weights <- function(weights, targets, class_weight, call = rlang::caller_env()) {
  by_class <- check_class_weight(class_weight, call)
  if (is.null(by_class)) return(weights)
  if (length(targets) > 1) {
    abort_arg("class_weight", "be used with models of one output", call = call,
              how = "Use `sample_weight` with one vector per output.")
  }
  factors <- class_factors(targets[[1]], by_class, call)
  list(if (is.null(weights[[1]])) factors else weights[[1]] * factors)
}
