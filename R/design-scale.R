# Putting the columns of a design and a continuous outcome on the scale of the training rows.
#
# A scale is list(cols_to_scale, X, scale, y, limits): X has one column per scaled column of the design, in
# its two rows the numbers of the training rows that its kind tells; y is the same for the outcome, a 2 x 1 matrix,
# NULL unless it is continuous; limits, if there are any, those that predicted numbers are kept in, in units of the outcome.
#
# A kind of scale:
#   rows        names of the two numbers of a column, the first of which is where the scale starts
#   numbers     function(v, weights): these two
#   width       function(pair): how wide the scale is, pair of two rows
#   all         whether columns of two values or one are scaled, too
#   bend        function(z): what a scaled value becomes; 0 stays 0
#   c, onnx     the same in files: function(text) for C, function(g, z) for ONNX, of all columns; NULL where nothing is bent
#   outcome     the kind that the outcome is scaled by

scale_kind <- function(how) scale_kinds[[how]] %||% scale_kinds$z

new_scale_kind <- function(rows, numbers, width = function(pair) pair[2, ], all = FALSE, bend = identity, c = NULL, onnx = NULL,
                           outcome = NULL) {
  as.list(environment())
}

scale_kinds <- list(
  z = new_scale_kind(c("mean", "sd"), function(v, weights) {
    if (!is.null(weights)) weighted_stats(v, weights) else list(from = mean(v), to = stats::sd(v))
  }),
  zero_one = new_scale_kind(c("min", "max"), function(v, weights) list(from = min(v), to = max(v)),
                            width = function(pair) pair[2, ] - pair[1, ]),
  robust = new_scale_kind(c("median", "width"), function(v, weights) robust_stats(v, weights), all = TRUE,
                          bend = function(z) smooth_clip(z), c = function(text) c_smooth_clip(text),
                          onnx = function(g, z) onnx_smooth_clip(g, z), outcome = "z")
)

# Values of a two-valued column are "far" from 0..1 when they lie more than this outside.
far_from_unit <- 2

# A column of a sparse matrix is moved to its mean or minimum only when at least this share of it is
# filled; an emptier one is only divided, since moving it would fill all its zeros.
centre_share <- 0.5

# x: the training rows; y: their outcome (less its offset) when it is continuous; weights: how often each
# row counts.
scale_fit <- function(x, y = NULL, how = "z", weights = NULL) {
  stats <- column_stats(x, how, weights)
  tell_unscaled(colnames(x)[stats$far])
  X <- rbind(stats$from, stats$to)
  dimnames(X) <- list(scale_rows(how), colnames(x)[stats$columns])
  list(cols_to_scale = stats$columns, X = X, scale = how,
       y = if (!is.null(y)) scale_outcome(y, how, weights))
}

tell_unscaled <- function(far) {
  if (length(far) == 0) return(invisible())
  inform_tn(paste0(
    "Not scaled, because the training rows have at most two values far from 0..1: ",
    paste0("`", utils::head(far, 5), "`", collapse = ", "),
    if (length(far) > 5) paste(" and", length(far) - 5, "more"),
    ". A logical or factor is easier to learn from."
  ), "unscaled_columns")
}

scale_rows <- function(how) scale_kind(how)$rows

# Whether a column that the training rows leave at one value is 0 in all rows.
scales_all <- function(scale) !is.null(scale) && scale_kind(scale$scale)$all

# The kind of scale the outcome has.
outcome_scale <- function(how) scale_kind(how)$outcome %||% how

scale_outcome <- function(y, how, weights = NULL) {
  how <- outcome_scale(how)
  matrix(unlist(vector_stats(y, how, weights)), nrow = 2, dimnames = list(scale_rows(how), NULL))
}

# Where the scale starts and the number that says how wide it is.
vector_stats <- function(v, how, weights = NULL) scale_kind(how)$numbers(v, weights)

# Mean and standard deviation with weights; `zeros` is the weight of zeros that are not in v. Whole
# weights count rows, as if these were repeated; others only say how much rows count to each other.
weighted_stats <- function(v, weights, zeros = 0, n = length(v)) {
  total <- sum(weights) + zeros
  whole <- all(weights == round(weights))
  m <- sum(weights * v) / total
  squares <- (sum(weights * (v - m)^2) + zeros * m^2) / total
  n <- if (whole) total else n
  list(from = m, to = sqrt(squares * n / (n - 1)))
}

scale_width <- function(pair, how) unname(scale_kind(how)$width(pair))

# list(columns, from, to, far): which columns are scaled, those of more than two distinct values or all, their two
# numbers, and which of the others lie far from 0..1.
column_stats <- function(x, how, weights = NULL) {
  if (methods::is(x, "sparseMatrix")) column_stats_sparse(x, how, weights)
  else column_stats_dense(x, how, weights)
}

