# R data on their way to a model: what users pass as x, y and weights becomes one checked entry per
# input or output. Nothing is copied or reshaped here; the engine gets data and shape separately.

# An entry: list(data = numbers or sparse matrix, dim = shape with samples first, sparse = whether the
# engine gets compressed rows).
new_entry <- function(data, dim) list(data = data, dim = as.numeric(dim), sparse = is_sparse(data))

entry_rows <- function(entry) entry$dim[1]

# ---- single arrays ---------------------------------------------------------------------------------

# One array of x or y; arg is what the user called it.
data_entry <- function(x, arg, call, text = FALSE) {
  if (text) return(text_entry(x, arg, call))
  x <- own_sparse(x, arg, call)
  if (is_tensor(x)) x <- x$value
  if (is.data.frame(x)) x <- frame_matrix(x, arg, call)
  if (is_sparse(x)) return(sparse_entry(x, arg, call))
  if (inherits(x, "Matrix")) x <- dense_copy(x, arg, call)
  x <- check_numbers(x, arg, call)
  check_held(x, arg, call)
  new_entry(x, if (length(dim(x)) < 2) c(length(x), 1) else dim(x))
}

frame_matrix <- function(x, arg, call) {
  numbers <- lapply(x, plain_numbers)
  fine <- !vapply(numbers, is.null, NA)
  if (!all(fine)) {
    wrong <- names(x)[!fine]
    kinds <- vapply(x[!fine], function(column) class(column)[1], "")
    abort_arg(arg, "have numeric columns", call = call,
              given = paste0("Not numeric: ",
                             paste0("`", wrong, "` (", kinds, ")", collapse = ", "), "."),
              how = if (is_integer64(x[[which(!fine)[1]]])) numbers_hint(x[[which(!fine)[1]]])
                    else "Use to_categorical() or model.matrix() for factors, or fit with kms() and a formula.")
  }
  x[] <- numbers
  as.matrix(x)
}

sparse_entry <- function(x, arg, call) {
  if (methods::.hasSlot(x, "x")) check_held(x@x, arg, call)
  new_entry(x, x@Dim)
}

# ---- x: one entry per input ------------------------------------------------------------------------

# compress: matrices of zeros with few other numbers may go as sparse rows. Not for parts of data that
# must go the same way as the parts before.
input_entries <- function(self, x, arg = "x", call = rlang::caller_env(), compress = FALSE) {
  if (is.null(x)) abort_arg(arg, "be given", "It is NULL.", call = call)
  entries <- entries_of(x, if (self$built) input_names(self), arg, call, reads_texts(self))
  if (!self$built) model_build(self, lapply(entries, function(e) c(NA, e$dim[-1])))
  entries <- Map(function(entry, tensor, name) {
    if (is_text(tensor)) return(entry)
    fit_entry(entry, tensor$shape, part_name(arg, name, length(entries)), "the model's input", call,
              order_hint(x, names(entries)))
  }, entries, self$inputs, names(entries) %||% "")
  check_same_rows(entries, arg, call)
  unname(entries_as_read(self, entries_of_texts(self, entries, call), compress))
}

# Sparse rows feed dense layers; for any other op on the input they are made dense.
entries_as_read <- function(self, entries, compress) {
  sparse <- vapply(entries, `[[`, NA, "sparse")
  zeros <- if (compress) vapply(entries, mostly_zero, NA) else FALSE
  if (!any(sparse | zeros)) return(entries)
  by_rows <- vapply(input_readers(self), function(ops) all(ops == "dense"), NA)
  entries[sparse & !by_rows] <- lapply(entries[sparse & !by_rows], function(entry) {
    new_entry(as.matrix(entry$data), entry$dim)
  })
  entries[zeros & by_rows] <- lapply(entries[zeros & by_rows], function(entry) {
    entry$sparse <- TRUE
    entry
  })
  entries
}

# As columns of a design are (design-matrix.R). Measured: below a tenth, products over the cells that are
# not zero beat those over all.
mostly_zero <- function(entry) {
  x <- entry$data
  !entry$sparse && is.matrix(x) && !is.object(x) && length(entry$dim) == 2 &&
    ncol(x) >= sparse_columns && length(x) >= 2^16 && engine_mostly_zero(x, sparse_share)
}

