# Word vectors as the start of the table of tokens(x, vectors = m).
#
# A table that is trained has the words of the rows fitted to; those without a vector start from random numbers,
# as all do without `vectors`. Of a table that is not trained a random row would be noise for ever: it has the
# words with a vector only, and all of them, since a vector says as much of a word that the rows fitted to
# do not hold.

# Of the arguments: list(vectors, trainable, table), table what the layer of the table takes. A penalty
# towards 0 would undo what the vectors say, so none comes from the first dense layer.
vectors_check <- function(args, label, call) {
  of <- function(name) paste(name, "of", label)
  trainable <- check_flag(args$trainable %||% TRUE, of("trainable"), call = call)
  table <- special_penalty(args, label, "embeddings", call)
  if (is.null(args$vectors)) {
    if (!trainable) abort_arg(of("trainable"), "be TRUE without `vectors`", call = call,
                              given = "The words would keep random numbers.")
    return(list(trainable = TRUE, table = table))
  }
  vectors <- check_vectors(args$vectors, of("vectors"), call)
  if (!is.null(args$dim) && !isTRUE(args$dim == ncol(vectors))) {
    abort_arg(of("dim"), paste("be left out, or be", ncol(vectors), "as the columns of `vectors`"),
              describe(args$dim), call = call)
  }
  given <- names(Filter(Negate(is.null), args[intersect(c("regularizer", "constraint"), names(args))]))
  if (!trainable && length(given) > 0) {
    abort_arg(of(given[1]), "be left out with `trainable = FALSE`", "The table stays as it is.", call = call)
  }
  start <- list(embeddings_regularizer = NULL, trainable = trainable)
  start[names(table)] <- table
  list(vectors = vectors, trainable = trainable, table = start)
}

# Words of the table, most frequent first. words: those of the rows fitted to, in that order.
vectors_words <- function(state, words) {
  with_vector <- vector_words(state$vectors)
  common <- intersect(words, with_vector)
  if (length(common) == 0) vectors_abort_strange(state, words, with_vector)
  if (state$trainable) words else c(common, setdiff(with_vector, c(words, state$known$oov)))
}

vectors_abort_strange <- function(state, words, with_vector) {
  shown <- function(x) quoted_list(utils::head(x, 3))
  abort_arg(paste("vectors of", state$label), "have a word of the training texts as a row name", class = "data",
            call = NULL,
            given = paste0("The texts have words such as ", shown(words), ", it has ",
                           if (length(with_vector) == 0) "no rows" else paste("rows for", shown(with_vector)), "."),
            how = "Texts are lower-cased and split as text_tokenizer() does; names are taken as they are.")
}

# First weights of the table, a row for each index from 0; NA in rows that keep the layer's own start.
vectors_start <- function(state) {
  at <- c(NA, match(learned_terms(state$known), rownames(state$vectors)))
  start <- unname(state$vectors[at, , drop = FALSE])
  if (!state$trainable) start[is.na(at), ] <- 0
  start
}