column_stats_dense <- function(x, how, weights) {
  many <- far <- logical(ncol(x))
  from <- to <- numeric(ncol(x))
  for (j in seq_len(ncol(x))) {
    v <- x[, j]
    limits <- range(v)
    many[j] <- scale_kind(how)$all || any(v != limits[1] & v != limits[2])
    far[j] <- !many[j] && any(is_far(limits))
    if (many[j]) {
      pair <- vector_stats(v, how, weights)
      from[j] <- pair$from
      to[j] <- pair$to
    }
  }
  columns <- which(many)
  list(columns = columns, from = from[columns], to = to[columns], far = which(far))
}

# Where two values are not scaled only columns whose stored values differ are looked at one by one: dummies, however
# many, are not.
column_stats_sparse <- function(x, how, weights) {
  n <- nrow(x)
  column <- entry_columns(x)
  first <- x@x[x@p[column] + 1L]
  all <- scale_kind(how)$all
  candidates <- if (all) seq_len(ncol(x)) else unique(column[x@x != first])
  stats <- lapply(candidates, function(j) {
    at <- x@p[j] + seq_len(x@p[j + 1L] - x@p[j])
    sparse_vector_stats(x@x[at], n, how, weights, x@i[at] + 1L)
  })
  many <- vapply(stats, function(s) all || s$n_values > 2, NA)
  take <- function(field) vapply(stats[many], function(s) s[[field]], 0)
  columns <- candidates[many]
  far <- setdiff(unique(column[is_far(x@x)]), columns)
  list(columns = columns, from = take("from"), to = take("to"), far = sort(far))
}

# v: the stored values of a column of n, in `rows`.
sparse_vector_stats <- function(v, n, how, weights, rows) {
  n_zero <- n - length(v)
  if (how == "robust") return(c(sparse_robust_stats(v, n, weights, rows), n_values = NA))
  values <- unique(c(v, if (n_zero > 0) 0))
  filled <- if (is.null(weights)) length(v) / n else sum(weights[rows]) / sum(weights)
  if (!is.null(weights) && how != "zero_one") {
    pair <- weighted_stats(v, weights[rows], sum(weights[-rows]), n)
    if (filled < centre_share) pair$from <- 0
  } else if (filled >= centre_share) {
    pair <- vector_stats(c(v, numeric(n_zero)), how)
  } else if (how == "zero_one") {
    pair <- list(from = 0, to = max(abs(v)))
  } else {
    m <- sum(v) / n
    pair <- list(from = 0, to = sqrt((sum((v - m)^2) + n_zero * m^2) / (n - 1)))
  }
  c(pair, n_values = length(values))
}

is_far <- function(v) abs(v - 0.5) > 0.5 + far_from_unit

# The columns of x (training rows or any others) on the scale.
scale_apply <- function(x, scale) {
  columns <- scale$cols_to_scale
  if (length(columns) == 0 || nrow(x) == 0) return(x)
  from <- unname(scale$X[1, ])
  width <- scale_width(scale$X, scale$scale)
  bend <- scale_kind(scale$scale)$bend
  if (methods::is(x, "sparseMatrix")) return(scale_apply_sparse(x, columns, from, width, bend))
  for (k in seq_along(columns)) {
    x[, columns[k]] <- bend((x[, columns[k]] - from[k]) / width[k])
  }
  x
}

scale_apply_sparse <- function(x, columns, from, width, bend) {
  moved <- from != 0
  divisor <- rep(1, ncol(x))
  divisor[columns[!moved]] <- width[!moved]
  x@x <- x@x / rep.int(divisor, diff(x@p))
  bent <- entry_columns(x) %in% columns[!moved]
  x@x[bent] <- bend(x@x[bent])
  if (!any(moved)) return(x)
  block <- as.matrix(x[, columns[moved], drop = FALSE])
  block <- bend(sweep(sweep(block, 2, from[moved]), 2, width[moved], "/"))
  others <- setdiff(seq_len(ncol(x)), columns[moved])
  joined <- cbind(x[, others, drop = FALSE], methods::as(block, "CsparseMatrix"))
  joined[, order(c(others, columns[moved])), drop = FALSE]
}

# A continuous outcome on the scale of the network, and numbers of the network in outcome units.
scale_outcome_apply <- function(y, scale) {
  if (is.null(scale$y)) return(y)
  (y - scale$y[[1]]) / scale_width(scale$y, scale$scale)
}

scale_outcome_undo <- function(z, scale) {
  if (is.null(scale$y)) return(z)
  y <- z * scale_width(scale$y, scale$scale) + scale$y[[1]]
  if (!is.null(scale$limits)) y[] <- pmin(pmax(y, scale$limits[1]), scale$limits[2])
  y
}

# An offset is added to the output of the network, whose unit is the width of the outcome's scale; where
# that scale starts has been found without it.
scale_offset <- function(offset, scale) {
  if (is.null(scale$y)) offset else offset / scale_width(scale$y, scale$scale)
}
