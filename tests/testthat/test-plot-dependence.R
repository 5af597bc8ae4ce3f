# The layers have names from ggplot2 3.5 on.
geoms <- function(plot) unname(vapply(plot$layers, function(layer) class(layer$geom)[1], ""))

test_that("numbers are joined by a line, labels are points", {
  expect_figures(
    "line per label" = autoplot(hand_dependence()),
    "panel per label" = autoplot(hand_dependence(7, c(0, 1e8, 3e8))),
    "points per label" = autoplot(hand_dependence(value = factor(c("long", "short")))),
    "continuous outcome" = autoplot(hand_dependence(0)))
})

test_that("the second label stands for both of a binary outcome", {
  plot <- plot(hand_dependence(2))
  expect_identical(unique(as.character(plot$data$class)), "Comedy")
  expect_identical(plot$labels$y, "Mean probability of Comedy")
})

test_that("one value makes no line, logical values and dates have their axes", {
  expect_identical(geoms(autoplot(hand_dependence(0, 3))), "GeomPoint")
  flags <- autoplot(hand_dependence(0, c(FALSE, TRUE)))
  expect_identical(geoms(flags), "GeomPoint")
  expect_identical(levels(flags$data$value), c("TRUE", "FALSE"))
  days <- autoplot(hand_dependence(3, as.Date("2020-01-01") + c(0, 30)))
  expect_identical(geoms(days), c("GeomLine", "GeomPoint"))
  expect_no_warning(ggplot2::ggplot_build(days))
})

test_that("of many labels those far from the mean are shown", {
  many <- hand_dependence(0, factor(letters))
  many$prediction <- c(-9, rep(0, 23), 1, 8)
  plot <- plot(many, n = 3)
  expect_identical(levels(plot$data$value), c("z", "y", "a"))
  expect_match(plot$labels$subtitle, "The 3 of 26 values")
  expect_identical(nlevels(autoplot(many, n = 26)$data$value), 26L)
  expect_error(autoplot(many, n = 0), "`n` must", class = "tildenet_error_argument")
})

test_that("large numbers are written short", {
  expect_identical(number_words(c(0, 1e8, 2.5e8, NA)), c("0", "100M", "250M", NA))
  expect_identical(number_words(c(0, 50000, 150000)), c("0", "50K", "150K"))
  expect_identical(number_words(c(-2e9, 2e9)), c("-2bn", "2bn"))
  expect_identical(number_words(c(1, 2.5)), c("1.0", "2.5"))
})
