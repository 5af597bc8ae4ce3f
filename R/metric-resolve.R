# From the `metrics` of compile() to one list of metrics per output.

# metrics: names, functions, objects, a list of them, or a list of such by output; labels: what the
# user called the elements (see metric_labels()). Returns a list in output order.
metrics_by_output <- function(metrics, labels, outputs, arg, call = rlang::caller_env()) {
  items <- metric_items(metrics)
  named <- nzchar(names(items) %||% character())
  if (any(named) && all(names(items)[named] %in% outputs) && all(named)) {
    return(lapply(outputs, function(name) resolve_metrics(metric_items(items[[name]]), NULL, arg, call)))
  }
  nested <- vapply(items, function(m) is.list(m) && !is.object(m), NA)
  if (length(items) > 0 && all(nested) && length(items) == length(outputs) && length(outputs) > 1) {
    return(lapply(items, function(m) resolve_metrics(metric_items(m), NULL, arg, call)))
  }
  strangers <- setdiff(names(items)[named], outputs)
  if (length(outputs) > 1 && length(strangers) > 0 && !any(vapply(items[named], is.function, NA))) {
    abort_arg(arg, "have the names of outputs", paste0("Not there: ", quoted_list(strangers), "."),
              paste0("The outputs are ", quoted_list(outputs), "."), call = call)
  }
  if (any(named)) {
    warn_tn(paste0("Names in `", arg, "` are not needed."), "metric_names", call = call,
            how = "Use custom_metric(name, metric_fn) to name a function.")
    labels <- ifelse(named & vapply(items, is.function, NA), names(items), labels %||% "")
  }
  same <- resolve_metrics(items, labels, arg, call)
  rep(list(same), length(outputs))
}

# Anything compile() takes as metrics -> a plain list of single metrics.
metric_items <- function(metrics) {
  if (is.null(metrics)) return(list())
  if (is.list(metrics) && !is.object(metrics)) {
    flat <- lapply(metrics, function(m) if (is.character(m) && length(m) > 1) as.list(m) else m)
    return(flat)
  }
  if (is.character(metrics)) as.list(metrics) else list(metrics)
}

resolve_metrics <- function(items, labels, arg, call) {
  if (length(labels) != length(items)) labels <- rep("", length(items))
  made <- Map(function(item, label) {
    if (is.list(item) && !is.object(item)) return(resolve_metrics(item, NULL, arg, call))
    list(resolve_metric(item, label, arg, call))
  }, items, labels)
  unname(unlist(made, recursive = FALSE))
}

# One metric. label: the name a nameless R function gets.
resolve_metric <- function(metric, label, arg, call) {
  if (is_metric(metric)) return(metric)
  if (is.character(metric) && length(metric) == 1) {
    plain <- sub("^metric_", "", metric)
    kind <- table_name(plain, metric_table) %||% unname(metric_choices[tolower(plain)])
    if (!is.na(kind)) return(new_metric(kind, name = metric))
    abort_arg(arg, "name known metrics", describe(metric), call = call,
              how = known_names(metric, c("accuracy", names(metric_table)),
                                ", the short names, and R functions of (y_true, y_pred).",
                                table_aliases(metric_table)))
  }
  if (is_loss(metric)) {
    self <- self_of(metric)
    return(loss_metric(self$kind, self$attrs, self$name, self$r_function))
  }
  if (!is.function(metric)) {
    abort_arg(arg, "hold names, metric_*() functions or R functions of (y_true, y_pred)",
              describe(metric), call = call)
  }
  kind <- function_name(metric, "metric_", metric_table)
  if (!is.null(kind)) return(new_metric(kind, name = metric_default_name(metric, kind)))
  kind <- function_name(metric, "loss_", loss_table)
  if (!is.null(kind)) return(loss_metric(kind, formals_attrs(metric), metric_default_name(metric, kind)))
  name <- attr(metric, "py_function_name") %||% if (nzchar(label)) label else "custom_metric"
  new_metric(name = name, r_function = check_two_arguments(metric, arg, call))
}

# A loss among the metrics: traced where the engine has no metric of its formula. The metric of the cosine has
# the other sign.
loss_metric <- function(kind, attrs, name, r_function = NULL) {
  own <- is.null(kind) || kind %in% names(metric_table) && kind != "cosine_similarity"
  if (!own) {
    loss <- kind
    kind <- NULL
    r_function <- function(y_true, y_pred) loss_of_tensors(loss, y_true, y_pred, attrs)
  }
  new_metric(kind, attrs, name, r_function)
}

metric_default_name <- function(f, kind) if (is.character(formals(f)$name)) formals(f)$name else kind

# What the elements of an argument are called in the user's code: "my_metric" in metrics = my_metric
# or c("mae", my_metric). expr: the unevaluated argument.
metric_labels <- function(expr) {
  label <- function(e) if (is.symbol(e)) as.character(e) else ""
  if (is.call(expr) && as.character(expr[[1]])[1] %in% c("c", "list")) {
    return(vapply(as.list(expr)[-1], label, "", USE.NAMES = FALSE))
  }
  label(expr)
}

# ---- choices that depend on shapes -----------------------------------------------------------------

# "accuracy" and "crossentropy" for predictions and targets of these shapes (batch axis first).
metric_kind <- function(kind, loss, pred_shape, true_shape) {
  if (!kind %in% metric_choices) return(kind)
  units <- if (length(pred_shape) < 2) 1 else pred_shape[length(pred_shape)]
  binary <- units %in% 1 || identical(loss, "binary_crossentropy")
  whole <- prod(true_shape[-1]) < prod(pred_shape[-1])
  sparse <- identical(loss, "sparse_categorical_crossentropy") || isTRUE(whole)
  form <- if (binary) "binary" else if (sparse) "sparse_categorical" else "categorical"
  paste0(form, "_", kind)
}
