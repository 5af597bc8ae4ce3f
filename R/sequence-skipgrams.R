#' Pairs of words for skip-gram models
#'
#' `skipgrams()` pairs each word with its neighbours in a window (label 1) and with words drawn at
#' random (label 0). `make_sampling_table()` gives the probability of keeping a word of each rank,
#' which is lower for frequent words.
#'
#' With word frequencies by Zipf's law, the word of rank r has about the frequency 1 / f(r), where
#' f(r) = r (log r + 0.577) + 1/2 - 1 / (12 r), and is kept with probability
#' min(1, sqrt(`sampling_factor` * f(r))). The first two ranks count as 1.
#' @param sequence A vector of word indices from 1; 0 is no word and is skipped.
#' @param vocabulary_size Largest index + 1, for the random words. Larger indices of `sequence` have their
#'   neighbours all the same.
#' @param window_size How far neighbours may be apart.
#' @param negative_samples Random pairs per pair of neighbours; floor(pairs * negative_samples) in all. Their
#'   first words are those of the neighbours, shuffled and used again; their second words are uniform
#'   between 1 and `vocabulary_size` - 1.
#' @param shuffle Whether to shuffle the pairs.
#' @param categorical `TRUE`: labels c(0, 1) for neighbours and c(1, 0) for random pairs.
#' @param sampling_table Probability of each index (from 0) to be kept as the first word of pairs.
#' @param seed Fixes the draws of this call, and leaves R's generator as it was; `NULL`: R's generator goes
#'   on.
#' @param size Number of ranks.
#' @param sampling_factor See above.
#' @returns `skipgrams()`: `list(couples, labels)`, lists with an integer vector of length 2, and a label,
#'   for each pair. `make_sampling_table()`: `size` probabilities for the indices from 0.
#' @section Errors:
#' Indices that are no whole numbers from 0, or without an entry in `sampling_table`, are errors of class `tildenet_error_argument`.
#' @source Mikolov, Sutskever, Chen, Corrado and Dean (2013), Distributed representations of words and
#'   phrases and their compositionality, <https://arxiv.org/abs/1310.4546>.
#' @examples
#' pairs <- skipgrams(c(1, 2, 3), vocabulary_size = 4, window_size = 1, seed = 1)
#' do.call(rbind, pairs$couples)
#' make_sampling_table(5, sampling_factor = 1e-3)
#' @export
skipgrams <- function(sequence, vocabulary_size, window_size = 4, negative_samples = 1,
                      shuffle = TRUE, categorical = FALSE, sampling_table = NULL, seed = NULL) {
  call <- rlang::current_env()
  vocabulary_size <- check_count(vocabulary_size, "vocabulary_size")
  window_size <- check_count(window_size, "window_size", min = 0)
  negative_samples <- check_number(negative_samples, "negative_samples", min = 0)
  check_flag(shuffle, "shuffle")
  check_flag(categorical, "categorical")
  words <- skipgram_words(sequence, sampling_table)
  with_seed(seed, {
    kept <- rep(TRUE, length(words))
    if (!is.null(sampling_table)) kept <- stats::runif(length(words)) <= sampling_table[words + 1]
    pairs <- neighbours(words, kept, window_size)
    positive <- nrow(pairs)
    random <- with_room(random_pairs(pairs, negative_samples, vocabulary_size), "that many negative samples",
                        2 * positive * negative_samples, "Give fewer `negative_samples`.", call = call)
    pairs <- rbind(pairs, random)
    order <- if (shuffle) sample.int(nrow(pairs)) else seq_len(nrow(pairs))
    skipgram_lists(pairs[order, , drop = FALSE], order <= positive, categorical)
  })
}

skipgram_words <- function(sequence, sampling_table, call = rlang::caller_env()) {
  sequence <- own_values(own_sparse(sequence, "sequence", call))
  if (length(sequence) == 0) return(integer())
  words <- as_sequences(list(as.vector(sequence)), "sequence", call)$index
  if (is.null(sampling_table)) return(words)
  sampling_table <- check_numbers(sampling_table, "sampling_table", call)
  if (anyNA(sampling_table) || length(sampling_table) <= max(words)) {
    abort_arg("sampling_table", paste0("hold a probability for each index up to ", max(words)),
              describe(sampling_table), call = call)
  }
  words
}

# Pairs in the order of first words, then of second ones; word 0 is in no pair.
neighbours <- function(words, kept, window_size) {
  n <- length(words)
  firsts <- which(words != 0 & kept)
  from <- pmax(firsts - window_size, 1)
  to <- pmin(firsts + window_size, n)
  count <- to - from + 1
  first <- rep(firsts, count)
  second <- sequence(count) + rep(from, count) - 1
  fine <- second != first & words[second] != 0
  cbind(words[first[fine]], words[second[fine]])
}

random_pairs <- function(pairs, negative_samples, vocabulary_size) {
  n <- floor(nrow(pairs) * negative_samples)
  if (n == 0) return(NULL)
  firsts <- pairs[sample.int(nrow(pairs)), 1]
  cbind(rep_len(firsts, n), sample.int(max(vocabulary_size - 1, 1), n, replace = TRUE))
}

skipgram_lists <- function(pairs, positive, categorical) {
  couples <- lapply(seq_len(nrow(pairs)), function(k) pairs[k, ])
  labels <- if (categorical) lapply(positive, function(p) if (p) c(0L, 1L) else c(1L, 0L))
            else as.list(as.integer(positive))
  list(couples = couples, labels = labels)
}

#' @rdname skipgrams
#' @export
make_sampling_table <- function(size, sampling_factor = 1e-5) {
  size <- check_count(size, "size", min = 0)
  sampling_factor <- check_number(sampling_factor, "sampling_factor", min = 0)
  # The first two ranks count as rank 1.
  rank <- pmax(seq_len(size) - 1, 1)
  f <- sampling_factor * (rank * (log(rank) + 0.577) + 0.5 - 1 / (12 * rank))
  pmin(1, sqrt(f))
}
