# Weights of what none of the rows fitted to has. Levels with a column or a row of a table of their own have the
# average of the weights of the others, each counted as often as the rows fitted to have it; other columns that none
# of these rows fills, such as words of a given vocabulary, have no gradient: their random weights would be noise
# and are 0.
#
# The averages move with the weights. They are set before each epoch and each validation and when training has ended,
# so that the validation loss of an epoch is that of the weights it leaves.

# list(kernels, tables): what has to be set; see kernel_plan() and table_plans(). x: what the network reads; n: how many
# of its rows, the first ones, are fitted to; batch_size: at once; before: how many rows the weights were fitted
# to in an earlier training, which may have filled columns that these do not.
unseen_plan <- function(model, spec, design, x, n, scale, batch_size, before = 0) {
  own <- identical(spec$layers[[1]]$layer, "layer_dense")
  inputs <- if (is.list(x)) x else list(x = x)
  read <- setdiff(c("x", spec$graph$sparse), if (scales_all(scale)) "x")
  kernels <- if (own) lapply(which(names(inputs) %in% read), function(k) {
    kernel_plan(model$inputs[[k]], model, inputs[[k]][seq_len(n), , drop = FALSE],
                if (names(inputs)[k] == "x") design, scale, before > 0)
  })
  tables <- table_plans(model, names(inputs), design, max(n, before), if (isTRUE(spec$shrinks)) ceiling(n / batch_size) else 0)
  list(kernels = Filter(Negate(is.null), kernels), tables = tables)
}

unseen_callback <- function(plan) {
  if (length(plan$kernels) + length(plan$tables) == 0) return(NULL)
  callback_lambda(on_epoch_begin = function(...) {
    unseen_set(plan)
    tables_shrink(plan$tables)
  }, on_test_begin = function(...) unseen_set(plan))
}

unseen_set <- function(plan) {
  for (kernel in plan$kernels) parameter_assign(kernel$weight, averaged_kernel(parameter_value(kernel$weight), kernel))
  for (table in plan$tables) {
    rows <- parameter_value(table$weight)
    rows[nrow(rows), ] <- table$share %*% rows
    parameter_assign(table$weight, rows)
  }
}

# ---- columns ---------------------------------------------------------------------------------------

# list(weight, empty, width, terms): the kernel behind an input, its columns that are 0 in the rows fitted to, what each
# column was divided by, and the terms with levels that have such columns. NULL where all columns are filled.
kernel_plan <- function(tensor, model, x, design, scale, learnt) {
  empty <- !filled_columns(x)
  if (!any(empty)) return(NULL)
  width <- rep(1, ncol(x))
  terms <- list()
  if (!is.null(design)) {
    if (length(scale$cols_to_scale) > 0) width[scale$cols_to_scale] <- scale_width(scale$X, scale$scale)
    terms <- unseen_terms(design)
  }
  weight <- layer_parameters(self_of(kms_first_layer(model, tensor)))[[1]]
  if (learnt) empty <- empty & never_filled(parameter_value(weight), terms)
  list(weight = weight, empty = which(empty), width = width, terms = terms)
}

# Columns of a trained kernel that no row has filled: they are 0, or those of levels with the average of others.
never_filled <- function(kernel, terms) {
  never <- rowSums(kernel != 0) == 0
  for (term in terms) {
    for (v in term$variables) never[term$columns[slice.index(array(0, term$dim), v$margin) %in% v$at]] <- TRUE
  }
  never
}

# For each term with unseen levels that have columns: list(columns, dim, variables), dim the numbers of columns of its
# variables, variables for those with such levels list(margin, at, average).
unseen_terms <- function(design) {
  if (length(design$shares) == 0) return(list())
  terms <- export_terms(design)
  out <- lapply(seq_along(terms$labels), function(k) {
    used <- which(terms$factors[, k] > 0)
    columns <- which(design$assign == k)
    found <- lapply(seq_along(used), function(margin) {
      unseen_variable(design, terms$variables[[used[margin]]]$name, terms$factors[used[margin], k] == 2, margin)
    })
    sizes <- mapply(function(v, i) {
      if (is.null(v)) column_count(terms$variables[[i]]$class) else length(v$average)
    }, found, used)
    variables <- Filter(function(v) length(v$at) > 0, found)
    if (length(variables) > 0) list(columns = columns, dim = sizes, variables = variables)
  })
  Filter(Negate(is.null), out)
}