# The ops that read each input, outputs counting as one.
input_readers <- function(self) {
  keys <- vapply(model_inputs(self), tensor_key, "")
  readers <- rep(list(character()), length(keys))
  note <- function(t, op) {
    k <- match(tensor_key(t), keys)
    if (!is.na(k)) readers[[k]] <<- c(readers[[k]], op)
  }
  for (t in graph_tensors(self$inputs, self$outputs)) for (input in t$node$inputs) note(input, t$node$op)
  for (t in self$outputs) note(t, "output")
  readers
}

part_name <- function(arg, name, n) {
  if (n > 1 && nzchar(name)) paste0(arg, "$", name) else arg
}

# x as the user gave it -> entries in the order of `names` (NULL: one, whatever its name). texts: which of
# them are texts.
entries_of <- function(x, names, arg, call, texts = FALSE) {
  n <- if (is.null(names)) 1 else length(names)
  if (n == 1 && !is_plain_list(x)) return(list(data_entry(x, arg, call, texts)))
  if (is.data.frame(x) && all(names %in% names(x))) x <- as.list(x)
  if (!is_plain_list(x)) {
    abort_arg(arg, paste0("be a list of ", n, " arrays"), describe(x), call = call,
              how = paste0("In the order ", quoted_list(names), ", or with these names."))
  }
  named <- n > 1 || (!is.null(names) && names %in% names(x))
  if (!is.null(names(x)) && named) x <- by_name(x, names, arg, call)
  if (length(x) != n) {
    ragged <- n == 1 && all(vapply(x, is.numeric, NA))
    abort_arg(arg, paste0("hold ", n, if (n == 1) " array" else " arrays"),
              paste0("It holds ", length(x), "."), class = "shape", call = call,
              how = if (ragged) "Make a matrix of a list of sequences with pad_sequences()."
                    else if (n > 1) paste0("They are those of ", quoted_list(names), "."))
  }
  labels <- names %||% arg
  entries <- Map(function(part, name, text) data_entry(part, part_name(arg, name, n), call, text), unname(x),
                 labels, texts)
  stats::setNames(entries, labels)
}

# What to say about one array of a list that does not fit.
order_hint <- function(x, names) {
  if (length(names) < 2 || !is.null(names(x))) return(NULL)
  paste0("Arrays without names are taken in the order ", quoted_list(names), ".")
}

is_plain_list <- function(x) is.list(x) && !is.object(x)

by_name <- function(x, names, arg, call) {
  missing <- setdiff(names, names(x))
  if (length(missing) > 0) {
    abort_arg(arg, paste0("have an entry named \"", missing[1], "\""), call = call,
              given = paste0("Its names are ", quoted_list(names(x)), "."),
              how = "Name all entries, or none: then the order counts.")
  }
  x[names]
}

# Checks the entry against a shape with NA where any size goes. A last axis of length 1 may be missing
# or be too many.
fit_entry <- function(entry, shape, arg, what, call, how = NULL) {
  dim <- entry$dim
  rank <- length(shape)
  if (length(dim) == rank + 1 && dim[rank + 1] == 1 && !entry$sparse) dim <- dim[seq_len(rank)]
  if (length(dim) == rank - 1 && shape[rank] %in% 1 && !entry$sparse) dim <- c(dim, 1)
  same <- length(dim) == rank && all(is.na(shape[-1]) | shape[-1] == dim[-1])
  if (!same) {
    abort_arg(arg, paste0("fit ", what, ", ", sample_text(shape)), class = "shape", call = call,
              given = paste0("It has ", sample_text(c(NA, entry$dim[-1])), "."), how = how)
  }
  entry$dim <- dim
  entry
}

# "5 columns", "samples of shape 28 x 28".
sample_text <- function(shape) {
  sizes <- ifelse(is.na(shape[-1]), "any", format(shape[-1], trim = TRUE, scientific = FALSE))
  if (length(sizes) == 0) return("one number a sample")
  if (length(sizes) == 1) return(paste(sizes, if (sizes == "1") "column" else "columns"))
  paste("samples of shape", paste(sizes, collapse = " x "))
}

