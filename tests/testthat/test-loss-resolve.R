test_that("names, aliases and functions mean the same loss", {
  kind <- function(loss) self_of(resolve_loss(loss))$kind
  expect_equal(kind("mse"), "mean_squared_error")
  expect_equal(kind("MSE"), "mean_squared_error")
  expect_equal(kind("MeanSquaredError"), "mean_squared_error")
  expect_equal(kind("loss_binary_crossentropy"), "binary_crossentropy")
  expect_equal(kind("kld"), "kullback_leibler_divergence")
  expect_equal(kind("log_cosh"), "logcosh")
  expect_equal(kind(loss_poisson), "poisson")
  expect_equal(kind(loss_kl_divergence), "kullback_leibler_divergence")
  expect_equal(kind(loss_huber(delta = 3)), "huber")
  expect_null(kind(function(y_true, y_pred) y_true - y_pred))
})

test_that("every loss of the table has its function", {
  for (kind in names(loss_table)) {
    make <- getExportedValue("tildenet", paste0("loss_", kind))
    expect_equal(self_of(make())$kind, kind)
    expect_equal(function_name(make, "loss_", loss_table), kind)
  }
})

test_that("lists are spread over outputs by position or name", {
  kinds <- function(losses) {
    vapply(losses, function(l) if (is.null(l)) "none" else self_of(l)$kind, "")
  }
  expect_equal(kinds(losses_by_output("mse", c("a", "b"))), rep("mean_squared_error", 2))
  expect_equal(kinds(losses_by_output(list("mse", "mae"), c("a", "b"))),
               c("mean_squared_error", "mean_absolute_error"))
  expect_equal(kinds(losses_by_output(list(b = "mse"), c("a", "b"))), c("none", "mean_squared_error"))
  expect_equal(loss_weights_by_output(list(b = 3), c("a", "b")), c(1, 3))
  expect_equal(loss_weights_by_output(c(1, 2), c("a", "b")), c(1, 2))
})

test_that("wrong losses are refused", {
  expect_snapshot(error = TRUE, {
    resolve_loss("mean_sqared_error")
    resolve_loss("something else")
    resolve_loss(3)
    losses_by_output(list("mse", "mae"), "out")
    losses_by_output(list(x = "mse"), c("a", "b"))
  })
})
