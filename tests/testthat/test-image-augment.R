drawn <- function(n, ..., shape = c(100, 50, 3), seed = 1) {
  withr::with_seed(seed, draw_transforms(self_of(image_data_generator(...)), n, shape))
}

expect_within <- function(x, low, high) {
  expect_true(all(x >= low & x <= high))
  # Both ends are come near to.
  expect_lt(min(x), low + 0.1 * (high - low))
  expect_gt(max(x), high - 0.1 * (high - low))
}

test_that("each parameter is uniform over its range", {
  plan <- drawn(500, rotation_range = 30, width_shift_range = 0.2, height_shift_range = 0.1, shear_range = 5,
                zoom_range = 0.3, channel_shift_range = 20, brightness_range = c(0.5, 2), horizontal_flip = TRUE,
                vertical_flip = TRUE)
  expect_within(plan$theta, -30, 30)
  expect_within(plan$tx, -10, 10) # rows
  expect_within(plan$ty, -10, 10) # columns
  expect_within(plan$shear, -5, 5)
  expect_within(plan$zx, 0.7, 1.3)
  expect_within(plan$zy, 0.7, 1.3)
  expect_within(plan$channel_shift, -20, 20)
  expect_within(plan$brightness, 0.5, 2)
  expect_lt(abs(cor(plan$zx, plan$zy)), 0.2)
  expect_equal(mean(plan$flip_horizontal), 0.5, tolerance = 0.2)
  expect_equal(mean(plan$flip_horizontal == plan$flip_vertical), 0.5, tolerance = 0.2)
})

test_that("shifts are shares, pixels, whole pixels or values to choose from", {
  expect_within(drawn(500, width_shift_range = 3)$ty, -3, 3)
  expect_setequal(drawn(200, width_shift_range = 3L)$ty, -2:2)
  expect_setequal(drawn(200, height_shift_range = c(0.1, 0.2))$tx, c(-20, -10, 10, 20))
  expect_setequal(drawn(200, height_shift_range = c(1, 4))$tx, c(-4, -1, 1, 4))
  expect_named(drawn(2, height_shift_range = c(0, 0), width_shift_range = 0L), character())
})

test_that("nothing is drawn for what is not asked for", {
  set.seed(1)
  before <- random_state()
  expect_length(draw_transforms(self_of(image_data_generator(rescale = 2, zoom_range = c(1, 1))), 9, c(4, 4, 1)), 0)
  expect_identical(random_state(), before)
  expect_named(drawn(3, zoom_range = c(2, 2), brightness_range = c(1, 1)), c("zx", "zy"))
})

test_that("settings of colours leave the movements as they are", {
  moves <- list(rotation_range = 30, width_shift_range = 0.2, zoom_range = 0.3, horizontal_flip = TRUE)
  mask <- do.call(drawn, c(5, moves))
  picture <- do.call(drawn, c(5, moves, channel_shift_range = 9, list(brightness_range = c(0.5, 2))))
  expect_identical(picture[names(mask)], mask)
})
