# Losses and metrics of compile() as the training configuration of Keras holds them, both ways.

# list(loss, metrics, weighted_metrics, loss_weights) of what compile() kept of a model. Its outputs say which
# accuracy is meant and what stands before the names of metrics.
training_losses_config <- function(self) {
  compiled <- self$compiled
  outputs <- measured_outputs(self)
  list(loss = write_losses(compiled), metrics = write_metrics(compiled$metric_lists, outputs),
       weighted_metrics = write_metrics(compiled$weighted_lists, outputs),
       loss_weights = if (any(compiled$loss_weights != 1)) as.list(as.double(compiled$loss_weights)))
}

# Of each output: its name, the shape of its predictions and its loss.
measured_outputs <- function(self) {
  names <- output_names(self)
  lapply(seq_along(names), function(i) {
    loss <- self$compiled$losses[[i]]
    list(name = names[i], several = length(names) > 1, shape = if (self$built) shape_for_targets(loss, self$outputs[[i]]$shape),
         loss = if (!is.null(loss)) self_of(loss)$kind)
  })
}

# ---- classes ---------------------------------------------------------------------------------------

# Classes that are not the name in other letters.
measure_classes <- c(kullback_leibler_divergence = "KLDivergence", logcosh = "LogCosh", auc = "AUC",
                     top_k_categorical_accuracy = "TopKCategoricalAccuracy",
                     sparse_top_k_categorical_accuracy = "SparseTopKCategoricalAccuracy")

# "mean_squared_error" -> "MeanSquaredError".
measure_class <- function(kind, metric = FALSE) {
  if (metric && kind == "logcosh") return("LogCoshError")
  if (kind %in% names(measure_classes)) return(measure_classes[[kind]])
  gsub("(^|_)([a-z])", "\\U\\2", kind, perl = TRUE)
}

# Functions that Keras has under another name.
measure_functions <- c(logcosh = "log_cosh", kullback_leibler_divergence = "kl_divergence")

measure_function <- function(kind) if (kind %in% names(measure_functions)) measure_functions[[kind]] else kind

# The name in a table for a class or function of Keras, NULL if unknown.
measure_kind <- function(name, table) {
  kind <- table_name(name, table)
  if (is.null(kind) && grepl("^keras", name)) kind <- table_name(sub(".*[.>]", "", name), table)
  kind
}

# Settings in Keras' types. Axes count from 0 there.
measure_settings <- function(attrs, axis = TRUE) {
  if (!is.null(attrs$axis)) attrs$axis <- as_integers(if (attrs$axis > 0) attrs$axis - 1 else attrs$axis)
  if (!axis && identical(attrs$axis, -1L)) attrs$axis <- NULL
  for (name in intersect(names(attrs), c("from_logits", "members"))) attrs[[name]] <- attrs[[name]] == 1
  for (name in intersect(names(attrs), c("k", "top_k", "class_id", "num_thresholds", "num_labels"))) {
    attrs[[name]] <- as_integers(attrs[[name]])
  }
  lapply(attrs, function(a) if (length(a) > 1) as.list(a) else a)
}

# ---- writing ---------------------------------------------------------------------------------------

# As the user gave it: one for all outputs, an array, or an object by output.
write_losses <- function(compiled) {
  loss <- compiled$loss
  if (is.character(loss) && length(loss) > 1) loss <- as.list(loss)
  labels <- compiled$loss_labels
  if (!is.list(loss) || is.object(loss)) return(write_loss(loss, labels[1]))
  if (length(labels) != length(loss)) labels <- rep("", length(loss))
  Map(write_loss, loss, labels)
}

