test_that("labels become columns as in scikit-learn", {
  skip_without_golden()
  for (entry in golden_cases("learn_labels")) {
    case <- entry$case
    labels <- lapply(case$labels, unlist)
    classes <- as.character(unlist(case$classes))
    result <- multilabel(labels, levels = unlist(case$args$classes))
    expect_identical(colnames(result), classes, label = case$name)
    expect_equal(unname(result), golden_array(case$matrix), ignore_attr = TRUE, label = case$name)
    if (is.null(case$new)) next
    new <- lapply(case$new, unlist)
    expect_warning(result <- multilabel(new, levels = unlist(case$classes)),
                   class = "tildenet_warning_new_labels")
    expect_equal(unname(result), golden_array(case$new_matrix), ignore_attr = TRUE, label = case$name)
  }
})

test_that("strings are cut at the separator, missing cases stay missing", {
  expected <- matrix(c(1L, 0L, 0L, NA, 1L, 1L, 0L, NA), 4, dimnames = list(NULL, c("a", "b c")))
  expect_identical(multilabel(c("a|b c", "b c", "", NA)), expected)
  expect_identical(multilabel(factor(c("b c, a", "b c", " ", NA)), sep = ","), expected)
  expect_identical(multilabel(list(c("a", "b c", "a"), factor("b c"), NULL, NA)), expected)
  expect_identical(dim(multilabel(character())), c(0L, 0L))
  expect_identical(colnames(multilabel(list(10, 9, 2))), c("2", "9", "10"))
})

test_that("what holds no labels is refused", {
  expect_snapshot(error = TRUE, {
    multilabel()
    multilabel(1:3)
    multilabel(list(a = mean))
    multilabel(iris)
    multilabel("a|b", sep = "")
    multilabel("a|b", levels = c("a", "a"))
  })
  expect_snapshot(out <- multilabel(c("a|b", "z"), levels = c("b", "a")))
  expect_identical(out, matrix(c(1L, 0L, 1L, 0L), 2, dimnames = list(NULL, c("b", "a"))))
})

test_that("several labels are the left side of a formula", {
  films <- data.frame(genres = rep(c("Action|Drama", "Drama", "Action", "Comedy"), 10), length = 1:40)
  fit <- kms(multilabel(genres) ~ length, films, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0)
  expect_identical(fit$y_type, "multilabel")
  expect_identical(fit$y_labels, c("Action", "Comedy", "Drama"))
  expect_identical(dim(predict(fit, films[1:2, ], type = "prob")), c(2L, 3L))
})
