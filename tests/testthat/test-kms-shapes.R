# Data frames of unusual shapes: kms(y ~ ., d) fits them, or says why it cannot.
tiny <- function(d, ...) suppressWarnings(suppressMessages(kms(y ~ ., d, auto = TRUE, units = 4, N_layers = 1, Nepochs = 1, seed = 1, ...)))

expect_fit <- function(fit, d) {
  expect_s3_class(fit, "kms_fit")
  expect_length(suppressWarnings(predict(fit, d)), nrow(d))
}

test_that("Shapes: more columns than rows", {
  d <- withr::with_seed(1, as.data.frame(matrix(stats::rnorm(12 * 300), 12)))
  d$V7 <- d$V6
  d$V9 <- 1
  d$y <- d$V1
  fit <- tiny(d)
  expect_identical(fit$P, 298L)
  expect_fit(fit, d)
})

test_that("Shapes: three rows, one column", {
  expect_fit(tiny(data.frame(y = c(1, 2, 4), x = c(3, 1, 2), f = c("a", "b", "c")), pTraining = 1, validation_split = 0),
             data.frame(x = 1:2, f = c("a", "b")))
  expect_fit(tiny(data.frame(y = sin(1:60), x = 1:60)), data.frame(x = 1:3))
  expect_fit(tiny(data.frame(y = sin(1:40), x = rep(c("a", "b"), 20))), data.frame(x = "b"))
})

test_that("Shapes: a class of one case, a hundred classes", {
  d <- data.frame(y = c("one", rep(c("a", "b"), 20)), x = sin(1:41))
  expect_fit(tiny(d), d)
  d <- data.frame(y = factor(rep(1:100, 4)), x = sin(1:400), z = cos(1:400))
  fit <- tiny(d)
  expect_identical(fit$K, 100L)
  expect_fit(fit, d)
})

test_that("Shapes: ids of 20,000 levels", {
  ids <- sprintf("id%05d", 1:20000)
  d <- data.frame(y = sin(1:30000), id = c(ids, ids[1:10000]), x = cos(1:30000))
  fit <- tiny(d, batch_size = 5000)
  expect_identical(fit$columns$becomes, c("emb(id)", "x"))
  d <- data.frame(y = sin(1:20000), id = ids, x = cos(1:20000))
  expect_identical(tiny(d, batch_size = 5000)$columns$becomes, c(NA, "x"))
  expect_identical(tiny(d[-3], batch_size = 5000)$columns$becomes, "emb(id)")
})

test_that("Shapes: columns of missing values, of one value, of dates", {
  d <- data.frame(y = sin(1:40), x = cos(1:40), gone = NA, none = NA_character_, same = "a")
  expect_fit(tiny(d), d)
  expect_fit(tiny(d, na.action = na.pass), d)
  expect_error(tiny(d[c("y", "gone")]), "missing", class = "tildenet_error_data")
  expect_error(tiny(d[c("y", "same")]), "two levels", class = "tildenet_error_data")
  d <- data.frame(y = sin(1:40), from = as.Date("2024-01-01") + 1:40, to = as.Date("2024-01-05") + (1:40)^2)
  fit <- tiny(d)
  expect_identical(fit$columns$kind, c("date", "date"))
  expect_fit(fit, d)
})