# label: the name of the user's variable.
write_loss <- function(loss, label) {
  if (is.null(loss)) return(NULL)
  if (is.character(loss)) return(sub("^loss_", "", loss))
  if (!is_loss(loss)) {
    kind <- function_name(loss, "loss_", loss_table)
    if (!is.null(kind)) return(measure_function(kind))
    return(function_name_of(loss, if (isTRUE(nzchar(label))) label else "loss"))
  }
  self <- self_of(loss)
  if (is.null(self$kind)) return(function_name_of(self$r_function, self$name))
  own <- measure_settings(self$attrs, axis = grepl("crossentropy|cosine", self$kind))
  list(class_name = measure_class(self$kind),
       config = c(list(reduction = self$reduction, name = self$name), own, list(fn = measure_function(self$kind))))
}

# NULL without any; [null] for an output without.
write_metrics <- function(lists, outputs) {
  if (all(lengths(lists) == 0)) return(NULL)
  Map(function(metrics, output) {
    if (length(metrics) == 0) return(list(NULL))
    lapply(metrics, function(metric) write_metric(self_of(metric), output))
  }, unname(lists), outputs)
}

write_metric <- function(self, output) {
  name <- if (output$several) paste0(output$name, "_", self$name) else self$name
  base <- list(name = name, dtype = "float32")
  wrapped <- function(fn) list(class_name = "MeanMetricWrapper", config = c(base, list(fn = fn)))
  if (is.null(self$kind)) return(wrapped(function_name_of(self$r_function, self$name)))
  if (self$kind %in% metric_choices) {
    if (is.null(output$shape)) return(self$name)
    return(wrapped(metric_kind(self$kind, output$loss, output$shape, output$shape)))
  }
  if (length(self$attrs) == 0 && is_mean_metric(self$kind)) return(wrapped(measure_function(self$kind)))
  attrs <- if (length(self$attrs) > 0) self$attrs else self_of(class_metric(self$kind, list()))$attrs
  list(class_name = measure_class(self$kind, TRUE), config = c(base, measure_settings(attrs)))
}

# Whether the metric is the mean of a function, which Keras has by name.
is_mean_metric <- function(kind) grepl("_accuracy$", kind) || !is.null(metric_table[[kind]]$loss)

# ---- reading ---------------------------------------------------------------------------------------

# What compile() takes for a training configuration; an error where something in it has to come through
# `custom_objects` and does not. outputs: names of the model's outputs.
compile_arguments <- function(training_config, custom_objects = NULL, outputs = NULL, call = rlang::caller_env()) {
  context <- read_context(list(), custom_objects, call)
  if (!is.list(training_config)) abort_config("The settings of training are no object.", context)
  read <- function(key, reader) reader(training_config[[key]], outputs, context)
  list(loss = read("loss", read_losses), metrics = read("metrics", read_metrics),
       weighted_metrics = read("weighted_metrics", read_metrics), loss_weights = read("loss_weights", read_weights))
}

is_object_entry <- function(x) is.list(x) && !is.null(x[["class_name"]])

read_losses <- function(x, outputs, context) {
  if (is.list(x) && !is_object_entry(x)) return(lapply(x, read_loss, context))
  read_loss(x, context)
}

read_loss <- function(x, context) {
  if (is.null(x)) return(NULL)
  parts <- object_parts(x, "loss", context)
  config <- parts$config
  name <- if (parts$class_name == "LossFunctionWrapper") function_of(config$fn, context) else parts$class_name
  own <- custom_object(name, context)
  if (!is.null(own)) return(own)
  kind <- measure_kind(name, loss_table)
  if (is.null(kind)) abort_unknown(paste0("loss \"", name, "\""), name, context)
  if (is.character(x)) return(x)
  loss <- call_with_config(loss_maker(kind), loss_settings(config))
  if (isTRUE(config$members)) loss_members(loss) else loss
}

loss_maker <- function(kind) get(paste0("loss_", kind), envir = topenv(), mode = "function")

loss_settings <- function(config) {
  if (!is.null(config$reduction) && !isTRUE(config$reduction %in% c("sum", "none"))) config$reduction <- "auto"
  setting_axes(config)
}

