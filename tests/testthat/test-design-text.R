text_state <- function(..., texts, fitted = seq_along(texts), label = "text(x)") {
  text_settle(c(text_check(list(...), label, NULL), list(label = label)), texts, fitted)
}

test_that("words are learnt from the rows fitted to and read in all", {
  settled <- text_state(texts = c("aa bb", "aa", "cc cc cc"), fitted = 1:2)
  expect_identical(settled$state$known$words, c("aa", "bb"))
  expect_equal(as.matrix(settled$input), rbind(c(1, 1), c(1, 0), c(0, 0)), ignore_attr = TRUE)
  expect_equal(as.matrix(text_replay(settled$state, "bb cc")$input), rbind(c(0, 1)), ignore_attr = TRUE)
})

test_that("kms() learns the words neither of test nor of validation rows", {
  d <- reviews(60)
  d$review <- paste(d$review, paste0("row", 1:60))
  fit <- small_kms(mood ~ text(review), d, validation_split = 0.3)
  known <- attr(fit, "design")$specials[[1]]$state$known
  seen <- grep("^row", known$words)
  n <- floor(sum(fit$split == "train") * 0.7)
  expect_length(seen, n)
  expect_true(all(known$words[seen] %in% paste0("row", which(fit$split == "train"))))
  expect_identical(known$documents, n)
})

test_that("one line goes from raw text to a net, and back from a file in a fresh process", {
  d <- reviews()
  fit <- small_kms(mood ~ text(review, 9), d, Nepochs = 30)
  expect_gt(mean(fit$predictions == fit$y_test), 0.9)
  expect_output(print(fit), "P = 0 + text(review, 9), K = 2", fixed = TRUE)
  expect_output(print(summary(fit)), "text_review (InputLayer)", fixed = TRUE)
  expect_identical(predicted_elsewhere(fit, d[1:20, ]), predict(fit, d[1:20, ], type = "prob"))
  expect_lt(length(serialize(fit, NULL)), 2 * length(serialize(small_kms(mood ~ text(review, 9), d[1:60, ]), NULL)))
})

test_that("alone it is the net one would write by hand", {
  d <- reviews()
  fit <- small_kms(mood ~ text(review, 5, mode = "count"), d, pTraining = 1)
  tokenizer <- fit_text_tokenizer(text_tokenizer(6), d$review)
  words <- attr(fit, "design")$specials[[1]]$state$known$words
  x <- texts_to_matrix(tokenizer, d$review, "count")[, 1 + match(words, names(tokenizer$word_index))]
  model <- keras_model_sequential() |> layer_dense(8, "relu", input_shape = 5) |> layer_dense(8, "relu") |>
    layer_dense(1, "sigmoid")
  set_weights(model, get_weights(fit$model))
  expect_equal(predict(model, x, verbose = 0)[, 1], predict(fit, d, type = "prob")[, 2], tolerance = 1e-6)
})

test_that("texts enter the engine as sparse rows, alone and with others", {
  d <- reviews()
  for (f in list(mood ~ text(review), mood ~ x + emb(who) + text(review) + text(rev(review), 3))) {
    for (n in 0:2) {
      fit <- kms(f, d, N_layers = n, Nepochs = 1, seed = 1, verbose = 0)
      x <- kms_inputs(design_apply(attr(fit, "design"), d), fit$train_scale)
      entries <- input_entries(self_of(fit$model), x)
      expect_identical(vapply(entries, `[[`, NA, "sparse"), grepl("text", names(x)))
    }
  }
})

test_that("the link of an output layer right on the words is its sum", {
  d <- reviews()
  fit <- kms(mood ~ text(review), d, N_layers = 0, Nepochs = 5, seed = 1, verbose = 0)
  expect_equal(stats::plogis(predict(fit, d, type = "link")), predict(fit, d, type = "response"), tolerance = 1e-6)
})

test_that("several texts go with numbers, factors, embeddings and several labels", {
  d <- transform(reviews(), genres = ifelse(x > 0, paste0(mood, "|up"), mood), title = rev(review))
  k <- 20
  f <- multilabel(genres) ~ x + who + text(review, k) + text(title, mode = "tfidf", ngrams = c(1, 2)) + emb(who, 3)
  fit <- small_kms(f, d)
  expect_identical(fit$y_labels, c("bad", "good", "up"))
  expect_named(kms_shapes(attr(fit, "design")), c("x", "text_review", "text_title", "emb_who"))
  expect_identical(fit$P, 8L)
  dense <- small_kms(f, d, sparse_data = TRUE)
  expect_identical(dim(predict(dense, d[3, ], type = "prob")), c(1L, 3L))
  kcv <- kms_kcv(f, d, k_folds = 2, N_layers = 2, units = 4, Nepochs = 1, seed = 1, verbose = 0)
  expect_s3_class(kcv$train_f2, "kms_fit")
})

test_that("terms of a vectorizer are those of text_vectorizer()", {
  texts <- c("aa bb aa", "bb cc", "the aa")
  same <- function(vectorizer, ...) {
    expect_equal(text_state(..., texts = texts)$input, predict(fit(vectorizer, texts), texts))
  }
  same(text_vectorizer(2, ngrams = c(1, 2), binary = TRUE), num_words = 2, ngrams = c(1, 2))
  same(text_vectorizer(stop_words = "the"), mode = "count", stop_words = "the")
  same(text_vectorizer(weighting = "tfidf", norm = NULL, lower = FALSE), mode = "tfidf", norm = NULL, lower = FALSE)
  same(text_vectorizer(hash = 8, binary = TRUE), hash = 8)
  shares <- text_state(texts = texts, mode = "freq", ngrams = c(1, 1))$input
  expect_equal(as.matrix(shares)[1, ], c(aa = 2, bb = 1, cc = 0, the = 0) / 3)
})

