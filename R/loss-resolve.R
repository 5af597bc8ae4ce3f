# From the `loss` and `loss_weights` of compile() to one loss per output.

# One loss: a name, a function of this package, a loss object or an R function of two tensors.
resolve_loss <- function(loss, call = rlang::caller_env()) {
  if (is.null(loss) || is_loss(loss)) return(loss)
  if (inherits(loss, "family")) return(loss_of_family(loss, call))
  if (is.character(loss) && length(loss) == 1) {
    kind <- table_name(sub("^loss_", "", loss), loss_table)
    if (!is.null(kind)) return(new_loss(kind))
    abort_arg("loss", "name a known loss", describe(loss), call = call,
              how = known_names(loss, names(loss_table),
                                ", their short names, and R functions of (y_true, y_pred).",
                                table_aliases(loss_table)))
  }
  if (!is.function(loss)) {
    abort_arg("loss", "be a name, a loss_*() function or an R function of (y_true, y_pred)",
              describe(loss), call = call)
  }
  kind <- function_name(loss, "loss_", loss_table)
  if (!is.null(kind)) return(new_loss(kind, formals_attrs(loss)))
  new_loss(r_function = check_two_arguments(loss, "loss", call), name = "loss")
}

# Settings that a loss function of this package has by default.
formals_attrs <- function(f) {
  attrs <- formals(f)[intersect(names(formals(f)), c("from_logits", "label_smoothing", "delta", "power"))]
  lapply(attrs, as.numeric)
}

# Losses in the order of the outputs; NULL for outputs without one.
losses_by_output <- function(loss, outputs, call = rlang::caller_env()) {
  several <- (is.list(loss) && !is.object(loss)) || (is.character(loss) && length(loss) > 1)
  if (!several) return(rep(list(resolve_loss(loss, call)), length(outputs)))
  lapply(spread_over_outputs(as.list(loss), outputs, "loss", call), resolve_loss, call = call)
}

# One number per output, 1 where none is given.
loss_weights_by_output <- function(weights, outputs, call = rlang::caller_env()) {
  if (is.null(weights)) return(rep(1, length(outputs)))
  weights <- spread_over_outputs(as.list(weights), outputs, "loss_weights", call)
  vapply(weights, function(w) check_number(w %||% 1, "loss_weights", call = call), 0)
}

# A list by position or by output name -> a list in output order.
spread_over_outputs <- function(items, outputs, arg, call) {
  if (is.null(names(items))) {
    if (length(items) == length(outputs)) return(items)
    abort_arg(arg, paste0("have one entry for each of the ", length(outputs), " outputs"),
              paste0("It has ", length(items), "."), call = call)
  }
  unknown <- setdiff(names(items), outputs)
  if (length(unknown) > 0) {
    abort_arg(arg, "have the names of outputs",
              paste0("Not there: ", quoted_list(unknown), "."),
              paste0("The outputs are ", quoted_list(outputs), "."),
              call = call)
  }
  lapply(outputs, function(name) items[[name]])
}
