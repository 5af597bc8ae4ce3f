# image(path, size, model): pictures from files, the input of a stack of convolutions or of a model of the
# user's. Files are read where the model frame is made, so that one that cannot be read drops its row as a
# missing value does; the network scales the pixels by itself.

image_scalings <- c("caffe", "tf", "torch")

# ---- arguments -------------------------------------------------------------------------------------

image_check <- function(args, label, call) {
  of <- function(name) paste(name, "of", label)
  choice <- function(name, default, known) check_string(args[[name]] %||% default, of(name), known, call = call)
  text <- function(name) if (!is.null(args[[name]])) check_string(args[[name]], of(name), call = call)
  color_mode <- choice("color_mode", "rgb", names(image_channels))
  settings <- list(size = check_sizes(args$size, of("size"), 2, null_ok = TRUE, call = call), color_mode = color_mode,
                   interpolation = choice("interpolation", "bilinear", image_interpolations),
                   directory = text("directory"))
  settings$size <- settings$size %||% image_model_size(args$model, of("size"), call)
  build <- list(scaling = image_check_scaling(args$preprocess, color_mode, of("preprocess"), call))
  build <- c(build, if (is.null(args$model)) image_check_stack(args, label, call)
                    else image_check_model(args, settings, label, call))
  c(settings, list(build = build))
}

image_shape <- function(settings) c(settings$size, image_channels[[settings$color_mode]])

# Without a size, a model that is built knows it.
image_model_size <- function(model, arg, call) {
  shape <- if (is_model(model)) unlist(lapply(model$input_shape, function(n) n %||% NA))
  size <- if (length(shape) == 4) shape[2:3]
  if (is.null(size) || anyNA(size)) abort_arg(arg, "be given", "No `model` says what it reads.",
                                              "Such as 64, or c(height, width).", call = call)
  as.numeric(size)
}

image_check_scaling <- function(scaling, color_mode, arg, call) {
  if (is.null(scaling) || is.function(scaling)) return(scaling)
  if (!rlang::is_string(scaling) || !scaling %in% image_scalings) {
    abort_arg(arg, paste("be", paste0(quoted(image_scalings), collapse = ", "), "or a function of a tensor"),
              describe(scaling), call = call)
  }
  if (scaling != "tf" && color_mode != "rgb") {
    abort_arg(arg, "be \"tf\" or a function without `color_mode = \"rgb\"`", describe(scaling), call = call)
  }
  scaling
}

# list(filters, kernel): of the stack of our own.
image_check_stack <- function(args, label, call) {
  if (!is.null(args$trainable)) {
    abort_arg(paste("trainable of", label), "be left out without `model`", "The convolutions are trained.",
              call = call)
  }
  arg <- paste("filters of", label)
  filters <- plain_numbers(args$filters %||% c(16, 32, 64))
  if (length(filters) == 0 || anyNA(filters) || any(filters < 1 | filters != round(filters))) {
    abort_arg(arg, "hold whole numbers of at least 1", describe_numbers(args$filters), "One for each convolution.",
              call = call)
  }
  list(filters = filters, kernel = special_penalty(args, label, "kernel", call))
}

# list(model, trainable): of a model of the user's.
image_check_model <- function(args, settings, label, call) {
  of <- function(name) paste(name, "of", label)
  own <- names(Filter(Negate(is.null), args[intersect(c("filters", "regularizer", "constraint"), names(args))]))
  if (length(own) > 0) {
    abort_arg(of(own[1]), "be left out with `model`", "It is for the layers that are there without one.", call = call)
  }
  model <- args$model
  if (!is_model(model)) {
    abort_arg(of("model"), "be a model", describe(model),
              "Such as keras_model_sequential() with layers, or application_vgg16(include_top = FALSE).", call = call)
  }
  self <- self_of(model)
  shape <- image_shape(settings)
  one <- !self$built || length(self$inputs) == 1 && length(self$outputs) == 1
  reads <- if (self$built && one) self$inputs[[1]]$shape[-1] else shape
  if (!one || length(reads) != 3 || !all(is.na(reads) | reads == shape)) {
    abort_arg(of("model"), paste("read one picture of", paste(shape, collapse = " x "), "and have one output"),
              if (one) paste0("It reads ", sample_text(c(NA, reads)), ".")
              else paste0("It has ", length(self$inputs), " inputs and ", length(self$outputs), " outputs."),
              "Give it the `input_shape` of the pictures, or another `size` or `color_mode`.", call = call)
  }
  trainable <- if (!is.null(args$trainable)) check_flag(args$trainable, of("trainable"), call = call)
  list(model = model, trainable = trainable)
}

