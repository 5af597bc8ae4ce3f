# Vectors that tell the mood, for words of reviews() and for one that no review has.
mood_vectors <- function() {
  rbind(good = c(1, 0, 0.5), great = c(0.9, 0.1, 0), awful = c(-1, 0, 0.25), plot = c(0, 1, 0),
        lousy = c(-0.9, 0, 0), superb = c(0.95, 0, 0))
}

words_of <- function(fit) attr(fit, "design")$specials[[1]]$state$known$words

test_that("a trained table starts from vectors, and as without them where a word has none", {
  d <- reviews()
  m <- mood_vectors()
  still <- optimizer_sgd(learning_rate = 0)
  start <- embedding(small_kms(mood ~ tokens(review, vectors = m), d, optimizer = still))
  with <- intersect(rownames(start), rownames(m))
  expect_setequal(with, c("good", "great", "awful", "plot"))
  expect_equal(start[with, ], m[with, ], tolerance = 1e-7)
  own <- embedding(small_kms(mood ~ tokens(review, dim = 3), d, optimizer = still))
  expect_identical(rownames(start), rownames(own))
  others <- setdiff(rownames(start), with)
  expect_identical(start[others, ], own[others, ])
  learned <- embedding(small_kms(mood ~ tokens(review, vectors = m), d))
  expect_gt(min(abs(learned - start)), 0)
})

test_that("a frozen table has the words of the vectors, those of the texts first", {
  d <- reviews()
  m <- mood_vectors()
  fit <- small_kms(mood ~ tokens(review, vectors = m, trainable = FALSE), d, Nepochs = 40)
  frequent <- names(sort(-table(unlist(strsplit(d$review[fit$split == "train"], " ")))))
  expect_setequal(words_of(fit)[1:4], intersect(frequent, rownames(m)))
  expect_identical(words_of(fit)[5:6], c("lousy", "superb"))
  expect_equal(embedding(fit, "review"), m[words_of(fit), ], tolerance = 1e-7, ignore_attr = "dimnames")
  expect_identical(rownames(embedding(fit, "review")), words_of(fit))
  first <- small_kms(mood ~ tokens(review, 3, vectors = m, trainable = FALSE), d)
  expect_identical(words_of(first), words_of(fit)[1:3])
})

test_that("unknown words of new texts are read by a frozen table, left out by a trained one", {
  d <- reviews()
  m <- mood_vectors()
  new <- data.frame(review = c("superb", "lousy", "never heard"))
  frozen <- small_kms(mood ~ tokens(review, vectors = m, trainable = FALSE), d, Nepochs = 60)
  expect_identical(as.character(predict(frozen, new[1:2, , drop = FALSE], type = "class")), c("good", "bad"))
  trained <- small_kms(mood ~ tokens(review, vectors = m), d, Nepochs = 60)
  p <- predict(trained, new, type = "prob")
  expect_identical(p[1, ], p[3, ])
  expect_identical(p[2, ], p[3, ])
})

test_that("the row of unknown words has its vector, or starts at random, or is zero", {
  d <- reviews()
  m <- mood_vectors()
  row <- function(f, oov) embedding(small_kms(f, d, optimizer = optimizer_sgd(0)))[oov, ]
  expect_equal(row(mood ~ tokens(review, vectors = m, oov_token = "plot"), "plot"), m["plot", ])
  expect_equal(row(mood ~ tokens(review, vectors = m, trainable = FALSE, oov_token = "?"), "?"), c(0, 0, 0))
  expect_true(all(row(mood ~ tokens(review, vectors = m, oov_token = "?"), "?") != 0))
})

test_that("every way of reading the words takes vectors, and others share the network", {
  d <- reviews(80)
  m <- mood_vectors()
  for (kind in tokens_poolings) {
    f <- rlang::inject(mood ~ tokens(review, pooling = !!kind, vectors = m, trainable = FALSE))
    expect_equal(unname(embedding(small_kms(f, d, Nepochs = 1))["lousy", ]), m["lousy", ], tolerance = 1e-7)
  }
  both <- small_kms(mood ~ x + emb(who, 2) + tokens(review, vectors = m) +
                      tokens(review, 5, vectors = m, trainable = FALSE), d)
  expect_identical(nrow(embedding(both, "tokens(review, 5, vectors = m, trainable = FALSE)")), 5L)
})

test_that("a frozen table is no trainable weight and has no penalty, a trained one has its own", {
  d <- reviews(80)
  m <- mood_vectors()
  layer <- function(f) get_layer(small_kms(f, d, Nepochs = 1)$model, "tokens_review_table")
  frozen <- layer(mood ~ tokens(review, vectors = m, trainable = FALSE))
  expect_false(frozen$trainable)
  expect_null(frozen$config$embeddings_regularizer)
  expect_null(layer(mood ~ tokens(review, vectors = m))$config$embeddings_regularizer)
  own <- layer(mood ~ tokens(review, vectors = m, regularizer = regularizer_l2(0.1)))
  expect_equal(own$config$embeddings_regularizer$l2, 0.1)
})

