# The door to the engine: tokenizers, words, rows of word indices. Texts are character vectors
# (documents) or lists of them (documents that are split already), in UTF-8.

# settings: see splitter_settings(); words get the indices first, first + 1 ...; unknown is the index
# of all others, -1 to leave them out.
engine_text_tokenizer <- function(settings, words, first, unknown) {
  .Call(ffi_text_tokenizer, settings, words, first, unknown)
}

# c(texts that are not valid UTF-8, the first of them)
engine_text_count <- function(tokenizer, texts) .Call(ffi_text_count, tokenizer, texts)

# list(words, counts, docs) in order of first appearance
engine_text_terms <- function(tokenizer) .Call(ffi_text_terms, tokenizer)

# list(words = one character vector per text, invalid = as engine_text_count())
engine_text_words <- function(tokenizer, texts) .Call(ffi_text_words, tokenizer, texts)

# Words as numbers from 1 to n - 1; kind "own" or "md5".
engine_text_hash <- function(words, kind, n) .Call(ffi_text_hash, words, kind, n)

# kind "sequence", "presence" or "count"; indices from `columns` on are left out of the last two.
engine_text_rows <- function(kind, columns) .Call(ffi_text_rows, kind, columns)

# As engine_text_count().
engine_text_rows_add <- function(rows, tokenizer, texts) {
  .Call(ffi_text_rows_add, rows, tokenizer, texts)
}

# Sequences behind one another, and the length of each.
engine_text_rows_add_indices <- function(rows, indices, lengths) {
  .Call(ffi_text_rows_add_indices, rows, indices, lengths)
}

# list(values = numbers of all sequences behind one another, length of each), NULL where an element is more
# than a plain vector of numbers.
engine_flat_sequences <- function(sequences) .Call(ffi_flat_sequences, sequences)

# Rows of `columns` items as a matrix. values: the items of all rows behind one another, or a matrix of such
# columns for an array of as many matrices; lengths: of each row; NULL where a number is not for integers.
engine_pad <- function(values, lengths, columns, fill_front, cut_front, fill, integers) {
  .Call(ffi_pad, values, lengths, columns, fill_front, cut_front, fill, integers)
}

# One integer vector per row.
engine_text_rows_list <- function(rows) .Call(ffi_text_rows_list, rows)

# value "binary", "count", "freq", "log" ((1 + log c) * weight) or "weighted" (c * weight); weight: one
# number per column or NULL. list(p, i, x)
engine_text_rows_columns <- function(rows, value, weight) {
  .Call(ffi_text_rows_columns, rows, value, weight)
}

engine_text_rows_matrix <- function(rows, value, weight) {
  .Call(ffi_text_rows_matrix, rows, value, weight)
}

# A reader of word vectors. wanted: words in UTF-8 or NULL for all; most: words that are read, 0 for all;
# size: bytes of the file, 0 when it is not known.
engine_vectors_new <- function(wanted, most, size) .Call(ffi_vectors_new, wanted, most, size)

# TRUE when no more bytes are needed
engine_vectors_add <- function(reader, bytes) .Call(ffi_vectors_add, reader, bytes)

# The matrix, words as row names; nothing is left in the reader
engine_vectors_end <- function(reader) .Call(ffi_vectors_end, reader)
