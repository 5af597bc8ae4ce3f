test_that("functions are traced once, not run for every batch", {
  calls <- 0
  model <- keras_model_sequential() %>%
    layer_lambda(f = function(x) {
      calls <<- calls + 1
      x * 2
    }, input_shape = 1) %>%
    layer_dense(1)
  compile(model, "sgd", function(y_true, y_pred) {
    calls <<- calls + 1
    k_square(y_pred - y_true)
  })
  fit(model, matrix(1:64 / 64), 1:64 / 64, epochs = 3, batch_size = 8, verbose = 0)
  expect_identical(calls, 2)
})

test_that("an error in a traced function says whose it is", {
  k_clear_session()
  expect_snapshot(error = TRUE, {
    layer_lambda(layer_input(shape = 2), function(x) stop("no idea"), name = "mine")
    layer_lambda(layer_input(shape = 2), function(x) "text", name = "text")
    layer_dense(layer_input(shape = 2), 3, activation = function(x) x[, 9])
    layer_lambda(layer_input(shape = 2), function(x) x, mask = TRUE)
  })
})

# A function as a user's script defines it: outside the package, which tests are not.
users <- function(f) {
  environment(f) <- new.env(parent = globalenv())
  f
}

expect_failing_call <- function(f, call, class = "tildenet_error_trace") {
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
  compile(model, "sgd", users(f))
  error <- expect_error(fit(model, matrix(1, 4, 2), 1:4, verbose = 0), class = class)
  expect_match(gsub("\\s+", " ", error$message), paste0("failed on tensors at `", call, "`: "), fixed = TRUE)
  expect_true("i" %in% names(error$body))
}

test_that("calls that need values are named as the user wrote them", {
  state <- "tildenet_error_state"
  unsupported <- "tildenet_error_unsupported"
  expect_failing_call(function(y, p) if (tildenet::k_mean(p) > 1) p else y, "if (tildenet::k_mean(p) > 1) p else y")
  expect_failing_call(function(y, p) { while (p > 1) p <- p - 1 }, "while (p > 1) p <- p - 1")
  expect_failing_call(function(y, p) p %in% 1:2, "p %in% 1:2")
  expect_failing_call(function(y, p) sapply(p, function(a) a), "sapply(p, function(a) a)", state)
  expect_failing_call(function(y, p) as.numeric(p), "as.double(p)", state)
  expect_failing_call(function(y, p) as.vector(p), "as.vector(p)", state)
  expect_failing_call(function(y, p) ifelse(y > 0, p, y), "ifelse(y > 0, p, y)", state)
  expect_failing_call(function(y, p) { p[1, 1] <- 0; p }, "`[<-`(`*tmp*`, 1, 1, value = 0)", unsupported)
  expect_failing_call(function(y, p) (y > 0) & (p > 0), "(y > 0) & (p > 0)", unsupported)
  expect_failing_call(function(y, p) p * !is.na(y), "is.na(y)", unsupported)
  expect_failing_call(function(y, p) median(p), "median(p)", unsupported)
  expect_failing_call(function(y, p) range(p), "range()", unsupported)
  expect_failing_call(function(y, p) sum((y - p)^2) / nrow(p), "sum((y - p)^2)/nrow(p)")
  expect_failing_call(function(y, p) { inner <- function(z) which(z > 0); inner(p) }, "which(z > 0)")
})

test_that("errors that speak for themselves, and results that are no tensors, keep their words", {
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
  tried <- function(f) {
    compile(model, "sgd", users(f))
    fit(model, matrix(1, 4, 2), 1:4, verbose = 0)
  }
  expect_error(tried(function(y, p) stop("my words")), "failed on tensors: my words")
  expect_error(tried(function(y, p) nowhere * p), "failed on tensors: object 'nowhere' not found")
  expect_error(tried(function(y, p) { inner <- function(z) nowhere * z; inner(p) }), "at `inner(p)`: ", fixed = TRUE)
  expect_error(tried(function(y, p) NULL), "loss function must give a tensor", class = "tildenet_error_trace")
  expect_error(tried(function(y, p) list(p)), "It is a list", class = "tildenet_error_trace")
  expect_error(tried(function(y, p) 1), "depends on `y_pred`", class = "tildenet_error_trace")
  metric <- custom_metric("mine", users(function(y, p) if (p > 0) 1))
  compile(model, "sgd", "mse", metrics = metric)
  expect_error(fit(model, matrix(1, 4, 2), 1:4, verbose = 0), "The \"mine\" metric function failed")
})
