# Random parameters of transforms, by the rules of keras-preprocessing.

# The plan of transform_images() for n images of shape c(height, width, channels): vectors of length n of what
# the settings ask for. What moves pixels is drawn first, so that a picture and its mask move alike
# under one seed though the settings of their colours differ.
draw_transforms <- function(self, n, shape) {
  around <- function(range, at = 0) if (range > 0) stats::runif(n, at - range, at + range)
  within <- function(range) if (!is.null(range) && any(range != 1)) stats::runif(n, range[1], range[2])
  coin <- function(wanted) if (wanted) stats::runif(n) < 0.5
  plan <- list(
    theta = around(self$rotation_range),
    tx = draw_shifts(self$height_shift_range, n, shape[1]), ty = draw_shifts(self$width_shift_range, n, shape[2]),
    shear = around(self$shear_range),
    zx = within(self$zoom_range), zy = within(self$zoom_range),
    flip_horizontal = coin(self$horizontal_flip), flip_vertical = coin(self$vertical_flip),
    channel_shift = around(self$channel_shift_range), brightness = within(self$brightness_range)
  )
  Filter(Negate(is.null), plan)
}

# Shifts in pixels along an axis of `size` pixels. range: one double, one integer, or values to choose from.
draw_shifts <- function(range, n, size) {
  if (all(range == 0)) return(NULL)
  sign <- function() sample(c(-1, 1), n, replace = TRUE)
  shift <- if (length(range) > 1) range[sample.int(length(range), n, replace = TRUE)] * sign()
           else if (is.integer(range)) (sample.int(range, n, replace = TRUE) - 1) * sign()
           else stats::runif(n, -range, range)
  if (max(range) < 1) shift * size else shift
}

transform_by_plan <- function(self, x, plan) {
  if (length(plan) == 0) x else transform_images(x, plan, self$fill_mode, self$cval)
}

plan_of_rows <- function(plan, rows) lapply(plan, `[`, rows)
