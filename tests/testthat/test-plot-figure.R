test_that("with the imported packages alone fits are printed and drawn, and autoplot() says what it needs", {
  skip_on_os("windows") # no links
  library <- least_library()
  skip_if(is.null(library), "base R's library holds more than R brings")
  found <- withr::local_tempfile(fileext = ".rds")
  run_fresh(quote({
    .libPaths(LIBRARY, include.site = FALSE)
    library(tildenet)
    fit <- kms(Species ~ ., iris, Nepochs = 2, seed = 1, verbose = 0)
    capture.output(print(fit))
    model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
    c(a, b) %<-% list(1, 2)
    pdf(NULL)
    drawn <- list(plot(fit), plot(model), plot_confusion(fit))
    error <- tryCatch(autoplot(fit), error = identity)
    saveRDS(list(drawn = drawn, error = class(error), message = conditionMessage(error), b = b,
                 ggplot2 = requireNamespace("ggplot2", quietly = TRUE), loaded = loadedNamespaces()), FOUND)
  }), LIBRARY = library, FOUND = found)
  found <- readRDS(found)
  expect_false(found$ggplot2)
  expect_identical(found$b, 2)
  expect_identical(vapply(found$drawn, class, ""), rep("data.frame", 3))
  expect_true("tildenet_error_package" %in% found$error)
  expect_match(found$message, "autoplot() need the package ggplot2", fixed = TRUE)
})

test_that("without ggplot2 plot() draws the same data", {
  figures <- list(
    function() plot(history_of(12)), function() plot(hand_importance(), n = 2), function() plot(hand_dependence(7)),
    function() plot(hand_dependence(0, factor(letters)), n = 3), function() plot(dense_chain()),
    function() plot_confusion(many_label_fit(), display = FALSE),
    function() plot(classification_report(letters[1:4], letters[c(1, 1, 3, 4)])),
    function() plot(many_label_fit(), "confusion"), function() plot(number_fit(), "observed"))
  for (figure in figures) {
    grDevices::pdf(NULL)
    base <- without_package("ggplot2", withVisible(figure()))
    grDevices::dev.off()
    expect_false(base$visible)
    expect_identical(base$value, figure()$data)
  }
})

test_that("what only ggplot2 can do names it where it is missing", {
  fit <- many_label_fit()
  expect_snapshot(error = TRUE, without_package("ggplot2", {
    plot(fit$history, method = "ggplot2")
  }))
  refused <- function(code) expect_error(without_package("ggplot2", code), "ggplot2", class = "tildenet_error_package")
  refused(plot_confusion(fit, return_ggplot = TRUE))
  refused(plot_confusion(fit, position = "jitter"))
  refused(figure_ggplot(importance_figure(hand_importance(), 3)))
  refused(plot(fit, method = "ggplot2"))
})

test_that("a release that is too old counts as missing", {
  expect_true(has_package("stats", "3.0"))
  expect_false(has_package("stats", "99.1"))
  expect_error(check_package("stats", "Models", release = "99.1"), "package stats (>= 99.1)", fixed = TRUE,
               class = "tildenet_error_package")
})
