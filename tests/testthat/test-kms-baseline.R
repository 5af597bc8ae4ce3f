plots <- function() {
  data.frame(plot = rep(c("a shark", "a wedding", "a shark at a wedding", "her wedding", NA), 12),
             budget = rep(c(1, 10, 100), 20), country = rep(c("us", "fr", "de", "us"), 15),
             genres = rep(c("Thriller", "Comedy", "Comedy|Thriller", "Comedy", "Drama"), 12),
             kind = rep(c("shark", "wedding"), 30))
}

test_that("the same seed gives a net and a linear model the same test rows", {
  fit <- baseline(Species ~ ., iris, method = "bayes", seed = 7)
  net <- small_kms(Species ~ ., iris, seed = 7)
  expect_identical(fit$split, net$split)
  expect_identical(fit$y_test, net$y_test)
  expect_identical(fit$y_labels, net$y_labels)
  expect_identical(levels(fit$predictions), levels(iris$Species))
  plot <- plot_confusion(fit, net, display = FALSE)
  expect_identical(levels(plot$data$Model), c("fit", "net"))
})

test_that("the models are those of the matrices", {
  skip_if_not_installed("LiblineaR")
  fit <- baseline(Species ~ . - Petal.Width, iris, seed = 1, cost = 0.5, class_weight = NULL)
  train <- fit$split == "train"
  x <- scale(iris[train, 1:3])
  expect_equal(coef(fit$model), coef(linear_svm(x, iris$Species[train], cost = 0.5)), tolerance = 1e-6)
  bayes <- baseline(kind ~ text(plot, mode = "count"), plots(), "bayes", seed = 1, alpha = 0.5)
  train <- bayes$split == "train"
  words <- texts_to_matrix(text_tokenizer() %>% fit_text_tokenizer(na.omit(plots()$plot[train])),
                           ifelse(is.na(plots()$plot), "", plots()$plot)[train], mode = "count")[, -1]
  own <- naive_bayes(words, plots()$kind[train], alpha = 0.5)
  expect_equal(unname(bayes$model$feature_log_prob), unname(own$feature_log_prob))
  expect_identical(bayes$colnames_x, c("a", "wedding", "shark", "at", "her"))
})

test_that("a setting is chosen by micro F1 on folds, the same for the same seed", {
  skip_if_not_installed("LiblineaR")
  fit <- baseline(multilabel(genres) ~ text(plot) + log(budget), plots(), seed = 3, cost = c(1e-6, 1, 10))
  expect_named(fit$grid, c("cost", "micro_f1"))
  expect_identical(fit$model$cost, fit$grid$cost[which.max(fit$grid$micro_f1)])
  expect_lt(fit$grid$micro_f1[1], max(fit$grid$micro_f1))
  again <- baseline(multilabel(genres) ~ text(plot) + log(budget), plots(), seed = 3, cost = c(1e-6, 1, 10))
  expect_identical(again, fit)
  set.seed(5)
  one <- baseline(kind ~ text(plot), plots(), method = "bayes", alpha = c(0.1, 1))
  set.seed(5)
  expect_identical(baseline(kind ~ text(plot), plots(), method = "bayes", alpha = c(0.1, 1)), one)
  expect_identical(baseline(kind ~ text(plot), plots(), method = "bayes", seed = 1)$grid$micro_f1, NA_real_)
})

test_that("words, sequences and levels are columns, and new data go the same way", {
  form <- multilabel(genres) ~ text(plot, ngrams = c(1, 2)) + tokens(plot) + emb(country) + budget
  fit <- baseline(form, plots(), method = "bayes", seed = 2)
  expect_true(all(c("budget", "shark at", "shark", "us", "<unseen>") %in% fit$colnames_x))
  expect_identical(fit$P, length(fit$colnames_x))
  test <- plots()[fit$split == "test", ]
  expect_identical(predict(fit, test)$fit, fit$predictions)
  expect_identical(predict(fit, test, type = "class"), fit$predictions)
  kept <- unserialize(serialize(fit, NULL))
  expect_identical(predict(kept, test, type = "prob"), predict(fit, test, type = "prob"))
  expect_warning(new <- predict(fit, data.frame(plot = c("the shark", NA, "x"), country = c("us", "fr", "uk"),
                                                budget = c(1, NA, 3)), type = "class"),
                 class = "tildenet_warning_new_levels")
  expect_identical(is.na(new[, 1]), c(FALSE, TRUE, FALSE))
})

