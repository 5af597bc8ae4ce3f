# Layers, models, optimizers, losses, metrics are references: functions whose environment holds one
# environment of fields, `self`. A function with a class is not a bare list, so c() of objects gives a
# plain list of whole objects, and it can be called.

# self: environment of fields. call: name of the internal function(self, ...) behind `object(...)`.
new_object <- function(self, class, call = NULL) {
  self$.class <- c(class, "tildenet_object")
  self$.call <- call
  object_of(self)
}

# The object around its fields; two of the same self are the same object.
object_of <- function(self) structure(object_function(self), class = self$.class)

# A frame of its own, so that the closure keeps nothing but self alive.
object_function <- function(self) {
  force(self)
  function(...) object_call(self, ...)
}

object_call <- function(self, ...) {
  if (is.null(self$.call)) {
    abort_tn(paste0("An object of class ", self$.class[1], " cannot be called as a function."))
  }
  if (is.function(self$.call)) return(self$.call(self, ...))
  get(self$.call, envir = topenv(), mode = "function")(self, ...)
}

self_of <- function(x) environment(unclass(x))$self

is_object <- function(x, class = "tildenet_object") inherits(x, class)

identical_object <- function(a, b) identical(self_of(a), self_of(b))

# Member `name` of an object: methods add the computed ones. `self` is its environment.
object_member <- function(x, name, self) UseMethod("object_member")

object_member.default <- function(x, name, self) self[[name]]

# Sets a member; methods guard or redirect.
object_assign <- function(x, name, value, self) UseMethod("object_assign")

object_assign.default <- function(x, name, value, self) assign(name, value, envir = self)

#' @export
`$.tildenet_object` <- function(x, name) object_member(x, name, self_of(x))

#' @export
`[[.tildenet_object` <- function(x, i, ...) object_member(x, i, self_of(x))

#' @export
`$<-.tildenet_object` <- function(x, name, value) {
  object_assign(x, name, value, self_of(x))
  x
}

#' @export
`[[<-.tildenet_object` <- function(x, i, value) {
  object_assign(x, i, value, self_of(x))
  x
}

#' @export
c.tildenet_object <- function(...) unlist_once(list(...))

#' @export
names.tildenet_object <- function(x) ls(self_of(x))

#' @export
length.tildenet_object <- function(x) 1L

#' @export
print.tildenet_object <- function(x, ...) {
  cat("<", class(x)[1], ">\n", sep = "")
  invisible(x)
}

#' @export
str.tildenet_object <- function(object, ...) {
  name <- self_of(object)$name
  cat(" <", class(object)[1], if (rlang::is_string(name)) paste0(" ", quoted(name)), ">\n", sep = "")
}

# What there is to say of an object, its print method says.
#' @export
summary.tildenet_object <- function(object, ...) object

# Runs code; where it fails, the fields of these objects and R's generator are as they were.
undo_on_failure <- function(selves, code) {
  fields <- lapply(selves, as.list.environment, all.names = TRUE)
  seed <- random_state()
  done <- FALSE
  on.exit(if (!done) {
    Map(restore_fields, selves, fields)
    set_random_state(seed)
  })
  force(code)
  done <- TRUE
  code
}

restore_fields <- function(self, fields) {
  rm(list = setdiff(ls(self, all.names = TRUE), names(fields)), envir = self)
  list2env(fields, self)
}

# Lists among the elements are opened, objects and tensors stay whole.
unlist_once <- function(items) {
  out <- list()
  for (item in items) {
    out <- c(out, if (is.list(item) && !is.object(item)) item else list(item))
  }
  out
}

# `self_of(x)$field <- value` sets the field in place.
`self_of<-` <- function(x, value) x
