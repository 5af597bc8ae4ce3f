quick_fit <- function(formula, data, ...) {
  suppressMessages(kms(formula, data, N_layers = 2, units = 6, Nepochs = 2, seed = 1, verbose = 0, ...))
}

# What a file gives for rows of data: columns as strings where they are no numbers.
run_fit <- function(fit, data, types = list()) {
  path <- withr::local_tempfile(fileext = ".onnx")
  save_onnx(fit, path)
  read <- message_fields(read_onnx(path)$graph, 11)
  columns <- vapply(read, message_texts, "", number = 1)
  expect_true(all(columns %in% names(data)))
  inputs <- lapply(stats::setNames(columns, columns), function(name) {
    v <- data[[name]]
    matrix(if (is.numeric(v)) v else as.character(v))
  })
  run_onnx(path, inputs, types)
}

expect_same_numbers <- function(found, wanted, tolerance = 1e-5) {
  expect_identical(length(found), length(wanted))
  expect_lte(max(abs(found - wanted) / pmax(1, abs(wanted))), tolerance)
}

expect_same_classes <- function(fit, data) {
  found <- run_fit(fit, data)
  expect_same_numbers(found$probabilities, unname(predict(fit, data, type = "prob")))
  expect_identical(as.vector(found$label), as.character(predict(fit, data, type = "class")))
  invisible(found)
}

some_rows <- function(n = 60) {
  withr::with_seed(4, {
    data <- data.frame(
      a = stats::rnorm(n), b = stats::runif(n, 1, 5), n = rpois(n, 3), on = stats::runif(n) > 0.4,
      word = sample(c("née", "zwei", "x y"), n, TRUE), group = factor(sample(letters[1:4], n, TRUE), letters[1:5]),
      size = factor(sample(c("s", "m", "l"), n, TRUE), c("s", "m", "l"), ordered = TRUE))
    data$y <- data$a + data$b * (data$group == "b") + data$n
    data$kind <- ifelse(data$y > 4, "gross", ifelse(data$on, "mittel", "klein"))
    data
  })
}

test_that("labels of factors, text, logical values and their products", {
  data <- some_rows()
  fit <- quick_fit(kind ~ a * group + on:word + size + group:b + n, data)
  expect_same_classes(fit, data)
  file <- withr::local_tempfile(fileext = ".onnx")
  save_onnx(fit, file)
  about <- read_onnx(file)$metadata
  expect_identical(about[["formula"]], deparse1(fit$input_formula))
  expect_identical(jsonlite::fromJSON(about[["classes"]]), c("gross", "klein", "mittel"))
  expect_identical(unlist(jsonlite::fromJSON(about[["columns"]])), fit$colnames_x)
  scaling <- jsonlite::fromJSON(about[["scaling"]])
  expect_equal(unname(rbind(scaling$mean, scaling$sd)), unname(fit$train_scale$X), tolerance = 1e-6)
})

test_that("the robust scale, its outliers, and columns of one value", {
  data <- some_rows()
  data$one <- 7
  far <- data[1:3, ]
  far$a <- c(1e4, -1e4, 1e25)
  rows <- rbind(data, far)
  fit <- quick_fit(y ~ a + b * group + one, data, scale_continuous = "robust")
  expect_true(any(is.infinite(fit$train_scale$X)))
  expect_same_numbers(as.vector(run_fit(fit, rows)$prediction), as.vector(predict(fit, rows, type = "response")))
  file <- withr::local_tempfile(fileext = ".onnx")
  save_onnx(fit, file)
  scaling <- jsonlite::fromJSON(read_onnx(file)$metadata[["scaling"]])
  expect_identical(is.na(scaling$width), unname(is.infinite(fit$train_scale$X["width", ])))
})

test_that("nets of tables: RealMLP, packs and TabM, their numbers in the range of the training rows", {
  data <- some_rows()
  rows <- rbind(data, transform(data[1:2, ], a = c(100, -100)))
  quick <- function(formula, net, ...) kms(formula, data, net = net, units = 6, Nepochs = 3, keep = "last", seed = 1, verbose = 0, ...)
  for (net in c("pack", "tabm", "realmlp")) {
    fit <- quick(y ~ a + b + group, net)
    expect_same_numbers(as.vector(run_fit(fit, rows)$prediction), as.vector(predict(fit, rows, type = "response")))
    expect_same_classes(quick(kind ~ a + b + group, net), rows)
  }
  uneven <- kms(on ~ a + b, data, net = "pack", members = 4, units = 6, Nepochs = 20, seed = 4, verbose = 0)
  expect_gt(length(unique(uneven$members$weight)), 1)
  expect_same_classes(uneven, rows)
})

test_that("names that need backticks, formulas without an intercept", {
  data <- some_rows()
  data$`a b` <- data$a^2
  data$`odd group` <- data$group
  for (formula in list(kind ~ `a b` + `odd group`, kind ~ 0 + group + word, kind ~ a - 1 + on:b, kind ~ 0 + `odd group`:a)) {
    expect_same_classes(quick_fit(formula, data), data)
  }
})

test_that("levels that a fit has not seen have the average code", {
  data <- some_rows()
  fit <- quick_fit(kind ~ group + word + on + a, data)
  new <- data[1:6, ]
  new$group <- c("a", "z", "b", "none", "e", "d")
  new$word[2:3] <- "drei"
  suppressWarnings(expect_same_classes(fit, new))
  sums <- quick_fit(y ~ group + size, data, contrasts.arg = list(group = "contr.sum"), drop_intercept = FALSE)
  found <- suppressWarnings(run_fit(sums, new))
  expect_same_numbers(found$prediction, suppressWarnings(predict(sums, new, type = "response")))
})

