# Rules for ops that put values elsewhere, look them up or mask them: see c-file-steps.R.

define_c(c("flatten", "reshape", "reshape_all", "expand_dims", "squeeze"), function(s) c_view())

c_arrange <- function(x, size, step, y) c_make(c_call("arrange", x, c_walk(size, step), y, prod(size)))

c_permute <- function(s, order) {
  shape <- s$shape[[1]]
  c_arrange(s$x, shape[order], c_steps(shape)[order], s$y)
}

define_c("permute", function(s) c_permute(s, c(1, s$attrs$dims + 1)))

define_c("permute_all", function(s) c_permute(s, s$attrs$dims))

define_c("repeat_vector", function(s) {
  shape <- s$out_shape[[1]]
  c_arrange(s$x, shape, c(shape[3], 0, 1), s$y)
})

define_c("concatenate", function(s) {
  axis <- s$attrs$axis %||% -1
  whole <- s$out_shape[[1]]
  lines <- c_lines(whole, axis)
  parts <- vapply(s$shape, function(shape) c_lines(shape, axis)$n * lines$inner, 0)
  starts <- cumsum(c(0, parts[-length(parts)]))
  places <- ifelse(starts == 0, s$y, paste0(s$y, " + ", c_integer(starts)))
  c_make(unlist(Map(function(x, place, part) {
    if (lines$outer == 1) return(c_copy(x, place, part))
    walk <- c_walk(c(lines$outer, part), c(lines$n * lines$inner, 1))
    c_call("spread", x, place, walk, lines$outer * part)
  }, s$x, places, parts), use.names = FALSE))
})

# ---- steps -----------------------------------------------------------------------------------------

define_c("fold_steps", function(s) {
  c_view(mask = if (s$flag_axes > 2) c_copy(s$flags, s$own_flags, prod(s$own_shape), "unsigned char"))
})

define_c("unfold_steps", function(s) {
  steps <- prod(s$out_shape[[1]][1:2])
  mask <- if (s$flag_axes[2] > 0) c_copy(s$flags[2], s$own_flags, prod(s$own_shape), "unsigned char")
          else if (s$flag_axes[1] > 2) {
            parts <- prod(s$shape[[1]][seq_len(s$flag_axes[1])]) / steps
            c_call("mask_any", s$flags[1], s$own_flags, steps, parts)
          }
  c_view(2L, mask)
})

define_c("reverse_steps", function(s) {
  shape <- s$shape[[1]]
  width <- prod(shape[-(1:2)])
  from <- if (shape[2] == 1) s$x else paste0(s$x, " + ", c_integer((shape[2] - 1) * width))
  c_arrange(from, c(shape[1:2], width), c(shape[2] * width, -width, 1), s$y)
})

# ---- lookup ----------------------------------------------------------------------------------------

define_c("embedding", function(s) {
  n <- prod(s$shape[[1]])
  table <- dim(s$values(1))
  c_make(c_call("look_up", s$x, n, s$weight(1), table[1], table[2], s$y),
         mask = if (isTRUE(s$attrs$mask_zero)) c_call("flag_unequal", s$x, c_number(0), s$own_flags, n))
})

define_c("gather", function(s) {
  rows <- s$shape[[1]]
  c_make(c_call("look_up", s$x[2], prod(s$shape[[2]]), s$x[1], rows[1], prod(rows[-1]), s$y))
})

define_c("take", function(s) {
  index <- s$attrs$index
  c_make(c_call("take", s$x, s$constant("index", index, "int"), length(index), s$y,
                c_lines(s$shape[[1]], s$attrs$axis %||% 0)))
})

# ---- masks -----------------------------------------------------------------------------------------

define_c("masking", function(s) {
  shape <- s$shape[[1]]
  c_change(c_call("mask_steps", s$y, s$own_flags, c_rows(shape), c_last(shape), c_number(s$attrs$mask_value %||% 0)))
})

# The masks of all inputs together, or one behind the other along an axis.
define_c("join_masks", function(s) {
  along <- s$attrs$along %||% 0
  size <- s$own_shape
  inputs <- seq_along(s$x)
  if (along > 0) inputs <- inputs[-1]
  inside <- along > 0 && along < length(size)
  starts <- cumsum(c(0, vapply(s$shape[inputs], function(shape) shape[along + 1], 0)))
  also <- lapply(seq_along(inputs), function(i) {
    k <- inputs[i]
    if (s$flag_axes[k] == 0) return(NULL)
    own <- s$shape[[k]][seq_len(s$flag_axes[k])]
    region <- if (inside) replace(size, along + 1, s$shape[[k]][along + 1]) else size
    to <- if (inside && starts[i] > 0) paste0(s$own_flags, " + ", c_integer(starts[i] * c_steps(size)[along + 1]))
          else s$own_flags
    from <- c(ifelse(own == 1, 0, c_steps(own)), numeric(length(size) - length(own)))
    c_call("mask_also", s$flags[k], c_walk(region, from), to, c_walk(region, c_steps(size)), prod(region))
  })
  c_view(mask = c(c_fill(s$own_flags, prod(size), "unsigned char", 1), unlist(also)))
})
