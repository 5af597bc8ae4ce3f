# Users and items: which columns of data the first two embeddings of a formula read, and which of their
# values occur together. It is what recommend() needs of the rows.

# The ids of a formula with emb() of two variables, NULL with fewer: the first product emb(a):emb(b), or
# the first two variables. list by "user" and "item" of
#   label   of the special
#   column  of data that the special reads, alone; NULL when it reads anything else
#   like    that column without its rows, for the type of new values
# and `seen`, a pattern matrix (users, items) in the order of the levels: 4 bytes a pair.
design_ids <- function(prepared, pairs, data) {
  specials <- prepared$specials
  embeddings <- Filter(function(s) s$kind == "emb", specials)
  variables <- vapply(embeddings, function(s) deparse1(s$expr), "")
  pairs <- Filter(function(pair) length(unique(variables[pair])) == 2, pairs)
  labels <- if (length(pairs) > 0) pairs[[1]] else names(embeddings)[!duplicated(variables)]
  if (length(labels) < 2) return(NULL)
  labels <- stats::setNames(labels[1:2], c("user", "item"))
  ids <- lapply(labels, function(label) {
    column <- id_column(specials[[label]]$expr, names(data))
    list(label = label, column = column, like = if (!is.null(column)) data[[column]][0])
  })
  codes <- lapply(labels, function(label) prepared$inputs[[specials[[label]]$input]])
  n_levels <- vapply(labels, function(label) length(specials[[label]]$state$levels), 0)
  known <- codes$user < n_levels[["user"]] & codes$item < n_levels[["item"]] # not those of missing ids
  ids$seen <- Matrix::sparseMatrix(codes$user[known], codes$item[known], dims = n_levels, index1 = FALSE)
  ids
}

# A column by its name or made a factor: its values are the levels.
id_column <- function(expr, columns) {
  if (is.call(expr) && length(expr) == 2 && deparse1(expr[[1]]) %in% c("factor", "as.factor", "as.character")) {
    expr <- expr[[2]]
  }
  if (is.name(expr) && as.character(expr) %in% columns) as.character(expr)
}

# Values as the column of the training data has them; levels it does not have come behind its own. NA
# for what is no value of its type.
ids_like <- function(values, like) {
  if (is.factor(like)) {
    return(label_factor(values, label_union(levels(like), label_text(values))))
  }
  if (!is.numeric(like)) return(label_text(values))
  if (is.factor(values)) values <- as.character(values)
  numbers <- suppressWarnings(as.numeric(values))
  if (is.integer(like) && all(numbers == round(numbers), na.rm = TRUE)) {
    return(suppressWarnings(as.integer(numbers)))
  }
  numbers
}
