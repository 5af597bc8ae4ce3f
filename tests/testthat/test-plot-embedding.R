embedded_fit <- function() {
  d <- rbind(ratings()[1:60, ], data.frame(user = "a", film = "lonely", x = 0, stars = 1))
  small_kms(stars ~ x + emb(user, 3) + emb(film, 4), d, pTraining = 1, weights = ifelse(film == "lonely", 0, 1))
}

# A table that needs no generator, for figures.
embedding_model <- function() {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_embedding(12, 4, input_length = 1, name = "films")
  with_sine_weights(model)
}

test_that("23: the two principal components of the levels that have a row of their own", {
  fit <- embedded_fit()
  plot <- plot_embedding(fit, "emb(film, 4)")
  expect_s3_class(plot, "ggplot")
  own <- embedding(fit, "film")[paste0("m", 1:8), ]
  expect_setequal(plot$data$level, rownames(own))
  scores <- stats::prcomp(own)$x[plot$data$level, 1:2]
  expect_equal(abs(as.matrix(plot$data[c("PC1", "PC2")])), abs(scores), ignore_attr = TRUE)
  expect_gt(plot$data$PC1[which.max(abs(plot$data$PC1))], 0)
  expect_identical(plot$data$label, plot$data$level)
})

test_that("the levels with the most training rows come first", {
  fit <- embedded_fit()
  rows <- sort(table(ratings()$film[1:60]), decreasing = TRUE)
  shown <- plot_embedding(fit, "film", n = 3)$data
  expect_identical(nrow(shown), 3L)
  expect_false(is.unsorted(-shown$n))
  expect_lte(shown$n[1], rows[[1]])
})

test_that("labels are text by level, and choose the levels", {
  fit <- embedded_fit()
  label <- c(m2 = "Second", m5 = "Fifth", m99 = "None")
  shown <- plot_embedding(fit, "film", label = label)$data
  expect_identical(sort(paste(shown$level, shown$label)), c("m2 Second", "m5 Fifth"))
  lookup <- data.frame(id = names(label), title = factor(label), year = 1)
  expect_identical(plot_embedding(fit, "film", label = lookup)$data, shown)
})

test_that("layers of models are drawn by the numbers of their rows", {
  model <- embedding_model()
  plot <- plot_embedding(model)
  expect_identical(plot$data$level, as.character(0:11))
  expect_identical(plot_embedding(model, "films", label = c("3" = "Three", "4" = "Four"))$data$label, c("Three", "Four"))
  expect_identical(plot_embedding(model, n = 5)$data$level, as.character(0:4))
  long <- stats::setNames(paste("A film with a long name, part", 0:11), 0:11)
  expect_figures("embedding" = plot, "embedding, labels that would overlap" = plot_embedding(model, label = long))
})

test_that("words of texts are drawn, the most frequent first", {
  d <- data.frame(plot = c("a shark", "the shark again", "a wedding", "her wedding", "a shark"), kind = c(1, 1, 0, 0, 1))
  fit <- small_kms(kind ~ tokens(plot, 5, maxlen = 3, dim = 3), d, pTraining = 1, validation_split = 0)
  expect_identical(plot_embedding(fit)$data$level, rownames(embedding(fit)))
  expect_identical(plot_embedding(fit, "plot", n = 2)$data$level, c("a", "shark"))
})

test_that("what has no plane is refused", {
  fit <- embedded_fit()
  model <- embedding_model()
  one <- keras_model_sequential() %>% layer_embedding(5, 1, input_length = 1)
  expect_snapshot(error = TRUE, {
    plot_embedding(mtcars)
    plot_embedding(fit)
    plot_embedding(fit, "director")
    plot_embedding(fit, "film", n = 0)
    plot_embedding(fit, "film", label = c("a", "b"))
    plot_embedding(fit, "film", label = c(x = "X"))
    plot_embedding(model, "words")
    plot_embedding(one)
    plot_embedding(keras_model_sequential() %>% layer_dense(2, input_shape = 3))
  })
})
