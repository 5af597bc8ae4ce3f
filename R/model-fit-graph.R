# The graph of a compiled model with losses and measures, for training and for testing. It depends on
# the shapes of the targets and on which outputs have weights, so it is made when data are there and
# kept in the model's cache.

# x, targets: entries; weights: list of numbers or NULL per trained output. mode "train" or "test".
# Returns list(graph, spec, measures, series).
model_graph <- function(self, x, targets, weights, mode) {
  key <- graph_key(x, targets, weights, mode)
  cache <- model_cache(self)
  cached <- cache[[key]]
  if (!is.null(cached) && identical(cached$outputs, self$outputs)) return(cached)
  made <- build_model_graph(self, x, targets, weights, mode)
  assign(key, made, envir = cache)
  made
}

# Graphs and what belongs to them, by key. A weak reference that the model holds to itself: graphs
# live as long as the model in this session, and saveRDS() writes none of them (an external pointer
# would take the weights along once more). So a model without one may come from a file, and is looked at.
model_cache <- function(self) {
  ref <- if (is.environment(self$.cache)) self$.cache$graphs
  cache <- if (rlang::is_weakref(ref)) rlang::wref_value(ref)
  if (is.null(cache)) {
    check_stored_model(self)
    cache <- new.env(parent = emptyenv())
    self$.cache$graphs <- rlang::new_weakref(self, cache)
  }
  cache
}

graph_key <- function(x, targets, weights, mode) {
  shape <- function(entry) paste(c(entry$dim[-1], if (entry$sparse) "sparse"), collapse = "x")
  weight <- function(w) if (is.null(w)) "-" else paste(c("w", dim(w)[-1]), collapse = "x")
  paste(c(mode, "x", vapply(x, shape, ""), "y", vapply(targets, shape, ""), "w",
          vapply(weights, weight, "")), collapse = " ")
}

build_model_graph <- function(self, x, targets, weights, mode) {
  parts <- graph_parts(self, targets, weights)
  penalties <- model_penalty_tensors(self)
  total <- emit_op("weighted_sum", c(parts$means, penalties),
                   list(weights = c(parts$loss_weights, rep(1, length(penalties)))))[[1]]
  measured_graph(self, x, parts, total, measure_plan(self, parts), mode)
}

# total: the scalar tensor that is the loss; plan: see measure_plan().
measured_graph <- function(self, x, parts, total, plan, mode) {
  inputs <- c(model_inputs(self), parts$truths, Filter(Negate(is.null), parts$weights))
  sparse <- c(vapply(x, `[[`, NA, "sparse"), logical(length(inputs) - length(x)))
  extra <- unique_tensors(plan$tensors)
  spec <- graph_spec(inputs, self$outputs, total, extra, sparse, flags = compiled_flags(self))
  spec$params <- lapply(spec$params, without_r_function)
  ids <- tensor_ids(spec, inputs, self$outputs, extra)
  list(graph = engine_graph(spec, gradients = mode == "train"), spec = spec, series = plan$series,
       measures = lapply(plan$measures, measure_ids, ids), outputs = self$outputs,
       r_constraints = r_constraints(spec))
}

# Tensors of targets, weights and mean losses of the outputs that have a loss.
graph_parts <- function(self, targets, weights) {
  compiled <- self$compiled
  trained <- which(!vapply(compiled$losses, is.null, NA))
  truths <- Map(function(entry, k) {
    shape <- shape_for_targets(compiled$losses[[k]], self$outputs[[k]]$shape)
    input_tensor(open_like(c(shape[1], entry$dim[-1]), shape), name = "y")
  }, targets, trained)
  weight_tensors <- Map(function(w, k) {
    if (is.null(w)) return(NULL)
    shape <- self$outputs[[k]]$shape
    sizes <- c(shape[1], dim(w)[-1])
    by_step <- any(sizes[-1] > 1)
    input_tensor(if (by_step) open_like(sizes, shape) else sizes, name = "sample_weight")
  }, weights, trained)
  means <- Map(function(k, truth, weight) {
    loss <- self_of(compiled$losses[[k]])
    values <- loss_values(loss, truth, self$outputs[[k]])
    if (is_eager(values)) {
      abort_tn("The loss function must give a tensor that depends on `y_pred`.", "trace", call = NULL,
               given = "It gave numbers.")
    }
    weight <- masked_weight(self$outputs[[k]], weight, length(values$shape), takes_mean(loss))
    mean <- loss_reduce(loss, values, weight)
    if (length(mean$shape) == 0) mean else emit_op("weighted_mean", list(mean))[[1]]
  }, trained, truths, weight_tensors)
  list(trained = trained, truths = truths, weights = weight_tensors, means = means,
       loss_weights = compiled$loss_weights[trained])
}

# Sizes with those left open that an output does not know before there are data, such as its number of
# steps: whether they agree is seen then.
open_like <- function(sizes, output) {
  both <- seq_len(min(length(sizes), length(output)))
  sizes[both][is.na(output[both])] <- NA
  sizes
}

# ---- value ids -------------------------------------------------------------------------------------

unique_tensors <- function(tensors) {
  tensors[!duplicated(vapply(tensors, tensor_key, ""))]
}

# Value ids by tensor.
tensor_ids <- function(spec, inputs, outputs, extra) {
  tensors <- c(inputs, outputs, extra)
  ids <- c(vapply(spec$inputs, `[[`, 0, "value"), spec$outputs, spec$extra)
  stats::setNames(as.list(ids), vapply(tensors, tensor_key, ""))
}

# A measure of tensors -> the same of value ids, as the engine wants it.
measure_ids <- function(measure, ids) {
  id <- function(t) if (is.null(t)) -1 else ids[[tensor_key(t)]]
  if (!is.null(measure$value)) return(list(kind = measure$kind, value = id(measure$value)))
  list(kind = measure$kind, attrs = measure$attrs, pred = id(measure$pred), truth = id(measure$truth),
       weight = id(measure$weight))
}

# ---- constraints written in R ----------------------------------------------------------------------

# Parameters whose constraint is an R function: applied between batches, not by the engine.
r_constraints <- function(spec) {
  trained <- vapply(spec$params, `[[`, NA, "trainable")
  Filter(function(p) !is.null(p$constraint$r_function), spec$parameters[trained])
}

# The engine only has to know that there is a constraint.
without_r_function <- function(param) {
  if (!is.null(param$constraint$r_function)) param$constraint <- list(kind = "none")
  param
}

apply_r_constraints <- function(params) {
  for (p in params) {
    value <- p$constraint$r_function(eager_tensor(parameter_value(p)))
    parameter_assign(p, written_weight(value, p$shape, paste("constraint of", p$name)))
  }
}