test_that("numbers in units of the outcome, from expressions of columns", {
  data <- some_rows()
  fit <- quick_fit(log(y + 10) ~ log(b) + I(a^2 - b / 3) + sqrt(abs(a)):b + exp(-b) + scale(b) + log10(b) + log(n + 1, 2) +
                     offset(0.1 * a), data)
  found <- run_fit(fit, data)
  expect_identical(dim(found$prediction), c(60L, 1L))
  expect_same_numbers(as.vector(found$prediction), predict(fit, data, type = "response"))
  ranged <- quick_fit(y ~ a + b + group, data, scale_continuous = "zero_one")
  expect_same_numbers(as.vector(run_fit(ranged, data)$prediction), predict(ranged, data, type = "response"))
  counts <- quick_fit(n ~ a + group, data, loss = "poisson")
  expect_same_numbers(as.vector(run_fit(counts, data)$prediction), predict(counts, data, type = "response"))
})

test_that("two labels from one output or two, several labels at once", {
  data <- some_rows()
  data$yes <- data$y > 4
  fit <- quick_fit(yes ~ a + b + group, data)
  expect_same_classes(fit, data)
  two <- quick_fit(yes ~ a + b, data, loss = "categorical_crossentropy")
  expect_same_classes(two, data)
  several <- quick_fit(cbind(large = y > 4, low = a < 0) ~ b + group + a, data)
  found <- run_fit(several, data)
  expect_same_numbers(found$probabilities, unname(predict(several, data, type = "prob")))
  expect_equal(found$labels, unname(predict(several, data, type = "class")))
})

test_that("embeddings of labels and of numbers, unknown ones read the last row", {
  data <- some_rows()
  data$id <- 1000 + data$n
  fit <- quick_fit(y ~ a + emb(word, 3) + emb(group, 2):emb(id, 2), data)
  new <- data[1:5, ]
  new$word[1] <- "neu"
  new$id[2] <- 7
  expect_same_numbers(as.vector(run_fit(fit, new)$prediction), suppressWarnings(predict(fit, new, type = "response")))
  only <- quick_fit(y ~ emb(group, 2) + factor(n), data)
  expect_same_numbers(as.vector(run_fit(only, data)$prediction), predict(only, data, type = "response"))
})

test_that("wide factors are columns of zeros and ones, on a sparse design too", {
  data <- some_rows(300)
  data$many <- factor(sample(200, 300, TRUE), 1:200)
  fit <- quick_fit(kind ~ many + a, data)
  expect_true(fit$sparse_data)
  expect_same_classes(fit, data)
})

test_that("fits of a matrix have one input", {
  x <- as.matrix(iris[1:4])
  fit <- suppressMessages(kms(x, iris$Species, N_layers = 2, units = 5, Nepochs = 2, seed = 1, verbose = 0))
  path <- withr::local_tempfile(fileext = ".onnx")
  save_onnx(fit, path)
  expect_same_numbers(run_onnx(path, list(x = unname(x)))$probabilities, unname(predict(fit, x, type = "prob")))
})

test_that("columns keep their names, whatever else is called so", {
  data <- data.frame(prediction = 1:20, Log = 2 + sin(1:20), constant = cos(1:20), z = sin(1:20))
  fit <- quick_fit(z ~ log(prediction) + log(Log) + I(2 * constant), data)
  found <- run_fit(fit, data)
  expect_same_numbers(as.vector(found[["prediction_1"]]), predict(fit, data, type = "response"))
})

test_that("models of one's own, predictors as indices, products of embeddings alone, fits from a file", {
  data <- some_rows()
  own <- keras_model_sequential() %>% layer_dense(5, activation = "tanh", input_shape = 3) %>% layer_dense(1)
  compile(own, "sgd", "mse")
  fits <- list(
    suppressMessages(kms(y ~ a + b + n, data, keras_model_seq = own, Nepochs = 2, verbose = 0, seed = 1)),
    suppressMessages(kms(y ~ emb(group, 2):emb(word, 2), data, N_layers = 0, Nepochs = 2, verbose = 0, seed = 1)))
  for (fit in fits) {
    expect_same_numbers(as.vector(run_fit(fit, data)$prediction), predict(fit, data, type = "response"))
  }
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(quick_fit(kind ~ group + n, data, embedding = TRUE), path)
  expect_same_classes(readRDS(path), data)
})

test_that("terms without a meaning in ONNX are refused by name", {
  data <- some_rows()
  data$day <- as.Date("2020-01-01") + seq_len(60)
  data$text <- rep(c("one word", "two more"), 30)
  outside <- data$a
  path <- withr::local_tempfile(fileext = ".onnx")
  k_clear_session()
  fits <- lapply(list(y ~ poly(a, 2), y ~ cut(b, c(0, 2, 6)), y ~ (a > 0), y ~ day, y ~ text(text, 4), y ~ outside,
                      y ~ round(b), y ~ interaction(group, on)), quick_fit, data)
  expect_snapshot(error = TRUE, for (fit in fits[1]) save_onnx(fit, path))
  for (fit in fits) {
    term <- gsub("^\\(|\\)$", "", deparse1(fit$input_formula[[3]])) # R takes the parentheses away
    error <- expect_error(save_onnx(fit, path), class = "tildenet_error_unsupported")
    expect_match(gsub("\\s+", " ", error$message), term, fixed = TRUE)
  }
  log <- function(x) x * 2
  fit <- quick_fit(y ~ log(b), data)
  expect_error(save_onnx(fit, path), "log", class = "tildenet_error_unsupported")
  expect_false(file.exists(path))
})
