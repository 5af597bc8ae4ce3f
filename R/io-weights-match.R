# Which weight of a model gets which array of a file. Everything is matched and read before anything is
# assigned.

# layers: those of the file, as h5_layers() gives them. how$arrange(self, layers): puts them in the model's
# order where the file has another. Result: list of list(parameter, floats).
match_weights <- function(self, layers, how, call) {
  if (!is.null(how$arrange)) layers <- how$arrange(self, layers)
  own <- file_layers(self)
  pairs <- if (how$by_name) pairs_by_name(own, layers, how) else pairs_in_order(self, own, layers, how, call)
  matched <- lapply(pairs, function(pair) match_layer(pair$own, pair$layer, how))
  problems <- unlist(Filter(is.character, matched))
  if (length(problems) > 0) {
    if (!how$skip_mismatch) {
      abort_tn(paste0("The weights in ", quoted(how$path), " do not fit the model."), "shape", call = call,
               given = problems[1])
    }
    warn_tn(paste0("Layers that do not fit keep their weights: ", paste(problems, collapse = " ")),
            "weights", call = call)
  }
  fitting <- do.call(c, c(list(list()), Filter(is.list, matched)))
  lapply(fitting, function(m) list(parameter = m$parameter, floats = entry_floats(m$weight)))
}

pairs_in_order <- function(self, own, layers, how, call) {
  own <- Filter(function(l) length(l$parameters) > 0, own)
  layers <- Filter(function(l) length(l$weights) > 0, layers)
  if (length(own) != length(layers)) {
    abort_tn(paste0("The weights in ", quoted(how$path), " do not fit the model."), "shape", call = call,
             given = paste0("\"", self$name, "\" has ", length(own), " layers with weights (",
                            some_names(own), "), the file ", length(layers), " (", some_names(layers), ")."),
             how = "With `by_name = TRUE` layers of the same name are filled.")
  }
  Map(function(own, layer) list(own = own, layer = layer), own, layers)
}

some_names <- function(layers) some_of(vapply(layers, function(l) l$name, ""))

pairs_by_name <- function(own, layers, how) {
  names <- vapply(own, function(l) l$name, "")
  known <- Filter(function(l) l$name %in% names, layers)
  if (length(known) == 0) {
    warn_tn(paste0("No layer of the model has a name of the file ", quoted(how$path), "."), "weights",
            how = paste0("The file has ", some_names(layers), "."), call = NULL)
  }
  lapply(known, function(l) list(own = own[[match(l$name, names)]], layer = l))
}

# list of list(parameter, weight), or a sentence that says what does not fit.
match_layer <- function(own, layer, how) {
  if (length(own$parameters) != length(layer$weights)) {
    return(paste0("Layer \"", own$name, "\" has ", count_text(own$parameters), ", the file has ",
                  count_text(layer$weights), " for it", in_file(own$name, layer$name), "."))
  }
  weights <- plain_gates(own$parameters, in_own_order(own$parameters, layer$weights))
  for (i in seq_along(weights)) {
    expected <- own$parameters[[i]]$shape
    given <- weights[[i]]$shape
    fits <- identical(given, expected) || (how$reshape && prod(given) == prod(expected))
    if (!fits) {
      return(paste0("Weight \"", own$parameters[[i]]$name, "\" of layer \"", own$name, "\" has shape ",
                    shape_text(expected), ", the file has ", shape_text(given),
                    in_file(own$name, layer$name), "."))
    }
  }
  Map(function(p, w) list(parameter = p, weight = w), own$parameters, weights)
}

count_text <- function(weights) paste0(length(weights), if (length(weights) == 1) " weight" else " weights")

in_file <- function(own, given) if (own != given) paste0(" (layer \"", given, "\" there)") else ""

# By position. A nested model that was saved while other layers of it were frozen has its weights in
# another order: the same names say which.
in_own_order <- function(parameters, weights) {
  own <- vapply(parameters, function(p) p$name, "")
  given <- sub(":0$", "", vapply(weights, function(w) w$name, ""))
  same <- !anyDuplicated(own) && setequal(own, given) && length(own) == length(given)
  if (same) weights[match(own, given)] else weights
}

assign_weights <- function(matched) for (m in matched) parameter_assign(m$parameter, m$floats)