test_that("NA is \"\", factors are text, and rows of empty texts stay", {
  d <- reviews(80)
  d$review[c(2, 9)] <- NA
  d$review[4] <- ""
  expect_silent(fit <- small_kms(mood ~ text(review), d))
  expect_identical(fit$N, 80L)
  p <- predict(fit, data.frame(review = c(NA, "", "unknown words")), type = "response")
  expect_identical(p[1], p[3])
  expect_identical(p[1], p[2])
  expect_identical(predict(fit, data.frame(review = NA), type = "response"), p[1])
  again <- small_kms(mood ~ text(review), transform(d, review = factor(review)))
  expect_identical(predict(again, d, type = "prob"), predict(fit, d, type = "prob"))
  expect_null(attr(again, "design")$types$review)
  d$x[3] <- NA
  expect_identical(suppressMessages(small_kms(mood ~ poly(x, 2) + text(review), d))$N, 79L)
})

test_that("bytes that are not UTF-8 are told once, with their row", {
  d <- reviews(60)
  d$review[7] <- "b\xffd"
  Encoding(d$review[7]) <- "UTF-8"
  warnings <- capture_warnings(fit <- small_kms(mood ~ text(review), d, pTraining = 1, validation_split = 0))
  expect_length(warnings, 1)
  expect_match(warnings, "The first is text 7", fixed = TRUE)
  expect_true("b\ufffdd" %in% attr(fit, "design")$specials[[1]]$state$known$words)
})

test_that("a column of text without text() is a factor as before", {
  d <- reviews(80)
  expect_identical(design_fit(mood ~ . - review, d)$design$colnames_x, c("x", paste0("who", letters[2:8])))
  expect_identical(ncol(design_fit(mood ~ ., d)$x), 8L + length(unique(d$review)) - 1L)
})

test_that("a column may be called text, numbers may be written as integers", {
  d <- stats::setNames(reviews(60)[c("mood", "review")], c("mood", "text"))
  expect_named(small_kms(mood ~ text(text, 5L, min_df = 2L), d)$model$inputs, NULL)
  expect_identical(design_fit(mood ~ text(text, 5L), d)$design$specials[[1]]$state$num_words, 5)
})

test_that("penalty and constraint are those of the words' weights", {
  d <- reviews()
  layers <- function(f) {
    model <- small_kms(f, d, Nepochs = 1)$model
    lapply(model$inputs, function(tensor) kms_first_layer(model, tensor))
  }
  penalty <- function(layer) layer$config$kernel_regularizer
  first <- layers(mood ~ x + text(review, regularizer = regularizer_l2(0.3), constraint = "nonneg"))
  expect_equal(penalty(first[[1]])$l1, 1e-5)
  expect_equal(penalty(first[[2]])$l2, 0.3)
  expect_false(all(get_weights(first[[1]])[[1]] >= 0))
  expect_true(all(get_weights(first[[2]])[[1]] >= 0))
  expect_null(penalty(layers(mood ~ text(review, regularizer = NULL))[[1]]))
  expect_equal(penalty(layers(mood ~ text(review))[[1]])$l1, 1e-5)
})

test_that("what texts are worth is told by exchanging them, not by a curve", {
  d <- reviews()
  fit <- small_kms(mood ~ x + text(review, 6), d, Nepochs = 30)
  found <- importance(fit, d, n_repeats = 2)
  expect_identical(found$term[1], "text(review, 6)")
  expect_gt(found$importance[1], 0.2)
  shuffled <- withr::with_seed(2, transform(d, review = sample(review)))
  expect_lt(abs(found$importance[1] - (found$baseline[1] - predict(fit, shuffled)$accuracy)), 0.15)
  expect_identical(nrow(partial_dependence(fit, d, "x", 3)), 6L)
  expect_snapshot(error = TRUE, partial_dependence(fit, d, "review"))
})

test_that("wrong columns, arguments and empty vocabularies are told", {
  d <- reviews(40)
  fit <- small_kms(mood ~ text(review, 6), d)
  expect_snapshot(error = TRUE, {
    small_kms(mood ~ text(x), d)
    small_kms(mood ~ text(review, 0), d)
    small_kms(mood ~ text(review, mode = "counts"), d)
    small_kms(mood ~ text(review, filters = 1), d)
    small_kms(mood ~ text(review, filters = ",", ngrams = c(1, 2)), d)
    small_kms(mood ~ text(review, ngrams = 0), d)
    small_kms(mood ~ text(review, words = 10), d)
    small_kms(mood ~ text(), d)
    small_kms(mood ~ text(text(review)), d)
    small_kms(mood ~ text(review):x, d)
    small_kms(mood ~ text(review, regularizer = "l5"), d)
    small_kms(mood ~ text(rep("...", 40)), d)
    small_kms(mood ~ text(review, min_df = 50L), d)
    predict(fit, d["x"])
    predict(fit, data.frame(review = 1))
    embedding(fit)
  })
})