check_same_rows <- function(entries, arg, call) {
  rows <- vapply(entries, entry_rows, 0)
  if (length(unique(rows)) > 1) {
    abort_arg(arg, "hold arrays with the same number of samples", class = "shape", call = call,
              given = paste0("They have ", paste(rows, collapse = ", "), "."))
  }
}

# ---- y: one entry per output with a loss -----------------------------------------------------------

target_entries <- function(self, y, n, arg = "y", call = rlang::caller_env()) {
  if (is.null(y)) abort_arg(arg, "be given", "It is NULL.", call = call)
  trained <- !vapply(self$compiled$losses, is.null, NA)
  names <- output_names(self)
  if (is.factor(y)) abort_factor(arg, call)
  if (is_plain_list(y) && length(y) == length(names) && !all(trained) && is.null(names(y))) {
    y <- y[trained]
  }
  entries <- entries_of(y, names[trained], arg, call)
  order <- order_hint(y, names[trained])
  entries <- Map(function(entry, t, loss, name) {
    target_entry(entry, shape_for_targets(loss, t$shape), loss, part_name(arg, name, length(entries)), n, order, call)
  }, entries, self$outputs[trained], self$compiled$losses[trained], names[trained])
  unname(entries)
}

abort_factor <- function(arg, call) {
  abort_arg(arg, "hold numbers, not be a factor", call = call,
            how = paste0("Use to_categorical(as.integer(", arg, ") - 1) for one column per level, ",
                         "or as.integer(", arg, ") - 1 with a sparse crossentropy."))
}

target_entry <- function(entry, shape, loss, arg, n, order, call) {
  if (entry_rows(entry) != n) {
    abort_arg(arg, paste0("have as many samples as the inputs, ", format(n, big.mark = ",")),
              paste0("It has ", format(entry_rows(entry), big.mark = ","), "."), class = "shape",
              call = call)
  }
  if (entry$sparse) entry <- new_entry(as.matrix(entry$data), entry$dim)
  if (is.null(self_of(loss)$kind)) return(free_target(entry, shape))
  if (!loss_table[[self_of(loss)$kind]]$sparse) {
    numbers <- self_of(loss)$kind == "categorical_crossentropy" && entry$dim[length(entry$dim)] == 1
    return(fit_entry(entry, shape, arg, "the model's output", call,
                     if (numbers) "Use to_categorical() or the loss \"sparse_categorical_crossentropy\"."
                     else order))
  }
  classes <- shape[length(shape)]
  one_hot <- entry$dim[length(entry$dim)] %in% classes && length(entry$dim) == length(shape) &&
    classes > 1
  if (one_hot) {
    abort_arg(arg, "hold class numbers from 0 for a sparse crossentropy", class = "shape",
              given = paste0("It has ", sample_text(c(NA, entry$dim[-1])), "."), call = call,
              how = "Use \"categorical_crossentropy\" with one column per class.")
  }
  check_classes(entry$data, classes, arg, call)
  fit_entry(entry, c(shape[-length(shape)], 1), arg, "a sparse crossentropy of the model's output",
            call, order)
}

check_classes <- function(y, classes, arg, call) {
  if (length(y) == 0 || is.na(classes)) return()
  outside <- range(y)
  part <- which(y != round(y))
  if (length(part) > 0) {
    abort_arg(arg, "hold whole class numbers for a sparse crossentropy", call = call,
              given = paste0("It holds ", format(y[part[1]]), if (length(part) > 1) paste(" and", length(part) - 1, "more"), "."),
              how = "Classes count from 0.")
  }
  if (outside[1] < 0 || outside[2] > classes - 1) {
    abort_arg(arg, paste0("hold class numbers from 0 to ", classes - 1), call = call,
              given = paste0("They go from ", outside[1], " to ", outside[2], "."),
              how = "Classes count from 0; the last layer needs a unit for each.")
  }
}

# The targets of a loss written in R may have any shape; only a lone column is made to match.
free_target <- function(entry, shape) {
  rank <- length(shape)
  if (length(entry$dim) == rank + 1 && entry$dim[rank + 1] == 1) entry$dim <- entry$dim[seq_len(rank)]
  else if (length(entry$dim) == rank - 1 && shape[rank] %in% 1) entry$dim <- c(entry$dim, 1)
  entry
}
