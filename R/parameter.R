# A weight: its floats lie in one raw vector that the engine reads and changes in place. Layers that
# several models share thus share the memory itself; nothing is copied between them.

new_parameter <- function(name, shape, initializer = NULL, regularizer = NULL, constraint = NULL,
                          trainable = TRUE) {
  self <- new.env(parent = emptyenv())
  self$name <- name
  self$shape <- as.numeric(shape)
  self$trainable <- trainable
  self$initializer <- initializer
  self$regularizer <- regularizer
  self$constraint <- constraint
  self$data <- initial_data(initializer, shape)
  class(self) <- "tildenet_parameter"
  self
}

initial_data <- function(initializer, shape) {
  apply_options()
  init <- initializer %||% initializer_zeros()
  if (isTRUE(init$by_member)) return(members_data(init, shape))
  fixed <- init$kind %in% c("zeros", "ones", "constant", "identity")
  written <- !is.null(init$r_function)
  seed <- init$seed %||% if (fixed || written) 0 else draw_seed()
  data <- with_room(engine_init(if (written) "zeros" else init$kind, init$attrs, shape, seed),
                    paste("weights of shape", shape_text(shape)), prod(shape), bytes = 4, call = NULL)
  if (written) engine_raw_write(data, written_weight(init$r_function(shape), shape, "initializer"))
  data
}

# Each slice of the first axis is drawn by itself, as the weight of one of several layers side by side; a
# seed is that of the first.
members_data <- function(init, shape) {
  init$by_member <- NULL
  slices <- lapply(seq_len(shape[1]), function(m) {
    if (!is.null(init$seed) && m > 1) init$seed <- (init$seed + m - 1) %% 2^53
    initial_data(init, shape[-1])
  })
  do.call(c, slices)
}

# What a function of the user gives for a weight. Without a shape of its own it is taken in R's order.
written_weight <- function(value, shape, what) {
  if (!is_tensor(value)) value <- check_numbers(dense_values(value, what, NULL), what, NULL, "give numbers")
  value <- as.array(value)
  given <- as.numeric(dim(value))
  if (length(value) != prod(shape) || length(given) > 1 && !same_shape(given, shape)) {
    abort_arg(what, paste0("give ", prod(shape), " values for shape ", shape_text(shape)),
              paste0("It gives ", shape_text(given), "."), class = "shape", call = NULL)
  }
  check_held(value, what, call = NULL)
  shaped(as.numeric(value), shape)
}

# Axes of length 1 do not count.
same_shape <- function(given, shape) identical(given[given != 1], as.numeric(shape)[shape != 1])

# Shape () is a plain number.
shaped <- function(values, shape) if (length(shape) == 0) values else array(values, shape)

parameter_value <- function(p) {
  engine_raw_read(p$data, p$shape)
}

# The same row by row, as it lies.
parameter_rows <- function(p) engine_raw_read(p$data, prod(p$shape))

parameter_assign <- function(p, value) {
  invisible(engine_raw_write(p$data, value))
}

#' @export
print.tildenet_parameter <- function(x, ...) {
  cat(parameter_words(x), "\n", sep = "")
  invisible(x)
}

parameter_words <- function(x) paste0("<weight ", x$name, " ", shape_text(x$shape), ">")

#' @importFrom utils str
#' @export
str.tildenet_parameter <- function(object, ...) cat(" ", parameter_words(object), "\n", sep = "")

#' @export
dim.tildenet_parameter <- function(x) as.integer(x$shape)

#' @export
as.array.tildenet_parameter <- function(x, ...) parameter_value(x)

# "(None, 8)"
shape_text <- function(shape) {
  text <- ifelse(is.na(shape), "None", format(shape, trim = TRUE, scientific = FALSE))
  if (length(text) == 1) return(paste0("(", text, ",)"))
  paste0("(", paste(text, collapse = ", "), ")")
}
