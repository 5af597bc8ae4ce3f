# Levels of a factor that none of the rows fitted to has: they have the average effect.
#
# The columns of a term are products of what codes its variables. Where a level is unseen, its row in the table of
# codes is the mean of the rows of the levels, each as often as the rows fitted to have it. On the first layer such a
# row of the design makes what rows of all levels make on average. A level that has a column of its own, which
# none of the rows fitted to fills, is read by that column: its weights are that average, see kms-unseen.R.

# ---- which levels there are ------------------------------------------------------------------------

# The variables of the terms that are coded by level, as columns of a model frame.
coded_variables <- function(terms, frame) {
  Filter(is_label_column, as.list(frame)[used_variables(terms)])
}

# By variable the share of each level among the rows fitted to.
level_shares <- function(design, frame, fitted, weights) {
  variables <- coded_variables(design$terms, frame)
  lapply(stats::setNames(names(variables), names(variables)), function(name) {
    levels <- coded_levels(design, name)
    level_share(label_match(variables[[name]], levels)[fitted], length(levels), weights)
  })
}

# codes: places of levels; one that is missing or beyond n has no part in the average.
level_share <- function(codes, n, weights) {
  total <- if (is.null(weights)) tabulate(codes, n) else {
    vapply(split(weights, factor(codes, seq_len(n))), sum, 0, USE.NAMES = FALSE)
  }
  total / max(sum(total), 1e-300)
}

coded_levels <- function(design, name) design$xlevels[[name]] %||% c("FALSE", "TRUE")

# Which levels of a variable are coded by their average: those without a row and without a column of their own; none in
# designs that know no shares.
averaged_levels <- function(design, name) {
  share <- design$shares[[name]]
  if (is.null(share)) return(logical(length(coded_levels(design, name))))
  own <- coded_plainly(design, name) & seq_along(share) > 1
  share == 0 & !own
}

coded_plainly <- function(design, name) identical(design$contrasts[[name]] %||% "contr.treatment", "contr.treatment")

# ---- rows of the design ----------------------------------------------------------------------------

# The rows of a frame with a level that is coded by its average: list(at, frame, design), NULL without any. A level
# that the design does not know is NA.
unseen_rows <- function(design, frame) {
  variables <- as.list(frame)[names(design$shares)]
  unseen <- lapply(stats::setNames(names(variables), names(variables)), function(name) {
    code <- label_match(variables[[name]], coded_levels(design, name))
    is.na(code) | averaged_levels(design, name)[code]
  })
  at <- which(Reduce(`|`, unseen, logical(nrow(frame))))
  if (length(at) == 0) return(NULL)
  list(at = at, frame = lapply(frame, take_samples, at), unseen = lapply(unseen, `[`, at), design = design)
}

# The same for some of the rows, in any order.
unseen_take <- function(unseen, rows) {
  place <- match(rows, unseen$at)
  kept <- place[!is.na(place)]
  if (length(kept) == 0) return(NULL)
  list(at = which(!is.na(place)), frame = lapply(unseen$frame, take_samples, kept),
       unseen = lapply(unseen$unseen, `[`, kept), design = unseen$design)
}

# The matrix with its rows of averages, which are full where it is sparse.
unseen_fill <- function(x, unseen) {
  if (is.null(unseen)) return(x)
  design <- unseen$design
  terms <- export_terms(design)
  for (k in seq_along(terms$labels)) {
    names <- vapply(terms$variables[terms$factors[, k] > 0], `[[`, "", "name")
    rows <- which(Reduce(`|`, unseen$unseen[intersect(names, names(unseen$unseen))], logical(length(unseen$at))))
    if (length(rows) == 0) next
    columns <- which(design$assign == k)
    x <- replace_cells(x, unseen$at[rows], columns, term_block(terms, k, unseen, rows))
  }
  x
}

replace_cells <- function(x, rows, columns, values) {
  if (is.matrix(x)) {
    x[rows, columns] <- values
    return(x)
  }
  old <- as.matrix(x[rows, columns, drop = FALSE])
  filled <- which(values != old, arr.ind = TRUE)
  x + Matrix::sparseMatrix(rows[filled[, 1]], columns[filled[, 2]], x = (values - old)[filled], dims = dim(x),
                           dimnames = dimnames(x))
}

# The columns of a term in some of the rows, the first variable fastest.
term_block <- function(terms, k, unseen, rows) {
  used <- which(terms$factors[, k] > 0)
  blocks <- lapply(used, function(i) variable_block(terms$variables[[i]]$name, terms$factors[i, k] == 2, unseen, rows))
  Reduce(function(a, b) {
    a[, rep(seq_len(ncol(a)), ncol(b)), drop = FALSE] * b[, rep(seq_len(ncol(b)), each = ncol(a)), drop = FALSE]
  }, blocks)
}

# full: a column for each level.
variable_block <- function(name, full, unseen, rows) {
  values <- take_samples(unseen$frame[[name]], rows)
  design <- unseen$design
  if (is.null(design$shares[[name]])) return(unname(as.matrix(values) + 0))
  code <- label_match(values, coded_levels(design, name))
  code[unseen$unseen[[name]][rows]] <- NA
  coded_rows(code, design, name, full)
}

# What codes an unseen level: the numbers of the columns of its variable.
average_code <- function(design, name, full) {
  share <- design$shares[[name]]
  if (full) return(share)
  if (coded_plainly(design, name)) return(share[-1])
  drop(share %*% level_coding(coded_levels(design, name), design$contrasts[[name]], FALSE))
}

# A row for each code, that of the average for NA. Tables of thousands of levels are not made.
coded_rows <- function(code, design, name, full) {
  average <- average_code(design, name, full)
  out <- matrix(average, length(code), length(average), byrow = TRUE)
  known <- which(!is.na(code))
  if (full || coded_plainly(design, name)) {
    out[known, ] <- 0
    column <- code[known] - !full
    out[cbind(known, column)[column > 0, , drop = FALSE]] <- 1
  } else {
    coding <- level_coding(coded_levels(design, name), design$contrasts[[name]], FALSE)
    out[known, ] <- coding[code[known], , drop = FALSE]
  }
  out
}

# ---- many rows -------------------------------------------------------------------------------------

# Numbers that rows of averages may fill at once.
unseen_room <- 2e7

# f of the rows (see kms_inputs()): of some after the others where all at once would fill the memory.
by_parts <- function(rows, f, room = unseen_room) {
  if (is.matrix(rows$x) || length(rows$unseen$at) * as.numeric(ncol(rows$x)) <= room) return(f(rows))
  n <- nrow(rows$x)
  filled <- cumsum(seq_len(n) %in% rows$unseen$at) * as.numeric(ncol(rows$x))
  parts <- unname(split(seq_len(n), floor(filled / room)))
  values <- lapply(parts, function(part) f(kms_take_rows(rows, part)))
  if (is.matrix(values[[1]])) do.call(rbind, values) else do.call(c, values)
}
