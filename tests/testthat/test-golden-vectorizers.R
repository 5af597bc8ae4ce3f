# Term matrices against scikit-learn.

vectorizer_names <- c(max_features = "max_features", ngram_range = "ngrams", lowercase = "lower",
                      stop_words = "stop_words", min_df = "min_df", max_df = "max_df", binary = "binary",
                      smooth_idf = "smooth_idf", sublinear_tf = "sublinear", norm = "norm",
                      vocabulary = "vocabulary", token_pattern = "token_pattern", use_idf = "use_idf",
                      strip_accents = "strip_accents")

vectorizer_of <- function(case) {
  args <- case$args
  names(args) <- vectorizer_names[names(args)]
  if (!is.null(args$strip_accents)) args$strip_accents <- TRUE
  golden_call("text_vectorizer", c(args, if (case$kind == "tfidf") list(weighting = "tfidf")))
}

texts_of <- function(case) {
  if (identical(case$texts, "films")) unlist(golden_cases("learn_films")[[1]]$case$texts) else as.character(unlist(case$texts))
}

matrix_of_rows <- function(m) {
  out <- matrix(0, m$shape[[1]], m$shape[[2]])
  out[cbind(rep(seq_len(nrow(out)), diff(unlist(m$p))), unlist(m$j) + 1)] <- as.numeric(unlist(m$x))
  out
}

test_that("term matrices are those of scikit-learn", {
  golden_group("learn_vectorizers", function(case, top) {
    if (case$kind == "stop_words") return(expect_identical(english_stop_words(), unlist(case$words)))
    if (case$kind == "tfidf_transformer") return() # works on counts, not on texts
    if (case$kind == "error") {
      return(expect_error(fit(vectorizer_of(case), texts_of(case)), class = "tildenet_error_argument"))
    }
    fitted <- fit(vectorizer_of(case), texts_of(case))
    x <- predict(fitted, texts_of(case))
    expect_identical(vocabulary(fitted), as.character(unlist(case$vocabulary)), label = case$name)
    expect_identical(colnames(x), vocabulary(fitted), label = case$name)
    expect_equal(sum(x), case$sum, tolerance = 1e-7, label = case$name)
    if (!is.null(case$idf)) expect_golden(idf_of(fitted), golden_numbers(if (is.null(case$idf$data)) case$idf else case$idf$data), case$name, 1e-7)
    if (!is.null(case$matrix)) expect_golden(as.matrix(x), matrix_of_rows(case$matrix), case$name, 1e-7)
    if (!is.null(case$new)) {
      expect_golden(as.matrix(predict(fitted, unlist(case$new))), matrix_of_rows(case$new_matrix), case$name, 1e-7)
    }
  })
})
