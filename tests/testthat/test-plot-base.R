base_drawn <- function(figure) function() without_package("ggplot2", figure())

test_that("figures in base graphics", {
  y <- cbind(a = c(1, 0, 0, 1, 0), b = c(1, 1, 1, 1, 0), c = c(0, 0, 1, 0, 0))
  e <- cbind(a = c(1, 0, 0, 0, 0), b = c(1, 1, 0, 1, 1), c = c(0, 1, 1, 0, 0))
  groups <- structure(list(rows = c(a = 1L, b = 2L, c = 1L), columns = c(x = 2L, y = 1L), inertia = 0,
                           x = matrix(1:6 * 20, 3, dimnames = list(letters[1:3], c("x", "y")))),
                      class = "tildenet_cocluster")
  cv <- two_folds()
  expect_figures(
    "base history" = base_drawn(function() plot(history_of(12))),
    "base importance" = base_drawn(function() plot(hand_importance())),
    "base line per label" = base_drawn(function() plot(hand_dependence())),
    "base panel per label" = base_drawn(function() plot(hand_dependence(7, c(0, 1e8, 3e8)))),
    "base days" = base_drawn(function() plot(hand_dependence(3, as.Date("2020-01-01") + c(0, 30)))),
    "base points per label" = base_drawn(function() plot(hand_dependence(value = factor(c("long", "short"))))),
    "base many labels" = base_drawn(function() plot_confusion(many_label_fit(), title = "Films", subtitle = "One net")),
    "base folds" = base_drawn(function() plot_confusion(cv)),
    "base units" = base_drawn(function() plot(dense_chain())),
    "base layers" = base_drawn(function() plot(two_inputs())),
    "base measures of labels" = base_drawn(function() plot(classification_report(y, e))),
    "base measures of cases" = base_drawn(function() plot(multilabel_measures(y, e, e + 0.1 * y, k = 2))),
    "base co-clusters" = base_drawn(function() plot(groups)))
})

test_that("a figure leaves the device as it was, and a single panel takes its turn in a layout", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  graphics::par(mfrow = c(1, 2))
  before <- graphics::par(no.readonly = TRUE)
  without_package("ggplot2", {
    plot(hand_dependence(0))
    expect_identical(graphics::par("mfg"), c(1L, 1L, 1L, 2L))
    plot(hand_dependence(0))
    expect_identical(graphics::par("mfg"), c(1L, 2L, 1L, 2L))
  })
  settings <- c("mar", "mgp", "las", "cex.axis", "mfrow")
  expect_identical(graphics::par(settings), before[settings])
})

test_that("words that would cover others are left out", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  graphics::plot(0:1, 0:1)
  expect_identical(base_words(c(0.1, 0.1, 0.9), c(0.5, 0.5, 0.5), c("first", "second", "third"), 0), c("first", "third"))
})

test_that("limits of one value are a range, breaks lie within", {
  expect_identical(base_limits(c(2, NA, 2)), c(1.5, 2.5))
  expect_identical(base_breaks(c(0.5, 4.2)), c(1, 2, 3, 4))
})
