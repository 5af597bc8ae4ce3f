# The part of a model that features come from: what it takes, how pictures are prepared for it.

# list(model, spec, shape = of the features of a picture, size, color_mode, interpolation, mode)
feature_extractor <- function(self, layer, preprocess, size, interpolation, call) {
  input <- picture_input(self, call)
  output <- feature_output(self, layer, call)
  pictures <- model_pictures(self)
  size <- feature_size(input$shape[2:3], size, pictures, call)
  channels <- input$shape[4]
  begin <- input_tensor(c(NA, size, channels))
  end <- tryCatch(replay_graph(self$inputs, list(output), list(begin))[[1]], tildenet_error_shape = function(e) {
    abort_arg("size", "leave something for the layer", paste0(rlang::cnd_message(e, inherit = FALSE), "."),
              class = "shape", call = call)
  })
  shape <- end$shape[-1]
  list(model = keras_model(begin, end, name = "features"), spec = graph_spec(list(begin), list(end)),
       shape = if (length(shape) == 0) 1 else shape, size = size,
       color_mode = c("grayscale", NA, "rgb", "rgba")[channels],
       interpolation = check_string(interpolation, "interpolation", image_interpolations, call = call),
       mode = feature_mode(preprocess, pictures, channels, call))
}

picture_input <- function(self, call) {
  if (!isTRUE(self$built)) {
    abort_arg("model", "know the shape of its input", call = call, how = "Give its first layer an `input_shape`.")
  }
  shape <- self$inputs[[1]]$shape
  if (length(self$inputs) != 1 || length(shape) != 4 || !shape[4] %in% c(1, 3, 4)) {
    shapes <- vapply(self$inputs, function(t) shape_text(t$shape), "")
    abort_arg("model", "take pictures with 1, 3 or 4 channels, (samples, height, width, channels), and nothing else",
              paste0("It takes ", paste(shapes, collapse = " and "), "."), class = "shape", call = call)
  }
  self$inputs[[1]]
}

# The tensor that the layer gives in this model.
feature_output <- function(self, layer, call) {
  if (is.null(layer)) {
    if (length(self$outputs) == 1) return(self$outputs[[1]])
    abort_arg("layer", "be given for a model with several outputs", call = call)
  }
  chosen <- self_of(self$layers[[layer_position(self, layer, "layer", call)]])
  calls <- Filter(function(made) identical(made$layer, chosen), graph_calls(self$inputs, self$outputs))
  outputs <- do.call(c, lapply(calls, `[[`, "outputs"))
  if (length(outputs) != 1) {
    abort_arg("layer", "give one tensor in this model", paste0("Layer \"", chosen$name, "\" gives ", length(outputs), "."),
              call = call)
  }
  outputs[[1]]
}

feature_size <- function(sides, size, pictures, call) {
  size <- check_sizes(size, "size", 2, null_ok = TRUE, call = call)
  fits <- is.null(size) || all(is.na(sides) | sides == size)
  if (!fits) {
    abort_arg("size", paste0("be that of the model's input, ", paste(shape_sides(sides), collapse = " x "), ", or NULL"),
              describe_numbers(size), class = "shape", call = call)
  }
  known <- !is.na(sides)
  sides[!known] <- (size %||% rep(pictures$side %||% NA, 2))[!known]
  if (anyNA(sides)) {
    abort_arg("size", "be given: the model leaves it open", call = call, how = "`size = c(224, 224)`, for example.")
  }
  sides
}

feature_mode <- function(preprocess, pictures, channels, call) {
  mode <- check_string(preprocess, "preprocess", c("auto", "caffe", "tf", "torch"), null_ok = TRUE, call = call)
  if (identical(mode, "auto")) return(if (channels == 3) pictures$mode)
  if (!is.null(mode) && channels != 3) {
    abort_arg("preprocess", paste0("be \"auto\" or NULL for a model that takes ", channels, " channels"), describe(mode),
              "The modes are for 3 channels.", call = call)
  }
  mode
}

# list(mode, side) of the application that the model is or begins with.
model_pictures <- function(self) {
  input <- self$inputs[[1]]
  own <- input$history$layer$pictures
  if (!is.null(own)) return(own)
  reads <- function(made) is_model_self(made$layer) && any(vapply(made$inputs, identical, NA, input))
  first <- Filter(reads, graph_calls(self$inputs, self$outputs))
  if (length(first) == 1) model_pictures(first[[1]]$layer)
}
