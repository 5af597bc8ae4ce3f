# A fit with round numbers, so that the snapshot does not depend on the machine.
printed_fit <- function(type) {
  common <- list(
    history = list(params = list(epochs = 500),
                   metrics = list(loss = c(0.5, 0.4, 0.3), val_loss = c(0.6, 0.4, 0.5)), kept = 2),
    layers_overview = NULL, N = 1500L, P = 4L, sparse_data = FALSE,
    split = rep(c("train", "test"), c(1200, 300)), y_type = type
  )
  own <- if (type == "continuous") {
    list(input_formula = log(mpg) ~ ., K = 25L, train_scale = list(scale = "z"),
         evaluations = c(loss = 0.25, mean_absolute_error = 0.5), predictions = 1:4,
         MSE_predictions = 12.5, MAE_predictions = 2.25, R2_predictions = 0.875, cor_kendals = 0.75, r.squared = 0.5)
  } else {
    list(input_formula = Species ~ . - Sepal.Width, K = 3L, y_labels = factor(c("a", "b", "c")),
         evaluations = c(loss = 0.123456, accuracy = 0.75), y_test = c("a", "b", "c", "a"),
         predictions = c("a", "b", "c", "c"))
  }
  recipe <- if (type == "continuous") small_kms(mpg ~ wt, mtcars) else small_kms(Species ~ ., iris)
  structure(c(common, own), class = "kms_fit", design = attr(recipe, "design"))
}

test_that("22.4 defect 28: a fit prints formula, type, sizes and measures with their scale", {
  expect_snapshot({
    printed_fit("multinomial")
    printed_fit("continuous")
    untested <- printed_fit("continuous")
    untested$evaluations <- NULL
    untested$split <- rep("train", 1500)
    untested$history$metrics$val_loss <- NULL
    untested$history$kept <- 3
    untested
  })
})

test_that("a summary holds epochs and measures as data", {
  info <- summary(printed_fit("continuous"))
  expect_identical(info$epochs, list(asked = 500, run = 3L, best = 2L, kept = 2))
  expect_identical(info$measures$measure, c("r.squared", "MSE", "MAE", "cor_kendals", "loss", "mean_absolute_error"))
  expect_identical(unique(info$measures$scale), c("outcome units", "network (outcome scaled, \"z\")"))
})

test_that("summary() prints layers, model and confusion", {
  fit <- small_kms(Species ~ ., iris)
  shown <- capture.output(print(summary(fit)))
  expect_match(shown, "layer2 ", all = FALSE)
  expect_match(shown, "Total params", all = FALSE)
  expect_match(shown, "virginica_obs", all = FALSE)
})

test_that("a regression has no number of labels", {
  expect_message(fit <- kms(mpg ~ wt, mtcars, Nepochs = 1, seed = 1, verbose = 1), "P: 1\\.$") %>%
    capture.output()
  expect_false(any(grepl("K = ", capture.output(print(fit)))))
  expect_output(print(kms(am ~ wt, mtcars, Nepochs = 1, seed = 1, verbose = 0)), "K = 2")
})
