# Sums over chunks from which scales are made that are those of all rows at once, but for rounding.

# state: an environment with the count n, means m, sums of squares about them s, least and largest values lo and hi, and
# whether there are more than two values, of each column; filled: in how many rows it is not 0.
new_column_sums <- function() {
  state <- new.env(parent = emptyenv())
  state$n <- 0
  state
}

column_sums_add <- function(state, x) {
  n <- as.numeric(nrow(x)) # products of counts pass the largest integer
  if (n == 0) return(invisible())
  part <- if (is.matrix(x)) dense_sums(x) else sparse_sums(x)
  if (state$n == 0) {
    list2env(c(part, n = n), state)
    return(invisible())
  }
  total <- state$n + n
  d <- part$m - state$m
  state$s <- state$s + part$s + d^2 * (state$n * n / total)
  state$m <- state$m + d * (n / total)
  lo <- pmin(state$lo, part$lo)
  hi <- pmax(state$hi, part$hi)
  inside <- function(v) v != lo & v != hi
  state$many <- state$many | part$many | inside(state$lo) | inside(state$hi) | inside(part$lo) | inside(part$hi)
  state$lo <- lo
  state$hi <- hi
  state$filled <- state$filled + part$filled
  state$n <- total
}

dense_sums <- function(x) {
  m <- colMeans(x)
  lo <- apply(x, 2, min)
  hi <- apply(x, 2, max)
  by_column <- function(v) rep(v, each = nrow(x))
  list(m = m, s = colSums((x - by_column(m))^2), lo = lo, hi = hi,
       many = colSums(x != by_column(lo) & x != by_column(hi)) > 0, filled = colSums(x != 0))
}

# As of a dense matrix, from the cells that are filled.
sparse_sums <- function(x) {
  n <- nrow(x)
  column <- factor(entry_columns(x), seq_len(ncol(x)))
  filled <- tabulate(column, ncol(x))
  m <- unname(Matrix::colSums(x)) / n
  values <- x@x
  lo <- hi <- numeric(ncol(x))
  seen <- which(filled > 0)
  if (length(values) > 0) {
    lo[seen] <- vapply(split(values, column, drop = TRUE), min, 0)
    hi[seen] <- vapply(split(values, column, drop = TRUE), max, 0)
  }
  empty <- filled < n
  lo[empty] <- pmin(lo[empty], 0)
  hi[empty] <- pmax(hi[empty], 0)
  at <- as.integer(column)
  squares <- rowsum_of((values - m[at])^2, at, ncol(x)) + (n - filled) * m^2
  inside <- rowsum_of((values != lo[at] & values != hi[at]) + 0, at, ncol(x)) > 0 | (empty & lo < 0 & hi > 0)
  list(m = m, s = squares, lo = lo, hi = hi, many = inside, filled = rowsum_of((values != 0) + 0, at, ncol(x)))
}

rowsum_of <- function(v, group, n) {
  out <- numeric(n)
  sums <- rowsum(v, group)
  out[as.integer(rownames(sums))] <- sums
  out
}

# As scale_fit() of all the rows, of a design that is sparse or not. columns: which may be scaled; y: sums of the outcome, or
# NULL; sample: rows for the kinds of scale that sums do not tell.
sums_scale <- function(state, how, columns, sparse, names, y, sample) {
  all <- scale_kind(how)$all
  scaled <- columns[all | state$many[columns]]
  if (how == "robust") {
    part <- scale_fit(sample[, columns, drop = FALSE], NULL, how)
    scale <- list(cols_to_scale = columns[part$cols_to_scale], X = part$X, scale = how)
  } else {
    far <- setdiff(columns[is_far(state$lo[columns]) | is_far(state$hi[columns])], scaled)
    tell_unscaled(names[far])
    X <- sums_pair(state, how, scaled, sparse)
    dimnames(X) <- list(scale_rows(how), names[scaled])
    scale <- list(cols_to_scale = scaled, X = X, scale = how)
  }
  outcome <- outcome_scale(how)
  scale["y"] <- list(if (!is.null(y)) matrix(sums_pair(y, outcome, 1, FALSE), nrow = 2, dimnames = list(scale_rows(outcome), NULL)))
  scale
}

# Where the scale of each column starts and the number that says how wide it is, in two rows.
sums_pair <- function(state, how, columns, sparse) {
  low <- sparse & state$filled[columns] < centre_share * state$n
  if (how == "zero_one") {
    from <- ifelse(low, 0, state$lo[columns])
    to <- ifelse(low, pmax(abs(state$lo[columns]), abs(state$hi[columns])), state$hi[columns])
  } else {
    from <- ifelse(low, 0, state$m[columns])
    to <- sqrt(state$s[columns] / (state$n - 1))
  }
  rbind(unname(from), unname(to))
}