# Columns of a variable of numbers, by its class in the terms: "numeric", "nmatrix.2".
column_count <- function(class) if (startsWith(class, "nmatrix.")) as.numeric(sub("nmatrix.", "", class)) else 1

unseen_variable <- function(design, name, full, margin) {
  share <- design$shares[[name]]
  if (is.null(share)) return(NULL)
  unseen <- share == 0 & !averaged_levels(design, name)
  list(margin = margin, at = if (any(unseen)) which(unseen) - !full, average = average_code(design, name, full))
}

# The kernel (columns, units) with the columns nobody fills.
averaged_kernel <- function(kernel, plan) {
  kernel[plan$empty, ] <- 0
  for (term in plan$terms) {
    raw <- array(kernel[term$columns, ] / plan$width[term$columns], c(term$dim, ncol(kernel)))
    for (v in term$variables) raw <- average_slices(raw, v)
    empty <- term$columns %in% plan$empty
    kernel[term$columns[empty], ] <- matrix(raw, ncol = ncol(kernel))[empty, ]
  }
  kernel
}

# The slices `at` of a margin become the average of all slices.
average_slices <- function(a, v) {
  order <- c(v$margin, seq_along(dim(a))[-v$margin])
  front <- aperm(a, order)
  flat <- matrix(front, dim(front)[1])
  flat[v$at, ] <- rep(drop(v$average %*% flat), each = length(v$at))
  aperm(array(flat, dim(front)), order(order))
}

# ---- tables ----------------------------------------------------------------------------------------

# Rows of the mean that a level's own rows stand against, and how many updates an epoch has for this to be so.
mean_rows <- 10
mean_updates <- 500

# Each level keeps c of c + mean_rows parts of its row, c the rows fitted to that have it, and has the mean row for the
# others; fewer updates move rows less, and they are drawn back less. That is a penalty on what few rows have said, at a
# pass over the table an epoch; one in the loss moves all of its rows at every step.
tables_shrink <- function(tables) {
  for (table in tables) if (!is.null(table$own)) {
    rows <- parameter_value(table$weight)
    parameter_assign(table$weight, rows * table$own + outer(1 - table$own, rows[nrow(rows), ]))
  }
}

# What a level keeps of its row. n: rows fitted to that have it; updates: of an epoch.
kept_part <- function(n, updates) (n / (n + mean_rows))^min(1, updates / mean_updates)

# list(weight, share, own) for each table that reads the ids of an emb(): also those of a model of the user's. n: how
# many rows are fitted to; updates: of an epoch, 0 where tables are not shrunk; nor is one with a penalty or constraint
# of its own.
table_plans <- function(model, inputs, design, n, updates) {
  plans <- lapply(design$specials, function(s) {
    if (s$kind != "emb") return(NULL)
    layer <- table_behind(model, match(s$input, inputs))
    if (is.null(layer)) return(NULL)
    weight <- layer_parameters(self_of(layer))[[1]]
    share <- s$state$share
    if (weight$shape[1] != length(share)) return(NULL)
    own <- if (updates > 0 && length(s$state$table) == 0) kept_part(share * n, updates)
    list(weight = weight, share = share, own = own)
  })
  Filter(Negate(is.null), plans)
}

# The layer that looks up the ids of an input in a table, NULL where none does.
table_behind <- function(model, k) {
  if (is.na(k) || k > length(model$inputs)) return(NULL)
  reads <- function(layer) inherits(layer, "Embedding") && identical(layer$input, model$inputs[[k]])
  Find(reads, model$layers)
}

# Dense designs do without package Matrix, which takes half a second to load.
filled_columns <- function(x) (if (is.matrix(x)) colSums(x != 0) else Matrix::colSums(x != 0)) > 0

# The dense layer that reads an input, by itself or with features behind it.
kms_first_layer <- function(model, tensor) {
  reads <- function(layer) {
    read <- if (inherits(layer, "Dense")) c(list(layer$input), layer$input$node$inputs)
    any(vapply(read, identical, NA, tensor))
  }
  Find(reads, model$layers)
}
