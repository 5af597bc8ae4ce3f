# Fitting a text_vectorizer() and making its matrices.

#' @rdname text_vectorizer
#' @export
fit.tildenet_vectorizer <- function(object, x, ...) {
  settings <- object$settings
  call <- rlang::current_env()
  if (is_term_counts(x)) return(vectorizer_fit_counts(object, x, call))
  counter <- if (is.null(settings$hash)) term_counter(settings)
  docs <- 0
  object$documents <- over_pieces(x, function(piece) {
    texts <- vectorizer_texts(settings, piece, "x", call)
    if (!is.null(counter)) in_slices(texts, function(part) engine_text_count(counter, part), call)
    else if (needs_idf(settings)) docs <<- docs + diff(hashed_counts(settings, texts, call)@p)
    length(texts)
  })
  if (is.null(counter)) {
    object$docs <- if (needs_idf(settings)) docs
  } else {
    found <- engine_text_terms(counter)
    kept <- kept_terms(settings, found, object$documents, call)
    object$vocabulary <- found$words[kept]
    object$docs <- found$docs[kept]
  }
  object
}

#' @rdname text_vectorizer
#' @export
predict.tildenet_vectorizer <- function(object, newdata, ...) {
  check_fitted_vectorizer(object)
  settings <- object$settings
  call <- rlang::current_env()
  counts <- if (is_term_counts(newdata)) {
    vectorizer_counts(object, newdata, call)
  } else {
    texts <- vectorizer_texts(settings, newdata, "newdata", call)
    if (!is.null(settings$hash)) hashed_counts(settings, texts, call) else
      term_counts(settings, texts, object$vocabulary, if (settings$binary) "presence" else "count", call)
  }
  if (settings$weighting == "tfidf") counts <- weigh_rows(object, counts)
  if (is.null(settings$hash)) counts@Dimnames <- list(NULL, object$vocabulary)
  counts
}

needs_idf <- function(settings) settings$weighting == "tfidf" && settings$use_idf

# ---- texts and terms -------------------------------------------------------------------------------

# Texts as the engine takes them: whole, or split into words where R has to do something with these.
vectorizer_texts <- function(settings, x, arg, call) {
  texts <- as_texts(x, arg, call)
  if (is.list(texts)) return(vectorizer_split_texts(settings, texts, arg, call))
  texts[is.na(texts)] <- ""
  if (settings$strip_accents || !is.null(settings$token_pattern) || settings$analyzer == "char") {
    texts <- valid_texts(texts, call)
  }
  if (settings$strip_accents) texts <- strip_marks(lower_texts(settings, texts))
  if (settings$analyzer == "char") return(gsub("\\s\\s+", " ", texts, perl = TRUE))
  words <- vectorizer_words(settings, texts, call)
  if (is.null(settings$stop_words)) return(words)
  if (!is.list(words)) words <- split_texts(one_word_settings(settings), words, call)
  lapply(words, function(w) w[!w %in% settings$stop_words])
}

# Texts that are split already: their words stay as they are but for letters.
vectorizer_split_texts <- function(settings, texts, arg, call) {
  if (settings$analyzer == "char" || !is.null(settings$token_pattern)) {
    abort_arg(arg, "be a character vector with `analyzer = \"char\"` or a `token_pattern`", call = call,
              given = "It holds texts that are split already.")
  }
  lapply(texts, function(words) {
    words <- words[!is.na(words)]
    if (settings$lower) words <- lower_texts(settings, words)
    if (settings$strip_accents) words <- strip_marks(words)
    as.character(words[!words %in% settings$stop_words])
  })
}

# Regular expressions of R stop at bytes that are not UTF-8.
valid_texts <- function(texts, call) {
  bad <- which(!validUTF8(texts))
  if (length(bad) == 0) return(texts)
  warn_invalid(c(length(bad), bad[1]), call)
  texts[bad] <- iconv(texts[bad], "UTF-8", "UTF-8", sub = "\ufffd")
  texts
}

vectorizer_words <- function(settings, texts, call) {
  if (is.null(settings$token_pattern)) return(texts)
  texts <- lower_texts(settings, texts)
  pattern <- paste0("(*UCP)", sub("^\\(\\?u\\)", "", settings$token_pattern))
  found <- tryCatch(regmatches(texts, gregexpr(pattern, texts, perl = TRUE)),
                    error = function(e) NULL, warning = function(w) NULL)
  if (is.null(found)) {
    abort_arg("token_pattern", "be a regular expression", describe(settings$token_pattern), call = call)
  }
  lapply(found, function(w) enc2utf8(w[nzchar(w)]))
}

