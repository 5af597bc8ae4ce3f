# Rules for recurrent layers: see c-file-steps.R.

# name: the C function of a step; room: floats of its working memory, in units; states: 1 for h, 2 for h and c.
c_recurrent <- function(s, name, states, room, gated) {
  shape <- s$shape[[1]]
  attrs <- s$attrs
  flag <- function(name) as.integer(isTRUE(as.logical(attrs[[name]])))
  n <- shape[1] * attrs$units
  # The states are outputs where these are asked for.
  state <- if (flag("return_state") == 1) s$y[-1] else vapply(seq_len(states), function(k) s$room(n), "")
  first <- s$x[-1]
  start <- if (length(first) > 0) c_copy(first, state, n) else c_fill(state, n)
  sizes <- c(shape, attrs$units, flag("return_sequences"), flag("go_backwards"), flag("zero_masked"))
  cell <- c(s$weight(1), s$weight(2), if (attrs$use_bias %||% TRUE) s$weight(3) else "NULL", c_curve(s),
            if (gated) c_curve(s, "recurrent_activation") else "NULL", s$room(room * attrs$units))
  value <- function(type, members) paste0("&(const struct ", type, "){", paste(members, collapse = ", "), "}")
  c_make(c(start, c_call("recur", value("recurrence", c_integer(sizes)), name, value("recurrent_cell", cell), s$x[1], s$flags[1],
                         state, if (states == 1) "NULL", s$y[1])))
}

define_c("simple_rnn", function(s) c_recurrent(s, "simple_rnn", 1, 1, gated = FALSE))

define_c("lstm", function(s) c_recurrent(s, "lstm", 2, 5, gated = TRUE))

define_c("gru", function(s) {
  if (s$attrs$reset_after %||% TRUE) c_recurrent(s, "gru", 1, 6, gated = TRUE)
  else c_recurrent(s, "gru_reset_before", 1, 4, gated = TRUE)
})
