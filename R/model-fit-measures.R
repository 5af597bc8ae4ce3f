# What is measured during a pass: the losses of several outputs and the metrics. A series of the
# history comes from one or more measures of the engine.

# Returns list(measures, series, tensors): measures refer to tensors; series are list(name, at =
# positions in measures, combine = name of the rule); tensors lists traced values.
measure_plan <- function(self, parts) {
  outputs <- output_names(self)
  several <- length(outputs) > 1
  plan <- list(measures = list(), series = list(), tensors = list())
  if (several) {
    for (i in seq_along(parts$trained)) {
      value <- list(kind = "value_rows", value = parts$means[[i]])
      plan <- add_series(plan, paste0(outputs[parts$trained[i]], "_loss"), list(value))
    }
  }
  for (k in seq_along(outputs)) {
    plain <- self$compiled$metric_lists[[k]]
    weighted <- self$compiled$weighted_lists[[k]]
    i <- match(k, parts$trained)
    if (is.na(i) && length(c(plain, weighted)) > 0) abort_no_targets(outputs[k])
    part <- if (!is.na(i)) output_part(self, parts, k, i)
    names <- metric_series_names(outputs[k], plain, weighted, several)
    for (j in seq_along(names)) {
      is_weighted <- j > length(plain)
      plan <- add_metric(plan, self_of(c(plain, weighted)[[j]]), part, names[j], is_weighted)
    }
  }
  names <- make_unique(vapply(plan$series, `[[`, "", "name"))
  plan$series <- Map(function(series, name) { series$name <- name; series }, plan$series, names)
  plan
}

abort_no_targets <- function(output) {
  abort_arg("metrics", "be asked for outputs with a loss only",
            paste0("Output \"", output, "\" has none."), call = NULL)
}

output_part <- function(self, parts, k, i) {
  loss <- self$compiled$losses[[k]]
  pred <- judged_output(loss, self$outputs[[k]])
  list(pred = pred, traced = if (has_members(loss)) pred, truth = parts$truths[[i]], weight = parts$weights[[i]],
       loss = self_of(loss)$kind)
}

add_series <- function(plan, name, measures, combine = "first") {
  at <- length(plan$measures) + seq_along(measures)
  plan$measures <- c(plan$measures, measures)
  plan$series <- c(plan$series, list(list(name = name, at = at, combine = combine)))
  made <- do.call(c, lapply(measures, function(m) list(m$value, m$traced, m$weight)))
  plan$tensors <- c(plan$tensors, Filter(function(t) !is.null(t) && t$node$op != "input", made))
  plan
}

add_metric <- function(plan, self, part, name, weighted) {
  weight <- if (weighted) part$weight
  if (is.null(self$kind)) return(add_traced_metric(plan, self, part, name, weight))
  weight <- masked_weight(part$pred, weight, length(part$pred$shape) - 1)
  kind <- metric_kind(self$kind, part$loss, part$pred$shape, part$truth$shape)
  measure <- list(kind = kind, attrs = engine_attrs(self$attrs, part$pred$shape), pred = part$pred, truth = part$truth,
                  weight = weight, traced = part$traced)
  if (kind != "auc") return(add_series(plan, name, list(measure)))
  add_auc(plan, self$attrs, measure, name)
}

# The curve runs over probabilities; with several labels there is one curve for each.
add_auc <- function(plan, attrs, measure, name) {
  if (isTRUE(attrs$from_logits)) {
    measure$pred <- emit_op("activation", list(measure$pred), list(activation = "sigmoid"))[[1]]
    measure$traced <- measure$pred
  }
  add_series(plan, name, list(measure))
}

# A metric written in R: the mean of the traced values, with weights the ratio of two means.
add_traced_metric <- function(plan, self, part, name, weight) {
  values <- traced_tensor(self$r_function(part$truth, part$pred), paste0("\"", self$name, "\" metric"))
  if (is_eager(values)) values <- constant_tensor(values)
  rank <- length(values$shape)
  if (rank > 0) weight <- masked_weight(part$pred, weight, rank)
  if (is.null(weight) || rank == 0) {
    return(add_series(plan, name, list(list(kind = "value", value = values))))
  }
  axes <- length(weight$shape)
  if (axes > rank) {
    abort_arg("weighted_metrics", "give a value for each step where `sample_weight` has one",
              paste0("\"", name, "\" gives one for each sample."), call = NULL)
  }
  if (rank > axes) {
    values <- emit_op("reduce", list(values), list(fn = "mean", axis = seq(axes, rank - 1)))[[1]]
  }
  weighted <- emit_op("multiply", list(values, weight))[[1]]
  add_series(plan, name, list(list(kind = "value", value = weighted),
                              list(kind = "value", value = weight)), "ratio")
}

# ---- results ---------------------------------------------------------------------------------------

# result: what engine_runner_result() gives. -> named list: loss, then the series.
series_values <- function(series, result) {
  values <- lapply(series, function(s) {
    parts <- result$metrics[s$at]
    switch(s$combine,
      first = parts[[1]],
      ratio = if (parts[[2]] == 0) 0 else parts[[1]] / parts[[2]]
    )
  })
  names(values) <- vapply(series, `[[`, "", "name")
  c(list(loss = result$loss), values)
}

# Metrics with several thresholds become series of their own: precision_1, precision_2 ...
flat_series <- function(values) {
  parts <- lapply(names(values), function(name) {
    v <- as.list(values[[name]])
    stats::setNames(v, if (length(v) == 1) name else paste0(name, "_", seq_along(v)))
  })
  unlist(parts, recursive = FALSE)
}
