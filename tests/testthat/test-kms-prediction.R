# Tests of "predict() gives predictions".

# A prediction of each kind that is a vector, with the plain vector.
kinds_of_prediction <- function() {
  cars <- transform(mtcars, am = ifelse(am == 1, "manual", "auto"), gear = factor(gear, ordered = TRUE))
  fits <- list(number = small_kms(mpg ~ wt, cars), text = small_kms(am ~ wt, cars), two = small_kms(vs ~ wt, cars),
               logical = small_kms(I(vs == 1) ~ wt, cars), ordered = small_kms(gear ~ wt, cars))
  lapply(fits, function(fit) {
    p <- predict(fit, cars)
    list(p = p, plain = predict(fit, cars, if (fit$y_type == "continuous") "response" else "class"))
  })
}

test_that("predict() gives predictions: a factor or numbers in every use of vectors", {
  for (kind in kinds_of_prediction()) {
    p <- kind$p
    plain <- kind$plain
    expect_s3_class(p, "kms_prediction")
    expect_false(is.list(p))
    expect_null(names(p))
    expect_identical(length(p), 32L)
    expect_identical(is.factor(p), is.factor(plain))
    expect_identical(is.numeric(p), is.numeric(plain))
    expect_identical(levels(p), levels(plain))
    expect_identical(prediction_values(p), plain)
    expect_identical(p[3:5], plain[3:5])
    expect_identical(p[[7]], plain[[7]])
    expect_identical(p[p == p[1]], plain[plain == plain[1]])
    expect_identical(rev(p), rev(plain))
    expect_identical(utils::head(p, 3), utils::head(plain, 3))
    expect_identical(c(p, p[1]), c(plain, plain[1]))
    expect_identical(rep(p, 2), rep(plain, 2))
    expect_identical(as.character(p), as.character(plain))
    expect_identical(as.numeric(p), as.numeric(plain))
    expect_identical(paste(p), paste(plain))
    expect_identical(format(p), format(plain))
    expect_identical(p == plain, plain == plain)
    expect_identical(plain != p, plain != plain)
    expect_identical(is.na(p), is.na(plain))
    expect_identical(ifelse(mtcars$wt > 3, p, 0), ifelse(mtcars$wt > 3, plain, 0))
    expect_identical(ifelse(p == p[1], "same", "other"), ifelse(plain == plain[1], "same", "other"))
    expect_identical(data.frame(p), stats::setNames(data.frame(plain), "p"))
    expect_identical(cbind(mtcars["wt"], p = p), cbind(mtcars["wt"], p = plain))
    expect_identical(unname(table(p, mtcars$cyl)), unname(table(plain, mtcars$cyl)))
    expect_identical(split(p, mtcars$cyl), split(plain, mtcars$cyl))
    expect_identical(tapply(p, mtcars$cyl, length), tapply(plain, mtcars$cyl, length))
    expect_identical(sapply(p, identity), sapply(plain, identity))
    expect_identical(unique(p), unique(plain))
    expect_identical(sort(p), sort(plain))
    expect_identical(order(p), order(plain))
    expect_identical(match(p, plain), match(plain, plain))
    expect_identical(p %in% plain[1], plain %in% plain[1])
    expect_identical(summary(p), summary(plain))
    changed <- p
    changed[2] <- plain[1]
    expect_identical(changed, replace(plain, 2, plain[1]))
    d <- mtcars
    d$p <- p
    expect_identical(d[order(d$p), "p"], sort(plain))
    expect_output(print(utils::head(d, 2)), "Mazda")
    expect_identical(rbind(d, d)$p, c(plain, plain))
    expect_identical(nrow(stats::model.frame(wt ~ p, d)), 32L)
    path <- withr::local_tempfile(fileext = ".rds")
    saveRDS(p, path)
    expect_identical(readRDS(path), p)
  }
})

test_that("predict() gives predictions: numbers count as numbers", {
  p <- kinds_of_prediction()$number$p
  plain <- prediction_values(p)
  y <- mtcars$mpg
  expect_identical(p - y, plain - y)
  expect_identical(y - p, y - plain)
  expect_identical(-p, -plain)
  expect_identical(p^2 + p, plain^2 + plain)
  expect_identical(p > 20, plain > 20)
  expect_identical(round(p, 1), round(plain, 1))
  expect_identical(cumsum(log(p)), cumsum(log(plain)))
  for (f in list(sum, mean, range, max, stats::median, stats::sd, stats::quantile, scale)) expect_identical(f(p), f(plain))
  expect_identical(stats::cor(p, y), stats::cor(plain, y))
  expect_identical(cut(p, 3), cut(plain, 3))
  expect_identical(apply(cbind(p, y), 1, max), apply(cbind(plain, y), 1, max), ignore_attr = TRUE)
  expect_identical(as.matrix(p), as.matrix(plain))
  expect_identical(outer(p, 1:2), outer(plain, 1:2))
  expect_identical(max(p, y), max(plain, y))
  expect_equal(stats::coef(stats::lm(y ~ p)), stats::coef(stats::lm(y ~ plain)), ignore_attr = TRUE)
})