test_that("a fit holds vectors once, in single precision, and is read elsewhere", {
  m <- matrix(stats::rnorm(1e5), 1000, dimnames = list(paste0("w", 1:1000), NULL))
  texts <- vapply(1:100, function(k) paste(sample(rownames(m), 5), collapse = " "), "")
  d <- data.frame(y = seq_len(100) %% 2, texts = texts)
  # A formula of the global environment does not bring the matrix along.
  f <- as.formula("y ~ tokens(texts, vectors = m, trainable = FALSE)", globalenv())
  assign("m", m, globalenv())
  withr::defer(rm("m", envir = globalenv()))
  fit <- small_kms(f, d, Nepochs = 1)
  expect_lt(length(serialize(fit, NULL)), 1.3 * 4 * length(m))
  expect_identical(predicted_elsewhere(fit, d[1:9, ]), predict(fit, d[1:9, ], type = "prob"))
})

test_that("cross-validation and a fit made in a function find the vectors", {
  d <- reviews(60)
  inside <- function(vectors) {
    kms_kcv(mood ~ tokens(review, vectors = vectors, trainable = FALSE), d, k_folds = 2, N_layers = 1,
            Nepochs = 2, seed = 1, verbose = 0)
  }
  cv <- inside(mood_vectors())
  expect_identical(nrow(embedding(cv$train_f1, "review")), 6L)
  expect_length(cv$predictions, 60)
  fit <- (function(m) small_kms(mood ~ tokens(review, vectors = m), d))(mood_vectors())
  expect_identical(dim(embedding(fit)), dim(embedding(update(fit, data = d, Nepochs = 1))))
})

test_that("names of any encoding, and numbers of any kind, are the same vectors", {
  d <- data.frame(y = rep(0:1, 20), s = rep(c("caf\u00e9 noir", "th\u00e9 vert"), 20))
  m <- matrix(1:4, 2, dimnames = list(c("caf\u00e9", "th\u00e9"), NULL))
  latin <- m
  rownames(latin) <- iconv(rownames(m), "UTF-8", "latin1")
  one <- embedding(small_kms(y ~ tokens(s, vectors = m, trainable = FALSE), d))
  expect_equal(one[rownames(m), ], m, tolerance = 1e-7)
  expect_identical(embedding(small_kms(y ~ tokens(s, vectors = latin, trainable = FALSE), d)), one)
})

test_that("a given model reads the words that vectors choose", {
  d <- reviews(80)
  m <- mood_vectors()
  model <- keras_model_sequential() %>% layer_embedding(7, 2, input_length = 6) %>% layer_flatten() %>% layer_dense(1)
  compile(model, "adam", "binary_crossentropy")
  fit <- small_kms(mood ~ tokens(review, maxlen = 6, vectors = m, trainable = FALSE), d, keras_model_seq = model)
  expect_length(words_of(fit), 6)
  expect_length(predict(fit, d)$fit, 80)
})

test_that("wrong vectors and settings are refused by name", {
  d <- reviews(40)
  m <- mood_vectors()
  hole <- m
  hole[2, 3] <- NA
  far <- m
  far[1, 1] <- 1e39
  named <- function(names) `rownames<-`(m, names)
  expect_snapshot(error = TRUE, {
    small_kms(mood ~ tokens(review, vectors = unname(m)), d)
    small_kms(mood ~ tokens(review, vectors = rbind(m, m)), d)
    small_kms(mood ~ tokens(review, vectors = hole), d)
    small_kms(mood ~ tokens(review, vectors = far), d)
    small_kms(mood ~ tokens(review, vectors = as.data.frame(m)), d)
    small_kms(mood ~ tokens(review, vectors = m[, 0]), d)
    small_kms(mood ~ tokens(review, vectors = "glove.txt"), d)
    small_kms(mood ~ tokens(review, vectors = named(toupper(rownames(m)))), d)
    small_kms(mood ~ tokens(review, vectors = m[0, ], trainable = FALSE), d)
    small_kms(mood ~ tokens(review, vectors = m, dim = 4), d)
    small_kms(mood ~ tokens(review, vectors = m, trainable = NA), d)
    small_kms(mood ~ tokens(review, trainable = FALSE), d)
    small_kms(mood ~ tokens(review, vectors = m, trainable = FALSE, regularizer = regularizer_l2()), d)
    small_kms(mood ~ tokens(review, vectors = nowhere), d)
  })
})