lower_texts <- function(settings, texts) {
  if (!settings$lower) return(texts)
  unlist(split_texts(splitter_settings(lower = "unicode", split = "none"), texts))
}

one_word_settings <- function(settings) {
  splitter_settings(lower = if (settings$lower) "unicode" else "none", split = "words", shortest = 2)
}

term_settings <- function(settings) {
  out <- one_word_settings(settings)
  group <- seq(settings$ngrams[1], settings$ngrams[2])
  if (!identical(as.integer(group), 1L)) out$group <- as.integer(group)
  if (settings$analyzer == "char") {
    out$split <- "characters"
    out$joint <- ""
    out$shortest <- 0
  }
  out
}

term_counter <- function(settings) {
  engine_text_tokenizer(term_settings(settings), settings$vocabulary %||% character(), 1, -1)
}

count_terms <- function(settings, texts, call) {
  counter <- term_counter(settings)
  in_slices(texts, function(part) engine_text_count(counter, part), call)
  engine_text_terms(counter)
}

# Which terms get a column, in the order of columns.
kept_terms <- function(settings, found, n, call) {
  if (!is.null(settings$vocabulary)) return(seq_along(settings$vocabulary))
  least <- if (settings$min_is_share) settings$min_df * n else settings$min_df
  most <- if (settings$max_is_share) settings$max_df * n else settings$max_df
  if (most < least) {
    abort_arg("max_df", "allow for at least as many texts as `min_df`", call = call,
              given = paste0("They stand for ", format(most), " and ", format(least), " texts."))
  }
  kept <- which(found$docs >= least & found$docs <= most)
  kept <- kept[order(found$words[kept], method = "radix")]
  if (!is.null(settings$max_features) && length(kept) > settings$max_features) {
    best <- order(-found$counts[kept], method = "radix")[seq_len(settings$max_features)]
    kept <- kept[sort(best)]
  }
  if (length(kept) == 0) {
    abort_arg("x", "hold terms that stay", paste0("It holds ", length(found$words), " terms."), call = call,
              how = "Look at `min_df`, `max_df` and `stop_words`; words have two or more letters.")
  }
  kept
}

# ---- matrices --------------------------------------------------------------------------------------

# n x terms.
term_counts <- function(settings, texts, terms, kind, call) {
  lookup <- cached_tokenizer(term_settings(settings), terms, 0L, -1L)
  rows <- engine_text_rows(kind, length(terms))
  in_slices(texts, function(part) engine_text_rows_add(rows, lookup, part), call)
  plan <- list(columns = length(terms), value = if (kind == "presence") "binary" else "count")
  rows_to_matrix(rows, length(texts), plan, TRUE)
}

# Terms of these texts, added up in the columns that their hashes name.
hashed_counts <- function(settings, texts, call) {
  terms <- count_terms(settings, texts, call)$words
  if (length(terms) == 0) {
    return(Matrix::sparseMatrix(integer(), integer(), x = numeric(), dims = c(length(texts), settings$hash)))
  }
  counts <- term_counts(settings, texts, terms, "count", call)
  column <- engine_text_hash(terms, "own", settings$hash + 1)
  moved <- Matrix::sparseMatrix(seq_along(terms), column, x = 1, dims = c(length(terms), settings$hash))
  out <- methods::as(counts %*% moved, "CsparseMatrix")
  if (settings$binary) out@x[] <- 1
  out
}

weigh_rows <- function(object, counts) {
  settings <- object$settings
  if (settings$sublinear) counts@x <- 1 + log(counts@x)
  if (settings$use_idf) counts@x <- counts@x * rep(idf_of(object), diff(counts@p))
  if (is.null(settings$norm)) return(counts)
  size <- counts
  size@x <- if (settings$norm == "l2") size@x^2 else abs(size@x)
  size <- Matrix::rowSums(size)
  if (settings$norm == "l2") size <- sqrt(size)
  counts@x <- counts@x / size[counts@i + 1L]
  counts
}

# A given term that no text held counts as if one had.
idf_of <- function(object) {
  smooth <- as.numeric(object$settings$smooth_idf)
  log((object$documents + smooth) / pmax(object$docs + smooth, 1)) + 1
}
