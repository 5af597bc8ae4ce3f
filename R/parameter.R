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
  self$pending <- NULL
  self$data <- initial_data(initializer, shape)
  class(self) <- "tildenet_parameter"
  self
}

initial_data <- function(initializer, shape) {
  init <- initializer %||% initializer_zeros()
  if (!is.null(init$r_function)) {
    data <- engine_init("zeros", list(), shape, 0)
    engine_raw_write(data, as_shaped(init$r_function(shape), shape, "initializer"))
    return(data)
  }
  fixed <- init$kind %in% c("zeros", "ones", "constant", "identity")
  engine_init(init$kind, init$attrs, shape, init$seed %||% if (fixed) 0 else draw_seed())
}

as_shaped <- function(value, shape, arg) {
  value <- check_numbers(as.array(value), arg, rlang::caller_env(), "give numbers")
  if (length(value) != prod(shape)) {
    abort_arg(arg, paste0("give ", prod(shape), " values for shape ", shape_text(shape)),
              describe(value), class = "shape")
  }
  shaped(as.numeric(value), shape)
}

# Shape () is a plain number.
shaped <- function(values, shape) if (length(shape) == 0) values else array(values, shape)

# Rows that lazily wait for their updates are brought up to date before anyone looks.
parameter_sync <- function(p) if (!is.null(p$pending)) p$pending()

parameter_value <- function(p) {
  parameter_sync(p)
  engine_raw_read(p$data, p$shape)
}

parameter_assign <- function(p, value) {
  parameter_sync(p)
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
