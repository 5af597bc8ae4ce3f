# Rules that turn steps of a graph into C. A rule is a function of one argument, the step:
#   op, attrs, layer
#   x, y      text that stands for the inputs and outputs, pointers to floats
#   shape, out_shape   lists of their shapes for one sample, the axis of samples first
#   flags     text for the masks of the inputs, "NULL" without one; flag_axes: how many axes they have
#   own_flags text for the mask that the step makes; own_shape its shape
#   weight(k) text for parameter k, "NULL" when there are fewer; values(k) its numbers
#   constant(name, values, type)  text for an array of constants
#   room(n)   text for n floats that are only needed within the step
#   named(call)  text for a function of (float *y, int n) that makes this call
# and gives one of the following. Where things lie is decided afterwards (c-file-memory.R), so that what stands
# for a place may be used as a pointer and nothing else.

# Lines of code that fill y. share: numbers of inputs that y may lie upon. mask: lines that fill own_flags, left out
# where nobody reads it.
c_make <- function(code, share = integer(), mask = NULL) {
  list(code = code, share = share, mask = mask, changes = FALSE)
}

# Lines of code that change y, which begins as a copy of the first input or lies upon it.
c_change <- function(code, mask = NULL) list(code = code, share = 1L, mask = mask, changes = TRUE)

# y is input k as it is.
c_view <- function(k = 1L, mask = NULL) list(code = character(), view = k, mask = mask, changes = FALSE)

# y is what stands in an array of constants.
c_at <- function(text) list(code = character(), at = text, mask = NULL, changes = FALSE)

# ---- running the rules ------------------------------------------------------------------------------

# State of a file that is written: constants by text, the names in use.
new_c_writer <- function(name) {
  writer <- new.env(parent = emptyenv())
  writer$name <- name
  writer$names <- c(names(c_library()), paste0(name, c("_predict", "_labels")))
  writer$constants <- list()
  writer$weights <- list()
  writer$functions <- character()
  writer
}

# The results of all rules, each with the ids of its step and what it is called in a comment.
c_steps_of <- function(graph, writer) {
  lapply(seq_along(graph$steps), function(k) {
    step <- graph$steps[[k]]
    rule <- step$rule %||% get(step$op, envir = c_rules)
    made <- rule(c_step(step, k, graph, writer))
    title <- paste0(if (is.na(step$layer)) "" else paste0(step$layer, ": "), step$op, " ",
                    shape_text(graph$shapes[[step$outputs[1]]][-1]))
    c(made, list(inputs = step$inputs, outputs = step$outputs, title = c_remark(title)))
  })
}

c_step <- function(step, k, graph, writer) {
  rooms <- 0
  layer <- c_identifier(if (is.na(step$layer)) step$op else step$layer)
  flags <- graph$flags[step$inputs]
  axes <- graph$flags[[step$outputs[1]]]$axes %||% 0
  list(op = step$op, attrs = step$attrs, layer = step$layer,
       x = paste0("{v", step$inputs, "}"), y = paste0("{v", step$outputs, "}"),
       shape = graph$shapes[step$inputs], out_shape = graph$shapes[step$outputs],
       flags = vapply(flags, function(f) if (is.null(f)) "NULL" else paste0("{m", f$id, "}"), ""),
       flag_axes = vapply(flags, function(f) f$axes %||% 0, 0),
       own_flags = paste0("{m", step$outputs[1], "}"),
       own_shape = graph$shapes[[step$outputs[1]]][seq_len(axes)],
       weight = function(k) if (k > length(step$params)) "NULL" else c_weight(step$params[[k]], layer, writer),
       values = function(k) parameter_value(step$params[[k]]),
       constant = function(name, values, type = "float") c_constant(paste0(layer, "_", name), values, type, writer),
       room = function(n) paste0("{r", k, ".", rooms <<- rooms + 1, ".", c_integer(n), "}"),
       named = function(call) c_named(call, layer, writer))
}

# Layers that are shared share the array.
c_weight <- function(p, layer, writer) {
  key <- rlang::obj_address(p)
  known <- writer$weights[[key]]
  if (!is.null(known)) return(known)
  name <- paste0(layer, "_", c_identifier(sub(".*/", "", sub(":[0-9]+$", "", p$name))))
  writer$weights[[key]] <- c_constant(name, row_major(parameter_value(p)), "float", writer)
}

c_constant <- function(name, values, type, writer) {
  name <- c_new_name(name, writer)
  texts <- if (type == "float") c_number(values) else c_integer(values)
  writer$constants[[name]] <- list(lines = c_array(type, name, texts), bytes = 4 * length(values))
  name
}

c_new_name <- function(name, writer) {
  name <- utils::tail(make.unique(c(writer$names, name), "_"), 1)
  writer$names <- c(writer$names, name)
  name
}

c_named <- function(call, layer, writer) {
  name <- c_new_name(paste0(layer, "_curve"), writer)
  writer$functions <- c(writer$functions, paste0("static void ", name, "(float *y, int n) { ", call, " }"))
  name
}
