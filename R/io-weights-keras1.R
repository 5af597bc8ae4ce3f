# Keras 1 kept the weights of each gate of an LSTM or GRU by themselves (lstm_1_W_i, lstm_1_U_i, lstm_1_b_i,
# lstm_1_W_c ...). Their files bear no version; the names tell.

gate_orders <- list(c("i", "f", "c", "o"), c("z", "r", "h"))

# weights: those of a layer, list of list(name, shape, read()). Gates are joined as they stand side by side
# since Keras 2; all else stays.
join_gates <- function(weights) {
  names <- vapply(weights, function(w) w$name, "")
  pattern <- "^(.*)_([WUb])_([a-z])(:0)?$"
  if (length(names) == 0 || !all(grepl(pattern, names))) return(weights)
  cell <- sub(pattern, "\\1", names)
  parts <- lapply(unique(cell), function(prefix) join_cell(weights[cell == prefix], names[cell == prefix], pattern))
  unlist(parts, recursive = FALSE)
}

join_cell <- function(weights, names, pattern) {
  letter <- sub(pattern, "\\2", names)
  gate <- sub(pattern, "\\3", names)
  order <- Filter(function(o) setequal(o, gate), gate_orders)
  if (length(order) != 1 || length(weights) != 3 * length(order[[1]])) return(weights)
  lapply(c("W", "U", "b"), function(l) {
    of_gates <- weights[letter == l][match(order[[1]], gate[letter == l])]
    joined_weight(of_gates, sub(pattern, "\\1", names[1]), l)
  })
}

# Side by side along the last axis.
joined_weight <- function(weights, prefix, letter) {
  shapes <- lapply(weights, function(w) w$shape)
  first <- shapes[[1]]
  if (length(unique(shapes)) > 1) return(weights[[1]]) # does not fit, and says so by its shape
  shape <- c(first[-length(first)], length(weights) * first[length(first)])
  read <- function() {
    blocks <- lapply(weights, function(w) matrix(w$read(), first[length(first)]))
    as.vector(do.call(rbind, blocks))
  }
  list(name = paste0(prefix, "_", letter), shape = shape, read = read)
}
