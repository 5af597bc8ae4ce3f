rare_labels <- function() {
  set.seed(4)
  x <- stats::rnorm(300)
  data.frame(x = x, rare = x + stats::rnorm(300) > 2.2, usual = x + stats::rnorm(300) > 0)
}

fit_labels <- function(..., data = rare_labels()) {
  kms(cbind(rare, usual) ~ x, data, N_layers = 0, Nepochs = 60, activity_regularizer = NULL,
      kernel_regularizer = NULL, bias_regularizer = NULL, seed = 1, verbose = 0, ...)
}

test_that("factors are those of the two sides of each label", {
  y <- cbind(a = c(1L, 0L, 0L, 0L), b = c(1L, 1L, 0L, 0L))
  outcome <- list(type = "multilabel", labels = c("a", "b"))
  expect_equal(kms_label_factors("balanced", y, outcome, NULL, list(), NULL), cbind(c(4 / 6, 2), c(1, 1)))
  expect_equal(kms_label_factors("balanced", y, outcome, c(3, 1, 1, 1), list(), NULL), cbind(c(1, 1), c(6 / 4, 6 / 8)))
  expect_identical(kms_label_factors(c(b = 5), y, outcome, NULL, list(), NULL), rbind(c(1, 1), c(1, 5)))
  expect_null(kms_label_factors(NULL, y, outcome, NULL, list(), NULL))
  expect_null(kms_label_factors("balanced", y, list(type = "binary"), NULL, list(), NULL))
})

test_that("the loss is the binary crossentropy times the factors", {
  y <- rbind(c(1, 0), c(0, 1), c(1, 1))
  p <- rbind(c(0.2, 0.6), c(0.5, 0.5), c(0.9, 0.1))
  factors <- rbind(c(1, 0.5), c(3, 4))
  cell <- -ifelse(y == 1, log(p) * rep(factors[2, ], each = 3), log(1 - p) * rep(factors[1, ], each = 3))
  expect_equal(as.vector(as.array(label_weighted_loss("binary_crossentropy", factors)(k_constant(y), k_constant(p)))),
               rowMeans(cell), tolerance = 1e-5)
  expect_identical(label_weighted_loss("binary_crossentropy", NULL), "binary_crossentropy")
})

test_that("rare labels are found more often, others as before", {
  plain <- fit_labels()
  balanced <- fit_labels(class_weight = "balanced")
  given <- fit_labels(class_weight = c(rare = 8))
  found <- function(fit) colSums(predict(fit, rare_labels(), type = "class"))
  expect_gt(found(balanced)[["rare"]], found(plain)[["rare"]] + 10)
  expect_gt(found(given)[["rare"]], found(plain)[["rare"]] + 5)
  expect_equal(predict(given, rare_labels(), type = "prob")[, "usual"],
               predict(plain, rare_labels(), type = "prob")[, "usual"], tolerance = 1e-3)
  same <- fit_labels(class_weight = c(rare = 1, usual = 1))
  expect_equal(predict(same, rare_labels(), type = "prob"), predict(plain, rare_labels(), type = "prob"), tolerance = 1e-4)
  expect_identical(balanced$loss, "binary_crossentropy")
  kept <- unserialize(serialize(balanced, NULL))
  expect_identical(predict(kept, rare_labels(), type = "prob"), predict(balanced, rare_labels(), type = "prob"))
})

test_that("weights of labels and of cases go together, and what cannot is refused", {
  data <- rare_labels()
  data$w <- rep(1:2, 150)
  weighted <- fit_labels(class_weight = "balanced", weights = w, data = data)
  expect_true(all(is.finite(predict(weighted, data, type = "prob"))))
  expect_snapshot(error = TRUE, {
    fit_labels(class_weight = c(scarce = 2))
    fit_labels(class_weight = "balanced", loss = "mean_squared_error")
  })
  model <- keras_model_sequential() %>% layer_dense(2, "sigmoid", input_shape = 1) %>%
    compile(optimizer = "adam", loss = "binary_crossentropy")
  expect_error(kms(cbind(rare, usual) ~ x, data, model, class_weight = "balanced", Nepochs = 1, verbose = 0),
               class = "tildenet_error_argument")
})
