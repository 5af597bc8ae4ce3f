# emb(f, dim): a factor as integer ids for an embedding. Levels have the ids 0 to n - 1, the row behind
# them, n, is for levels that nothing is known about.
#
# That row is the mean of the others, each as often as the rows fitted to have it (see kms-unseen.R). Levels that are
# not among these rows read it too.

# A state: list(levels, dim, row, count, share, table), row the id each level reads, count its rows among those
# fitted to, share the part of each row of the table in the mean, table arguments of its layer.
emb_prepare <- function(values, args, label, call) {
  if (!is.atomic(values) || !is.null(dim(values))) {
    abort_arg(label, "be of a factor, or of a vector that can be one", describe(values), class = "data",
              call = call)
  }
  levels <- if (is.factor(values)) levels(values) else unique(label_text(sort(unique(values))))
  list(levels = levels, dim = args$dim, row = seq_along(levels) - 1L, table = args$table)
}

emb_replay <- function(state, values) {
  level <- label_match(values, state$levels)
  ids <- state$row[level]
  ids[is.na(level)] <- length(state$levels)
  list(input = ids, new = new_labels(values[is.na(level)]), unknown = is.na(level) & !is.na(values))
}

emb_settle <- function(state, input, fitted, weights) {
  n <- length(state$levels)
  ids <- input[fitted]
  state$count <- tabulate(ids + 1L, n)
  state$row[state$count == 0] <- n
  state$share <- c(level_share(ids + 1L, n, weights), 0)
  list(state = state, input = c(state$row, n)[input + 1L])
}

# Table and flattening. The penalty is one of its own, else that on kernels where the user has said so.
emb_head <- function(state, entry, name) {
  table <- list(input_dim = length(state$levels) + 1, output_dim = state$dim, input_length = 1,
                embeddings_regularizer = entry$table_regularizer, name = table_layer_name(name))
  table$embeddings_initializer <- entry$table_initializer
  table[names(state$table)] <- state$table
  list(list(layer = "layer_embedding", args = table), list(layer = "layer_flatten", args = list()))
}

table_layer_name <- function(input) paste0(input, "_table")

# Numbers of a row: the square root of the number of rows, at most 50.
table_dim <- function(n) min(50, ceiling(sqrt(n)))

emb_default_dim <- function(state) table_dim(length(state$levels))

# Two tables of a dot product have rows of one length: one that is not given is that of the other, or
# the smaller default of the two.
emb_pair_dims <- function(specials, pairs, call) {
  for (pair in pairs) {
    states <- lapply(specials[pair], `[[`, "state")
    dims <- unlist(lapply(states, `[[`, "dim"))
    if (is.null(dims)) dims <- min(vapply(states, emb_default_dim, 0))
    for (label in pair) if (is.null(specials[[label]]$state$dim)) specials[[label]]$state$dim <- dims[[1]]
  }
  for (pair in pairs) {
    dims <- vapply(specials[pair], function(s) s$state$dim, 0)
    if (dims[1] != dims[2]) {
      abort_arg("input_formula", "have embeddings of one length in a dot product", class = "formula",
                call = call, given = paste0("In `", paste(pair, collapse = ":"), "` they are ",
                                            dims[1], " and ", dims[2], "."))
    }
  }
  lapply(specials, function(s) {
    if (s$kind == "emb" && is.null(s$state$dim)) s$state$dim <- emb_default_dim(s$state)
    s
  })
}

define_special("emb",
  arguments = function(f, dim = NULL, regularizer = NULL, constraint = NULL) NULL,
  check = function(args, label, call) {
    list(dim = check_count(args$dim, paste0("dim of ", label), null_ok = TRUE, call = call),
         table = special_penalty(args, label, "embeddings", call))
  },
  prepare = emb_prepare, replay = emb_replay, settle = emb_settle,
  shape = function(state) 1, head = emb_head, onnx = function(f, special) onnx_ids(f, special),
  table = function(state, weights) {
    out <- weights[c(state$row, length(state$levels)) + 1, , drop = FALSE]
    dimnames(out) <- list(c(shown_labels(state$levels), "<unseen>"), NULL)
    out
  },
  columns = function(state, input) {
    levels <- c(shown_labels(state$levels), "<unseen>")
    Matrix::sparseMatrix(seq_along(input), input + 1L, x = 1, dims = c(length(input), length(levels)),
                         dimnames = list(NULL, levels))
  })
