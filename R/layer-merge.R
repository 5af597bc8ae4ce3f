#' Layers that join tensors
#'
#' `layer_add()`, `layer_subtract()` (first minus second), `layer_multiply()`, `layer_average()`,
#' `layer_maximum()` and `layer_minimum()` work cell by cell: axes of size 1 repeat, and a tensor with
#' fewer axes gets axes of size 1 behind the batch axis. `layer_concatenate()` puts tensors side by
#' side. `layer_dot()` multiplies two tensors sample by sample along an axis of each: (n, k) with
#' (n, k) and `axes = 1` gives (n, 1), (n, s, k) with (n, t, k) and `axes = 2` gives (n, s, t). No
#' weights.
#'
#' A step that any input masks is masked in the result; concatenation along the steps joins the
#' masks; a dot product has none.
#' @param inputs A list of tensors (or arrays), or the first of several in `...`; missing for the
#'   bare layer, which can then be called.
#' @param ... More tensors. Old scripts pass `axis`, or `axes` and `normalize`, by position here.
#' @param axis Axis to join along, counted from 0, the batch axis; -1 is the last.
#' @param axes Axis of the products, counted from 0, the batch axis; one number, or one for each
#'   input.
#' @param normalize Whether to bring both sides to length 1 along the axis first: the result is then
#'   the cosine.
#' @param batch_size,dtype,name,trainable,weights As for all [layers].
#' @returns The output tensor, or the layer.
#' @section Errors:
#' Shapes that do not fit together are an error of class `tildenet_error_shape` that names the layer
#' and the shapes.
#' @examples
#' user <- layer_input(shape = 1)
#' item <- layer_input(shape = 1)
#' factors <- list(user %>% layer_embedding(10, 4) %>% layer_flatten(),
#'                 item %>% layer_embedding(20, 4) %>% layer_flatten())
#' score <- layer_dot(factors, axes = 1)
#' model <- keras_model(list(user, item), score)
#' dim(predict(model, list(0:2, 3:5)))
#'
#' as.array(layer_add(list(matrix(1:4, 2), matrix(1, 2, 1))))
#' @name layer_add
NULL

# Tensors and old positional options apart: list(inputs, options); inputs NULL asks for the bare layer.
merge_arguments <- function(inputs, dots, option_names, call = rlang::caller_env()) {
  if (!is.null(names(dots)) && any(names(dots) != "")) {
    abort_tn(paste0("There is no argument `", setdiff(names(dots), "")[1], "` here."), "argument",
             call = call)
  }
  is_option <- vapply(dots, function(x) (is.numeric(x) || is.logical(x)) && is.null(dim(x)) &&
                        length(x) <= 2, NA)
  options <- dots[is_option & length(option_names) > 0]
  if (length(options) > length(option_names)) {
    abort_arg("...", "hold tensors", describe(options[[length(option_names) + 1]]), call = call)
  }
  names(options) <- option_names[seq_along(options)]
  tensors <- unlist_once(c(list(inputs), dots[!(is_option & length(option_names) > 0)]))
  tensors <- tensors[!vapply(tensors, is.null, NA)]
  for (x in tensors) check_mergeable(x, call)
  if (length(tensors) == 1 && !is.list(inputs)) {
    abort_arg("inputs", "be a list of tensors, or several tensors", "It is one tensor.", call = call)
  }
  list(inputs = tensors, options = options)
}

check_mergeable <- function(x, call) {
  if (is_tensor(x) || is.numeric(x) || is.logical(x)) return()
  how <- if (is_model(x)) "The output of a model is `model$output`."
  abort_arg("inputs", "be a list of tensors, or several tensors", describe(x), how, call = call)
}

new_merge <- function(class_name, config, args, common) {
  layer <- new_layer(class_name, config, common)
  if (length(args$inputs) == 0) layer else layer(args$inputs)
}

# A layer that joins cell by cell.
merge_cells <- function(class_name, inputs, dots, common, call = rlang::caller_env()) {
  new_merge(class_name, list(), merge_arguments(inputs, dots, character(), call), common)
}

#' @rdname layer_add
#' @export
layer_add <- function(inputs = NULL, ..., batch_size = NULL, dtype = NULL, name = NULL,
                      trainable = NULL, weights = NULL) {
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  merge_cells("Add", inputs, list(...), common)
}

#' @rdname layer_add
#' @export
layer_subtract <- function(inputs = NULL, ..., batch_size = NULL, dtype = NULL, name = NULL,
                           trainable = NULL, weights = NULL) {
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  merge_cells("Subtract", inputs, list(...), common)
}

#' @rdname layer_add
#' @export
layer_multiply <- function(inputs = NULL, ..., batch_size = NULL, dtype = NULL, name = NULL,
                           trainable = NULL, weights = NULL) {
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  merge_cells("Multiply", inputs, list(...), common)
}

#' @rdname layer_add
#' @export
layer_average <- function(inputs = NULL, ..., batch_size = NULL, dtype = NULL, name = NULL,
                          trainable = NULL, weights = NULL) {
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  merge_cells("Average", inputs, list(...), common)
}

#' @rdname layer_add
#' @export
layer_maximum <- function(inputs = NULL, ..., batch_size = NULL, dtype = NULL, name = NULL,
                          trainable = NULL, weights = NULL) {
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  merge_cells("Maximum", inputs, list(...), common)
}

#' @rdname layer_add
#' @export
layer_minimum <- function(inputs = NULL, ..., batch_size = NULL, dtype = NULL, name = NULL,
                          trainable = NULL, weights = NULL) {
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  merge_cells("Minimum", inputs, list(...), common)
}

