test_that("texts are padded indices of the most frequent words of the rows fitted to", {
  args <- tokens_check(list(num_words = 2, maxlen = 3, padding = "post"), "tokens(x)", NULL)
  settled <- tokens_settle(c(args, list(label = "tokens(x)")), c("aa bb aa cc", "bb aa", "dd"), 1:2)
  expect_identical(settled$input, rbind(c(1L, 2L, 1L), c(2L, 1L, 0L), 0L))
  expect_identical(settled$state$dim, 2)
  args <- tokens_check(list(oov_token = "?"), "tokens(x)", NULL)
  settled <- tokens_settle(c(args, list(label = "tokens(x)")), c("aa bb aa cc", "bb aa", "dd aa dd aa dd"), 1:2)
  expect_identical(settled$state$maxlen, 4L)
  expect_identical(settled$input[3, ], c(2L, 1L, 2L, 1L))
})

test_that("pooling counts words only, a text without any gives zeros", {
  ids <- rbind(c(0, 0, 0, 0, 5, 2), 0)
  formulas <- list(mean = mood ~ tokens(review, 8, 6, 3), max = mood ~ tokens(review, 8, 6, 3, "max"))
  for (pooling in names(formulas)) {
    model <- small_kms(formulas[[pooling]], reviews(), Nepochs = 1)$model
    layers <- vapply(model$layers, function(l) l$name, "")
    table <- get_weights(model$layers[[grep("_table$", layers)]])[[1]]
    pooled <- keras_model(model$input, model$layers[[grep(paste0("_", pooling, "$"), layers)]]$output)
    expect_equal(predict(pooled, ids), unname(rbind(apply(table[c(6, 3), ], 2, pooling), 0)), tolerance = 1e-6)
  }
})

test_that("word rows are learnt, named, and do not depend on the padding", {
  d <- reviews()
  fit <- small_kms(mood ~ tokens(review, 8, 6, dim = 3), d, Nepochs = 40)
  expect_gt(predict(fit, d)$accuracy, 0.9)
  table <- embedding(fit, "review")
  expect_identical(dim(table), c(8L, 3L))
  expect_identical(rownames(table), attr(fit, "design")$specials[[1]]$state$known$words)
  bags <- as.matrix(learned_matrix(attr(fit, "design")$specials[[1]]$state$known, d$review, "freq", NULL))
  weights <- get_weights(fit$model)
  hidden <- pmax(sweep(bags %*% table %*% weights[[2]], 2, weights[[3]], `+`), 0)
  hidden <- pmax(sweep(hidden %*% weights[[4]], 2, weights[[5]], `+`), 0)
  by_hand <- stats::plogis(hidden %*% weights[[6]] + as.vector(weights[[7]]))
  expect_equal(predict(fit, d, type = "response"), by_hand[, 1], tolerance = 1e-5)
  padded <- predict(small_kms(mood ~ tokens(review, 8, 9, dim = 3, padding = "post"), d, Nepochs = 40), d, type = "prob")
  expect_equal(padded, predict(fit, d, type = "prob"), tolerance = 1e-4)
})

test_that("the highest number of each column can be pooled, with other terms, and be saved", {
  d <- reviews()
  fit <- small_kms(mood ~ x + emb(who, 2) + text(review, 5) + tokens(review, pooling = "max", oov_token = "<?>"), d)
  expect_identical(rownames(embedding(fit, "tokens(review,pooling=\"max\",oov_token=\"<?>\")"))[1], "<?>")
  expect_identical(predicted_elsewhere(fit, d[1:9, ]), predict(fit, d[1:9, ], type = "prob"))
  expect_length(importance(fit, d, n_repeats = 1)$term, 4)
})

test_that("the table has a penalty of its own", {
  table <- function(f) get_layer(small_kms(f, reviews(), Nepochs = 1)$model, "tokens_review_table")$config
  own <- table(mood ~ tokens(review, regularizer = regularizer_l2(0.1), constraint = constraint_maxnorm(1)))
  expect_equal(own$embeddings_regularizer$l2, 0.1)
  expect_identical(own$embeddings_constraint$kind, "maxnorm")
  expect_equal(table(mood ~ tokens(review))$embeddings_regularizer$l1, 1e-5)
  expect_null(table(mood ~ tokens(review, regularizer = NULL))$embeddings_regularizer)
})

test_that("wrong columns and arguments and empty vocabularies are told", {
  d <- reviews(40)
  fit <- small_kms(mood ~ tokens(review), d, Nepochs = 1)
  expect_snapshot(error = TRUE, {
    small_kms(mood ~ tokens(x), d)
    small_kms(mood ~ tokens(review, maxlen = 0), d)
    small_kms(mood ~ tokens(review, pooling = "lstm"), d)
    small_kms(mood ~ tokens(review, padding = "middle"), d)
    small_kms(mood ~ tokens(review, split = ""), d)
    small_kms(mood ~ tokens(rep("", 40)), d)
    small_kms(mood ~ tokens(review):emb(who), d)
    partial_dependence(fit, d, "review")
  })
})
