# Tests of "predict() gives predictions" with packages that explain models, none of which knows this one.

test_that("DALEX explains numbers, two labels and more without a wrapper", {
  skip_if_not_installed("DALEX")
  number <- small_kms(mpg ~ wt + hp, mtcars)
  x <- mtcars[c("wt", "hp")]
  explained <- DALEX::explain(number, x, mtcars$mpg, verbose = FALSE)
  expect_identical(explained$model_info$type, "regression")
  expect_identical(predict(explained, x), fitted(number, mtcars))
  expect_equal(DALEX::model_performance(explained)$measures$mse, mean((fitted(number, mtcars) - mtcars$mpg)^2))
  expect_setequal(DALEX::model_parts(explained, B = 1)$variable, c("_full_model_", "wt", "hp", "_baseline_"))
  expect_s3_class(DALEX::predict_parts(explained, x[1, ]), "break_down")
  two <- small_kms(am ~ wt + hp, mtcars)
  explained <- DALEX::explain(two, x, mtcars$am, verbose = FALSE)
  expect_identical(explained$model_info$type, "classification")
  expect_identical(explained$y_hat, fitted(two, mtcars))
  many <- iris_fit()
  explained <- DALEX::explain(many, iris[1:4], iris$Species, verbose = FALSE)
  expect_identical(explained$y_hat, fitted(many, iris))
  expect_equal(DALEX::model_performance(explained)$measures$accuracy, predict(many, iris)$accuracy)
})

test_that("pdp has partial dependences of numbers and probabilities", {
  skip_if_not_installed("pdp")
  number <- small_kms(mpg ~ wt + hp, mtcars)
  expect_no_warning(found <- pdp::partial(number, pred.var = "wt", train = mtcars, grid.resolution = 3))
  at <- function(fit, data, type) predict(fit, data, type)
  expect_equal(found$yhat, vapply(found$wt, function(w) mean(at(number, transform(mtcars, wt = w), "response")), 0))
  many <- iris_fit()
  found <- pdp::partial(many, pred.var = "Petal.Width", train = iris, which.class = 2, prob = TRUE, grid.resolution = 3)
  expect_equal(found$yhat, vapply(found$Petal.Width, function(w) {
    mean(at(many, transform(iris, Petal.Width = w), "prob")[, 2])
  }, 0))
})

test_that("iml predicts labels, probabilities and numbers", {
  skip_if_not_installed("iml")
  local_search_path() # its workers attach all packages
  many <- iris_fit()
  labels <- iml::Predictor$new(many, iris[1:4], y = iris$Species)$predict(iris)
  expect_identical(names(labels)[max.col(labels)], as.character(predict(many, iris)))
  prob <- iml::Predictor$new(many, iris[1:4], y = iris$Species, type = "prob")$predict(iris)
  expect_equal(as.matrix(prob), predict(many, iris, "prob"), ignore_attr = TRUE)
  number <- iml::Predictor$new(small_kms(mpg ~ wt + hp, mtcars), mtcars[c("wt", "hp")], y = mtcars$mpg)
  expect_setequal(iml::FeatureImp$new(number, loss = "mae", n.repetitions = 1)$results$feature, c("wt", "hp"))
})

test_that("vip permutes with predict() as it is", {
  skip_if_not_installed("vip")
  number <- small_kms(mpg ~ wt + hp, mtcars)
  vi <- getExportedValue("vip", "vi") # vip needs a newer R than the package does, so it is not suggested
  found <- vi(number, method = "permute", train = mtcars[c("mpg", "wt", "hp")], target = "mpg", metric = "rmse",
                   pred_wrapper = predict)
  expect_setequal(found$Variable, c("wt", "hp"))
})