#' @rdname layer_add
#' @export
layer_concatenate <- function(inputs = NULL, ..., axis = -1, batch_size = NULL, dtype = NULL,
                              name = NULL, trainable = NULL, weights = NULL) {
  args <- merge_arguments(inputs, list(...), "axis")
  axis <- check_count(args$options$axis %||% axis, "axis", min = -Inf)
  if (axis == 0) abort_arg("axis", "not be 0, the batch axis")
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  new_merge("Concatenate", list(axis = axis), args, common)
}

#' @rdname layer_add
#' @export
layer_dot <- function(inputs = NULL, ..., axes, normalize = FALSE, batch_size = NULL, dtype = NULL,
                      name = NULL, trainable = NULL, weights = NULL) {
  args <- merge_arguments(inputs, list(...), c("axes", "normalize"))
  if (!is.null(args$options$axes)) axes <- args$options$axes
  if (missing(axes) && is.null(args$options$axes)) {
    abort_arg("axes", "be given", how = "`axes = 1` for two inputs of shape (n, k).")
  }
  axes <- vapply(as.list(axes), check_count, 0, arg = "axes", min = -Inf)
  if (!length(axes) %in% 1:2 || any(axes == 0)) {
    abort_arg("axes", "be one axis or two, none of them 0, the batch axis", describe(axes))
  }
  config <- list(axes = rep_len(axes, 2),
                 normalize = check_flag(args$options$normalize %||% normalize, "normalize"))
  common <- common_args(NULL, NULL, batch_size, dtype, name, trainable, weights)
  new_merge("Dot", config, args, common)
}

# Axes of size 1 behind the batch axis, until all have the same number of axes.
same_rank <- function(inputs) {
  rank <- max(vapply(inputs, function(t) length(t$shape), 0))
  lapply(inputs, function(t) {
    for (i in seq_len(rank - length(t$shape))) t <- emit_op("expand_dims", list(t), list(axis = 1))[[1]]
    t
  })
}

check_input_count <- function(inputs, n) {
  if (length(inputs) != n) {
    abort_tn(paste0("it joins exactly ", n, " tensors, not ", length(inputs), "."), "shape")
  }
}

# Two by two, so that there may be any number; one alone is copied.
cells <- function(inputs, op) {
  if (length(inputs) == 1) return(emit_activation(inputs[[1]], "linear"))
  in_merge(inputs, "sizes must be the same, or 1 where they repeat",
           Reduce(function(a, b) emit_op(op, list(a, b))[[1]], same_rank(inputs)))
}

# Errors about shapes name all inputs as they were given, and what must hold.
in_merge <- function(inputs, must, code) {
  tryCatch(code, tildenet_error_shape = function(e) {
    from <- vapply(inputs, function(t) paste(quoted(connected_names(t)), collapse = " and "), "")
    shapes <- vapply(inputs, function(t) shape_text(t$shape), "")
    parts <- paste0(shapes, ifelse(nzchar(from), paste(" from", from), ""))
    abort_tn(paste0("its inputs have the shapes ", paste(parts, collapse = ", "), "; ", must, "."),
             "shape", call = NULL)
  })
}

define_chain <- function(class_name, op, finish = function(out, n) out) {
  define_layer(class_name, emit = function(self, inputs) {
    out <- finish(cells(inputs, op), length(inputs))
    list(outputs = list(with_masks(out, inputs)))
  }, several = TRUE)
}

define_chain("Add", "add")
define_chain("Multiply", "multiply")
define_chain("Maximum", "maximum")
define_chain("Minimum", "minimum")
define_chain("Average", "add", function(out, n) emit_op("multiply", list(out, 1 / n))[[1]])

define_layer("Subtract", emit = function(self, inputs) {
  check_input_count(inputs, 2)
  list(outputs = list(with_masks(cells(inputs, "subtract"), inputs)))
}, several = TRUE)

# One op takes so many inputs and their masks.
join_tensors <- function(inputs, axis) {
  along <- if (axis < 0) axis + length(inputs[[1]]$shape) else axis
  join <- function(part) {
    out <- emit_op("concatenate", part, list(axis = axis))[[1]]
    has_cells <- along < max(vapply(part, function(t) t$mask_axes, 0L)) # whether masks have that axis
    with_masks(out, part, along = if (has_cells) along else 0)
  }
  repeat {
    parts <- split(inputs, (seq_along(inputs) - 1) %/% (max_inputs - 1))
    inputs <- unname(lapply(parts, join))
    if (length(inputs) == 1) return(inputs)
  }
}

define_layer("Concatenate", emit = function(self, inputs) {
  must <- paste0("all sizes but that of axis ", self$config$axis,
                 " (from 0, the batch axis) must be the same")
  list(outputs = in_merge(inputs, must, join_tensors(inputs, self$config$axis)))
}, several = TRUE)

define_layer("Dot", emit = function(self, inputs) {
  check_input_count(inputs, 2)
  must <- paste0("the size of axis ", self$config$axes[1], " of the first (from 0, the batch axis) and ",
                 "of axis ", self$config$axes[2], " of the second must be the same")
  list(outputs = in_merge(inputs, must, {
    sides <- if (!self$config$normalize) inputs else Map(function(t, axis) {
      emit_op("l2_normalize", list(t), list(axis = axis))[[1]]
    }, inputs, self$config$axes)
    emit_op("batch_dot", sides, self$config["axes"])
  }))
}, several = TRUE)