test_that("predictions have the forms of a net's", {
  fit <- baseline(Species ~ ., iris, method = "bayes", seed = 1)
  prob <- predict(fit, iris, type = "prob")
  expect_equal(rowSums(prob), rep(1, 150))
  expect_identical(predict(fit, iris, type = "class"), factor(colnames(prob)[max.col(prob)], levels(iris$Species)))
  top <- predict(fit, iris[c(1, 150), ], type = "top", k = 2)
  expect_identical(top[, 1], as.character(predict(fit, iris[c(1, 150), ], type = "class")))
  judged <- predict(fit, iris)
  expect_identical(judged$accuracy, mean(judged$fit == iris$Species))
  expect_identical(predict(fit, iris[1:4], y_test = iris$Species)$accuracy, judged$accuracy)
  two <- baseline(kind ~ text(plot), plots(), method = "bayes", seed = 1)
  often <- predict(two, plots(), type = "class", threshold = 0.01)
  expect_identical(often == "wedding", predict(two, plots(), type = "prob")[, "wedding"] > 0.01)
})

test_that("matrices are taken as by kms()", {
  fit <- baseline(x = as.matrix(iris[1:4]), y = iris$Species, method = "bayes", seed = 1)
  expect_identical(predict(fit, as.matrix(iris[1:4]), type = "class"),
                   predict(baseline(Species ~ ., iris, method = "bayes", seed = 1), iris, type = "class"))
  sparse <- methods::as(as.matrix(iris[1:4]), "CsparseMatrix")
  expect_identical(baseline(sparse, iris$Species, method = "bayes", seed = 1)$predictions, fit$predictions)
})

test_that("a label that no training row has is predicted for none", {
  data <- rbind(iris, transform(iris[1, ], Species = "other"))
  for (seed in 1:40) { # until it is a test row
    fit <- baseline(Species ~ ., data, method = "bayes", seed = seed)
    if (fit$split[151] == "test") break
  }
  expect_identical(fit$split[151], "test")
  expect_identical(as.character(utils::tail(fit$y_test, 1)), "other")
  expect_false("other" %in% as.character(fit$predictions))
  expect_identical(unname(predict(fit, iris[1, ], type = "prob")[, "other"]), 0)
})

test_that("what a linear model cannot be is refused by name", {
  expect_snapshot(error = TRUE, {
    baseline(Sepal.Length ~ ., iris)
    baseline(kind ~ emb(country, 2):emb(genres, 2), plots())
    baseline(kind ~ budget + offset(budget), plots(), method = "bayes")
    baseline(kind ~ budget, plots(), method = "forest")
    baseline(kind ~ budget, plots(), method = "bayes", cost = 1)
    baseline(kind ~ budget, plots(), "bayes", 0.8, 3, NULL, 1, 3)
    baseline(kind ~ budget, plots(), method = "bayes", alpha = character())
    baseline(kind ~ budget, plots(), method = "bayes", alpha = 1:2, k_folds = 100)
    baseline(kind ~ budget, plots(), method = "bayes", scale_continuous = "z", seed = 1)
    predict(baseline(kind ~ budget, plots(), method = "bayes", seed = 1))
    predict(baseline(kind ~ budget, plots(), method = "bayes", seed = 1), plots(), type = "top", k = 3)
  })
})

test_that("a machine has scores, not probabilities", {
  skip_if_not_installed("LiblineaR")
  fit <- baseline(kind ~ text(plot), plots(), seed = 1)
  expect_identical(predict(fit, plots(), type = "link")[, 1] > 0, predict(fit, plots(), type = "class") == "wedding")
  expect_identical(predict(fit, plots(), type = "top", k = 1)[, 1], as.character(predict(fit, plots(), type = "class")))
  expect_snapshot(error = TRUE, {
    predict(fit, plots(), type = "prob")
    predict(fit, plots(), type = "class", threshold = 0.3)
  })
})

test_that("a fit is shown with its choice and its test measures", {
  skip_if_not_installed("LiblineaR")
  expect_snapshot({
    baseline(Species ~ ., iris, seed = 1)
    baseline(multilabel(genres) ~ text(plot), plots(), method = "bayes", seed = 1)
    baseline(Species ~ ., iris, method = "bayes", pTraining = 1, seed = 1)
  })
})

test_that("a special without columns for a linear model is refused", {
  design <- list(outcome = list(type = "binary"), terms = kind ~ x, pairs = list(),
                 specials = list("text(plot)" = list(kind = "text"), "image(poster, 8)" = list(kind = "image")))
  expect_error(baseline_check(design, NULL), "image(poster, 8)", fixed = TRUE, class = "tildenet_error_formula")
  design$specials <- design$specials["text(plot)"]
  expect_silent(baseline_check(design, NULL))
})