test_that("predict() gives predictions: several labels are a matrix", {
  d <- transform(mtcars, heavy = wt > 3, strong = hp > 120)
  fit <- small_kms(cbind(heavy, strong) ~ disp, d)
  p <- predict(fit, d)
  plain <- predict(fit, d, "class")
  expect_true(is.matrix(p) && inherits(p, "matrix"))
  expect_identical(dim(p), c(32L, 2L))
  expect_identical(colnames(p), c("heavy", "strong"))
  expect_identical(p[3:4, ], plain[3:4, ])
  expect_identical(p[, "heavy"], plain[, "heavy"])
  expect_identical(p[5, 2], plain[5, 2])
  expect_identical(1 - p, 1 - plain)
  expect_identical(t(p), t(plain))
  expect_identical(rowSums(p), rowSums(plain))
  expect_identical(p %*% diag(2), plain %*% diag(2))
  expect_identical(apply(p, 2, mean), apply(plain, 2, mean))
  expect_identical(utils::head(p, 2), utils::head(plain, 2))
  expect_identical(names(data.frame(p)), c("heavy", "strong"))
  expect_equal(mean(p == (cbind(d$heavy, d$strong) > 0)), p$label_accuracy)
  expect_identical(dim(predict(fit, d[0, ])), c(0L, 2L))
})

test_that("predict() gives predictions: the list of kerasformula by name", {
  fit <- iris_fit()
  p <- predict(fit, iris)
  expect_identical(p$fit, prediction_values(p))
  expect_identical(p$y_test, iris$Species)
  expect_identical(p$y_test_labels, unique(iris$Species))
  expect_identical(p$confusion, confusion(p))
  expect_equal(p$accuracy, mean(p == iris$Species))
  expect_identical(p$acc, p$accuracy)
  expect_identical(p[["accuracy"]], p$accuracy)
  expect_identical(p[c("accuracy", "fit")], list(accuracy = p$accuracy, fit = p$fit))
  expect_null(p$MSE)
  expect_null(p[["nothing"]])
  number <- predict(small_kms(mpg ~ wt, mtcars), mtcars)
  expect_identical(names(prediction_answer(number)), c("fit", "y_test", regression_names))
  expect_equal(number$MSE, mean((number - mtcars$mpg)^2))
  expect_identical(number$MSE_predictions, number$MSE)
  expect_equal(number$MAE_predictions, mean(abs(number - mtcars$mpg)))
  expect_identical(utils::.DollarNames(number, "^MA"), "MAE_predictions")
  kinds <- kinds_of_prediction()
  expect_type(kinds$text$p$fit, "character")
  expect_type(kinds$two$p$fit, "double")
  expect_type(kinds$logical$p$fit, "logical")
  expect_equal(kinds$two$p$accuracy, mean(kinds$two$p == mtcars$vs))
  expect_equal(kinds$logical$p$accuracy, mean(kinds$logical$p == (mtcars$vs == 1)))
  number$note <- "mine"
  expect_identical(number$note, "mine")
})

test_that("predictions are a data frame of one row each", {
  fit <- small_kms(Species ~ ., iris)
  known <- as.data.frame(predict(fit, iris[1:3, ]))
  expect_identical(names(known), c("fit", "y_test"))
  expect_identical(known$y_test, iris$Species[1:3])
  expect_identical(names(as.data.frame(predict(fit, iris[1:3, 1:4]))), "fit")
})

test_that("predictions print their head and measures, str() their elements", {
  number <- new_prediction(list(fit = 1:12 / 2, y_test = NULL))
  expect_snapshot({
    new_prediction(list(fit = c("a", NA, "b"), y_test = c("a", "b", "b"), accuracy = 1))
    number
    str(number)
    new_prediction(list(fit = cbind(a = 0:1, b = 1), y_test = NULL))
  })
})

test_that("a prediction can be a column of the next model", {
  d <- mtcars
  d$first <- predict(small_kms(mpg ~ wt, d), d)
  d$kind <- predict(small_kms(factor(am) ~ wt, d), d)
  second <- small_kms(mpg ~ first + kind + hp, d)
  expect_identical(second$colnames_x, c("first", "kind1", "hp"))
  plain <- transform(d, first = prediction_values(first), kind = prediction_values(kind))
  expect_identical(predict(second, d)$fit, predict(second, plain)$fit)
  expect_identical(confusion(y_test = d$am, predictions = d$kind), confusion(d$kind))
})

test_that("predictions go through dplyr and tibble", {
  skip_if_not_installed("vctrs")
  for (kind in kinds_of_prediction()) {
    expect_identical(vctrs::vec_slice(kind$p, 3:4), kind$plain[3:4])
    expect_identical(vctrs::vec_c(kind$p, kind$plain[1]), c(kind$plain, kind$plain[1]))
    expect_identical(vctrs::vec_c(kind$plain[1], kind$p), c(kind$plain[1], kind$plain))
    expect_identical(vctrs::vec_c(kind$p, kind$p), c(kind$plain, kind$plain))
    expect_identical(vctrs::vec_rbind(data.frame(p = kind$p), data.frame(p = kind$plain))$p, c(kind$plain, kind$plain))
  }
  skip_if_not_installed("dplyr")
  number <- kinds_of_prediction()$number
  d <- dplyr::mutate(dplyr::as_tibble(mtcars), p = number$p)
  expect_identical(dplyr::filter(d, p > 20)$p, number$plain[number$plain > 20])
  expect_identical(dplyr::arrange(d, p)$p, sort(number$plain))
  expect_identical(dplyr::bind_rows(d, dplyr::mutate(d, p = 0))$p, c(number$plain, numeric(32)))
  expect_equal(dplyr::summarise(d, m = mean(p))$m, mean(number$plain))
})