# ---- rows ------------------------------------------------------------------------------------------

image_values <- function(values, special, call) {
  if (is.factor(values) || (is.logical(values) && all(is.na(values)))) values <- as.character(values)
  if (!is.character(values) || !is.null(dim(values))) {
    abort_arg(deparse1(special$expr), paste0("hold names of files (a character vector or a factor) for ", special$label),
              describe(values), class = "data", call = call)
  }
  read_pictures(values, special$args %||% special$state, special$label, call)
}

# ---- layers ----------------------------------------------------------------------------------------

image_head <- function(state, entry, name) {
  build <- state$build
  layers <- if (is.null(build$model)) image_stack(build, entry, name) else {
    list(list(layer = "image_apply_model", args = c(build[c("model", "trainable")], name = paste0(name, "_model"))))
  }
  c(image_scaling_calls(state, paste0(name, "_scaling")), layers)
}

# What is done to pixels from 0 to 255: what the weights of ImageNet's networks want, or a function of a tensor. Without
# either a given model gets them as they are.
image_scaling_calls <- function(state, name) {
  scaling <- state$build$scaling
  if (is.null(scaling) && !is.null(state$build$model)) return(NULL)
  if (is.null(scaling)) return(list(list(layer = "layer_rescaling", args = list(scale = 1 / 255, name = name))))
  if (is.function(scaling)) return(list(list(layer = "layer_lambda", args = list(f = scaling, name = name))))
  channels <- image_channels[[state$color_mode]]
  at <- function(x) imagenet_preprocess_input(array(x, c(channels, 1, channels)), mode = scaling)[, 1, ]
  offset <- at(0)
  kernel <- at(diag(channels)) - offset
  list(list(layer = "layer_conv_2d", args = list(
    filters = channels, kernel_size = 1, trainable = FALSE, name = name,
    weights = list(array(kernel, c(1, 1, channels, channels)), matrix(offset, channels)[1, ]))))
}

# Convolutions, each followed by halving the picture, and the mean of each of the last ones' channels.
image_stack <- function(build, entry, name) {
  layer <- function(kind, what, ...) list(layer = kind, args = list(..., name = paste0(name, "_", what)))
  kernel <- list(kernel_regularizer = entry$kernel_regularizer)
  kernel[names(build$kernel)] <- build$kernel
  blocks <- lapply(seq_along(build$filters), function(k) {
    conv <- layer("layer_conv_2d", paste0("conv", k), filters = build$filters[k], kernel_size = 3, padding = "same",
                  activation = "relu")
    conv$args[names(kernel)] <- kernel
    list(conv, layer("layer_max_pooling_2d", paste0("pool", k), padding = "same"))
  })
  c(unlist(blocks, recursive = FALSE), list(layer("layer_global_average_pooling_2d", "mean")))
}

# A copy of a model on a tensor, its output as features. Neither the user's model nor that of another fit is trained.
image_apply_model <- function(tensor, model, trainable, name) {
  copy <- clone_model(model)
  self <- self_of(copy)
  self$name <- name
  if (self_of(model)$built) set_weights(copy, get_weights(model))
  if (!is.null(trainable)) trainable_all(self, trainable)
  out <- copy(tensor)
  if (length(out$shape) > 2) layer_flatten(out) else out
}

define_special("image",
  arguments = function(path, size = NULL, model = NULL, trainable = NULL, preprocess = NULL, color_mode = "rgb",
                       interpolation = "bilinear", directory = NULL, filters = c(16, 32, 64),
                       regularizer = NULL, constraint = NULL) NULL,
  content = "pictures", values = image_values, check = image_check,
  prepare = function(values, args, label, call) c(args, list(label = label)),
  replay = function(state, values) list(input = pictures_fill(values, state$missing), new = character()),
  settle = function(state, input, fitted, ...) {
    if (isTRUE(state$fill)) state$missing <- pictures_mean(input, fitted)
    list(state = state, input = pictures_fill(input, state$missing))
  },
  shape = image_shape, head = image_head, onnx = function(f, special) onnx_pictures(f, special))
