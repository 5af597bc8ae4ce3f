# Classes whose configuration is more than their keys: see keras_layer().

# ---- functions -------------------------------------------------------------------------------------

# The function is written by name; what Keras 2 writes of a function of a module looks the same.
write_lambda <- function(self, config, layout) {
  c(config, list(`function` = function_name_of(self$config$f, self$name), function_type = "function", module = "R",
                 output_shape = NULL, output_shape_type = "raw", output_shape_module = NULL,
                 arguments = lambda_arguments(self)))
}

lambda_arguments <- function(self) {
  args <- self$config$arguments
  plain <- vapply(args, function(a) is.null(a) || is.atomic(a) && is.null(dim(a)), NA)
  if (!all(plain)) {
    abort_tn(paste0("Argument `", names(args)[!plain][1], "` of layer \"", self$name, "\" is no number, string or ",
                    "logical value, which is all that a configuration holds."), "unsupported", call = NULL)
  }
  if (length(args) == 0) return(empty_object())
  lapply(args, function(a) if (length(a) == 1) a else as.list(a))
}

# Code in a file is never looked at: the function comes from `custom_objects`.
read_lambda <- function(config, context) {
  name <- config[["function"]]
  if (is.list(name) && is_word(name[["config"]])) name <- name[["config"]] # of Keras 3
  f <- custom_object(config$name, context) %||% custom_object(name, context)
  if (!is.function(f)) {
    abort_tn(paste0("Layer \"", config$name, "\" (Lambda) is a function that a configuration cannot hold."),
             "unsupported", call = context$call, layer = config$name, from_config = TRUE, given = paste0(
      if (is_word(name) && nchar(name) <= 60) paste0("The file calls it ", encodeString(name, quote = "\""))
      else "What the file holds of it is code of Python", ", which is not run."),
      how = paste0("Give an R function of the same meaning: `custom_objects = list(", as_argument(config$name),
                   " = function(x) ...)`."))
  }
  arguments <- config$arguments
  list(name = config$name, trainable = config$trainable, batch_input_shape = config$batch_input_shape, f = f,
       arguments = if (length(arguments) > 0) lapply(arguments, r_numbers))
}

as_argument <- function(name) if (make.names(name) == name) name else paste0("`", name, "`")

# ---- wrappers --------------------------------------------------------------------------------------

write_time_distributed <- function(self, config, layout) {
  c(config, list(layer = wrapped_entry(self_of(self$layers$layer), layout)))
}

read_time_distributed <- function(config, context) {
  config$layer <- layer_of_config(config$layer, context)
  config
}

# The way back is that of the layer itself when nothing but its direction is different.
write_bidirectional <- function(self, config, layout) {
  plain <- function(layer, prefix) {
    inner <- self_of(layer)
    entry <- wrapped_entry(inner, layout)
    entry$config$name <- sub(paste0("^", prefix), "", inner$name)
    entry
  }
  ahead <- plain(self$layers$forward_layer, "forward_")
  back <- plain(self$layers$backward_layer, "backward_")
  turned <- ahead
  turned$config$go_backwards <- !turned$config$go_backwards
  c(config, list(layer = ahead, merge_mode = self$config$merge_mode),
    if (!identical(turned, back)) list(backward_layer = back))
}

read_bidirectional <- function(config, context) {
  for (key in intersect(c("layer", "backward_layer"), names(config))) {
    entry <- config[[key]]
    if (is.null(entry)) next
    name <- if (is.list(entry) && is.list(entry$config)) entry$config$name
    # Keras 3 writes the layers of both directions with the names they have there.
    if (context$new && is_word(name)) entry$config$name <- sub("^(forward|backward)_", "", name)
    config[[key]] <- layer_of_config(entry, context)
  }
  config
}

# ---- normalisation ---------------------------------------------------------------------------------

# Keras knows the axes by number once it has seen the input.
write_normalization <- function(self, config, layout) {
  rank <- length(self$build_shapes[[1]])
  axis <- self$config$axis
  if (rank > 0) config$axis <- number_list(ifelse(axis < 0, axis + rank, axis), as_integers)
  config
}

# ---- texts -----------------------------------------------------------------------------------------

# The vocabulary goes along, learned or given.
write_text_vectorization <- function(self, config, layout) {
  words <- self$learned$vocabulary
  special <- if (self$config$output_mode == "int") 2L else 1L
  c(config, list(vocabulary = if (!is.null(words)) as.list(words),
                 idf_weights = if (!is.null(self$learned$idf)) as.list(self$learned$idf), encoding = "utf-8",
                 vocabulary_size = length(words) + special))
}

read_text_vectorization <- function(config, context) {
  config$dtype <- NULL
  words <- config$vocabulary
  if (!is.null(words)) {
    config$vocabulary <- NULL
    config$learn <- list(vocabulary = as.character(unlist(words)), idf = r_numbers(config$idf_weights))
  }
  config
}