# Axes count from 1 here.
setting_axes <- function(config) {
  if (is_one_number(config$axis) && config$axis >= 0) config$axis <- config$axis + 1
  if (is.null(config$axis)) config$axis <- NULL
  config
}

# The name of a function in a wrapper.
function_of <- function(fn, context) object_parts(fn %||% "", "function", context)$class_name

# A metric, an array of them, an array of arrays by output, or an object by output.
read_metrics <- function(x, outputs, context) {
  if (is.null(x)) return(NULL)
  if (!is.list(x) || is_object_entry(x)) x <- list(x)
  one <- function(metrics, output) {
    if (!is.list(metrics) || is_object_entry(metrics)) metrics <- list(metrics)
    metrics <- Filter(Negate(is.null), metrics)
    lapply(unname(metrics), read_metric, output, context)
  }
  if (!is.null(names(x))) return(Map(one, x, names(x)))
  nested <- vapply(x, function(m) is.null(m) || is.list(m) && !is_object_entry(m), NA)
  if (!any(nested)) return(one(x, NULL))
  if (length(x) != length(outputs)) outputs <- rep(list(NULL), length(x))
  lists <- Map(one, x, outputs)
  if (length(lists) == 1) lists[[1]] else unname(lists)
}

read_metric <- function(x, output, context) {
  parts <- object_parts(x, "metric", context)
  config <- parts$config
  own <- custom_object(parts$class_name, context)
  name <- metric_name(config$name, output)
  if (parts$class_name %in% metric_wrappers) {
    fn <- function_of(config$fn, context)
    own <- custom_object(fn, context)
    if (is.null(own)) return(named_metric(fn, name %||% fn, context))
  }
  if (is.function(own) && !is_object(own)) return(custom_metric(name %||% parts$class_name, own))
  if (!is.null(own)) return(own)
  if (is.character(x) || length(config) == 0) return(named_metric(parts$class_name, parts$class_name, context))
  kind <- measure_kind(parts$class_name, metric_table)
  if (is.null(kind)) abort_unknown(paste0("metric \"", parts$class_name, "\""), parts$class_name, context)
  config$name <- name
  class_metric(kind, config)
}

metric_wrappers <- c("MeanMetricWrapper", "SumOverBatchSizeMetricWrapper")

# Keras puts the output in front of the names.
metric_name <- function(name, output) {
  if (is.null(output) || !is_word(name) || !startsWith(name, paste0(output, "_"))) return(if (is_word(name)) name)
  substring(name, nchar(output) + 2)
}

named_metric <- function(fn, name, context) {
  kind <- measure_kind(fn, metric_table)
  if (is.null(kind) && tolower(fn) %in% names(metric_choices)) kind <- metric_choices[[tolower(fn)]]
  if (is.null(kind)) abort_unknown(paste0("metric \"", fn, "\""), fn, context)
  new_metric(kind, name = name)
}

class_metric <- function(kind, config) {
  maker <- if (kind == "logcosh") "metric_logcosh_error" else paste0("metric_", kind)
  f <- get0(maker, envir = topenv(), mode = "function")
  if (is.null(f)) return(new_metric(kind, name = config$name %||% kind))
  config <- setting_axes(config)
  keys <- intersect(names(config), setdiff(names(formals(f)), c("y_true", "y_pred", "dtype", "...")))
  args <- config[keys]
  if (kind == "auc" && !is.null(args$thresholds)) args$num_thresholds <- NULL
  do.call(f, lapply(args, r_numbers), quote = TRUE)
}

read_weights <- function(x, outputs, context) {
  if (is.null(x)) return(NULL)
  weights <- r_numbers(x)
  fine <- is.numeric(weights) || is.list(weights) && all(vapply(weights, is.null, NA))
  if (!fine) abort_config("The weights of the losses are no numbers.", context)
  if (is.numeric(weights)) weights
}
