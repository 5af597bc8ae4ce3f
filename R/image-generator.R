# The settings of image generators: random transforms, standardisation, share for validation.

#' Settings for batches of images
#'
#' How the images of a flow ([flow_images_from_data()], [flow_images_from_directory()],
#' [flow_images_from_dataframe()]) are changed at random, standardised and split.
#'
#' @details
#' Every image of a batch gets random parameters of its own, each uniform over its range. The affine
#' transform turns, shifts, shears and zooms about the centre of the image, in one pass with linear
#' interpolation; then come `channel_shift_range`, the flips (each with probability 1/2) and
#' `brightness_range`. The values then go through, in this order: `preprocessing_function`, `rescale`,
#' `samplewise_center`, `samplewise_std_normalization`, `featurewise_center`,
#' `featurewise_std_normalization`, `zca_whitening`. Standard deviations are those with n, plus 1e-6. The
#' samplewise ones are over all values of an image, the featurewise ones over all pixels of a channel of
#' the images given to [fit_image_data_generator()].
#'
#' A standard deviation is taken about the mean: `samplewise_std_normalization` turns `samplewise_center`
#' on, `featurewise_std_normalization` and `zca_whitening` turn `featurewise_center` on, with a warning.
#' Whitening takes the place of `featurewise_std_normalization`.
#' @param featurewise_center,featurewise_std_normalization Subtract the means of the channels and divide by
#'   their standard deviations, learned by [fit_image_data_generator()].
#' @param samplewise_center,samplewise_std_normalization Subtract each image's own mean, divide it by its own
#'   standard deviation.
#' @param zca_whitening Make the pixels uncorrelated, as learned by [fit_image_data_generator()]. It takes
#'   time and memory that grow with the square of the number of values of an image.
#' @param zca_epsilon Added to variances before whitening.
#' @param rotation_range Degrees: angles from `-rotation_range` to `rotation_range`.
#' @param width_shift_range,height_shift_range A number below 1: shifts up to that share of the columns or
#'   rows, in both directions. A number from 1 on: up to as many pixels; an integer such as `2L`: whole
#'   numbers of pixels below it. Several numbers: one of them with a random sign, as shares where all are
#'   below 1.
#' @param brightness_range `NULL`, or the smallest and the largest factor.
#' @param shear_range Degrees: angles from `-shear_range` to `shear_range`.
#' @param zoom_range A number z: factors from 1 - z to 1 + z; or the smallest and the largest factor. Rows
#'   and columns get factors of their own; those below 1 enlarge.
#' @param channel_shift_range Grey levels: each image is made lighter or darker by up to as many, without
#'   leaving its own range of values.
#' @param fill_mode What lies beyond the border: `"nearest"`, `"constant"` (`cval`), `"reflect"` or `"wrap"`.
#' @param cval Grey level beyond the border with `fill_mode = "constant"`.
#' @param horizontal_flip,vertical_flip Whether to swap left and right, top and bottom, in half of the
#'   images.
#' @param rescale Factor of all values, such as 1/255; `NULL` or 0: none.
#' @param preprocessing_function `NULL`, or a function of one image (height x width x channels) that gives
#'   one of the same shape.
#' @param data_format `"channels_last"`, the only one there is; `NULL` means [k_image_data_format()].
#' @param validation_split Share of the images, the first ones in the given order, that
#'   `subset = "validation"` of a flow gives; `subset = "training"` gives the others. ([fit()] with its
#'   own `validation_split` takes the last ones.)
#' @returns A generator. Its settings are read and set with `$`; after fitting also `mean` and `std`, arrays
#'   1 x 1 x channels, which can be set as well. Functions: `$fit(x)`, `$flow(x, y, ...)`,
#'   `$flow_from_directory(directory, ...)`, `$flow_from_dataframe(dataframe, ...)`,
#'   `$random_transform(x)` and `$standardize(x)` for one image.
#' @section Errors:
#' Settings that cannot be used are errors of class `tildenet_error_argument`.
#' @seealso [fit_image_data_generator()], [flow_images_from_directory()]
#' @examples
#' image_data_generator(rescale = 1/255, rotation_range = 40, horizontal_flip = TRUE)
#' @export
image_data_generator <- function(featurewise_center = FALSE, samplewise_center = FALSE,
                                 featurewise_std_normalization = FALSE, samplewise_std_normalization = FALSE,
                                 zca_whitening = FALSE, zca_epsilon = 1e-6, rotation_range = 0,
                                 width_shift_range = 0, height_shift_range = 0, brightness_range = NULL,
                                 shear_range = 0, zoom_range = 0, channel_shift_range = 0,
                                 fill_mode = "nearest", cval = 0, horizontal_flip = FALSE,
                                 vertical_flip = FALSE, rescale = NULL, preprocessing_function = NULL,
                                 data_format = NULL, validation_split = 0) {
  call <- rlang::current_env()
  self <- new.env(parent = emptyenv())
  for (name in names(generator_checks)) {
    assign(name, generator_checks[[name]](get(name, call, inherits = FALSE), name, call), envir = self)
  }
  settle_scaling(self, call)
  new_object(self, "tildenet_image_generator")
}

# ---- settings --------------------------------------------------------------------------------------

check_range <- function(x, arg, call) check_number(x, arg, min = 0, call = call)

are_held <- function(x) is.numeric(x) && !anyNA(x) && !any_unheld(x)

# A number, an integer or several numbers: see draw_shifts().
check_shift_range <- function(x, arg, call) {
  shifts <- listed_numbers(x)
  fine <- are_held(shifts) && length(shifts) > 0 && (length(shifts) > 1 || shifts >= 0)
  if (!fine) {
    abort_arg(arg, "be a number of at least 0, or the shifts to choose from", describe_numbers(x), call = call)
  }
  as.vector(shifts)
}

check_zoom_range <- function(x, arg, call) {
  zoom <- listed_numbers(x)
  if (is.numeric(zoom) && length(zoom) == 1) zoom <- 1 + c(-1, 1) * as.vector(zoom)
  check_factor_range(zoom, arg, "be a number, or the smallest and the largest factor", x, call)
}

check_brightness_range <- function(x, arg, call) {
  if (is.null(x)) return(NULL)
  check_factor_range(listed_numbers(x), arg, "be NULL, or the smallest and the largest factor", x, call)
}

check_factor_range <- function(range, arg, must, given, call) {
  fine <- are_held(range) && length(range) == 2 && range[1] >= 0 && range[1] <= range[2]
  if (!fine) abort_arg(arg, must, describe_numbers(given), call = call)
  as.vector(range)
}

# Each setting with the function(x, arg, call) that checks it, when the generator is made and when the
# setting is changed.
generator_checks <- list(
  featurewise_center = check_flag, samplewise_center = check_flag,
  featurewise_std_normalization = check_flag, samplewise_std_normalization = check_flag,
  zca_whitening = check_flag,
  zca_epsilon = function(x, arg, call) check_number(x, arg, min = 0, max = Inf, open = TRUE, call = call),
  rotation_range = check_range, width_shift_range = check_shift_range, height_shift_range = check_shift_range,
  brightness_range = check_brightness_range, shear_range = check_range, zoom_range = check_zoom_range,
  channel_shift_range = check_range,
  fill_mode = function(x, arg, call) {
    check_string(x, arg, image_fill_modes, call = call)
  },
  cval = function(x, arg, call) check_number(x, arg, call = call),
  horizontal_flip = check_flag, vertical_flip = check_flag,
  rescale = function(x, arg, call) check_number(x, arg, null_ok = TRUE, call = call),
  preprocessing_function = function(x, arg, call) {
    if (is.null(x) || is.function(x)) return(x)
    abort_arg(arg, "be a function of one image, or NULL", describe(x), call = call)
  },
  data_format = function(x, arg, call) check_data_format(x, call),
  validation_split = function(x, arg, call) check_validation_split(x, call)
)

# Settings that do not go together.
settle_scaling <- function(self, call) {
  if (self$zca_whitening && self$featurewise_std_normalization) {
    self$featurewise_std_normalization <- FALSE
    warn_tn("`zca_whitening` takes the place of `featurewise_std_normalization`, which is switched off.",
            "generator", call = call)
  }
  center_before_scaling(self, "samplewise", "samplewise_std_normalization", call)
  center_before_scaling(self, "featurewise", "featurewise_std_normalization", call)
  center_before_scaling(self, "featurewise", "zca_whitening", call)
}

# kind: "samplewise" or "featurewise"; scaling: the setting that needs the mean to be subtracted.
center_before_scaling <- function(self, kind, scaling, call) {
  center <- paste0(kind, "_center")
  if (!self[[scaling]] || self[[center]]) return()
  assign(center, TRUE, envir = self)
  warn_tn(paste0("`", scaling, "` needs the mean to be subtracted: `", center, "` is switched on."), "generator",
          how = paste0("Say `", center, " = TRUE` to be without this warning."), call = call)
}

# The settings of a generator that was given as `arg`.
generator_self <- function(generator, arg, call) {
  if (!is_object(generator, "tildenet_image_generator")) {
    abort_arg(arg, "be an image_data_generator()", describe(generator), call = call)
  }
  self_of(generator)
}

# ---- the object ------------------------------------------------------------------------------------

object_member.tildenet_image_generator <- function(x, name, self) {
  switch(name,
    fit = function(x, ...) fit_image_data_generator(object_of(self), x, ...),
    flow = function(x, y = NULL, ...) flow_images_from_data(x, y, object_of(self), ...),
    flow_from_directory = function(directory, ...) flow_images_from_directory(directory, object_of(self), ...),
    flow_from_dataframe = function(dataframe, ...) {
      flow_images_from_dataframe(dataframe, ..., generator = object_of(self))
    },
    random_transform = function(x, seed = NULL) one_image(x, function(x) {
      with_seed(seed, transform_by_plan(self, x, draw_transforms(self, 1, dim(x)[-1])))
    }),
    standardize = function(x) one_image(x, function(x) standardize_images(self, x)),
    self[[name]])
}

# f(images) of a single image, or of a batch.
one_image <- function(x, f, call = rlang::caller_env()) {
  single <- length(dim(x)) == 3
  batch <- image_batch(if (single) array(x, c(1, dim(x))) else x, "x", call)
  if (single) array(f(batch), dim(x)) else f(batch)
}

object_assign.tildenet_image_generator <- function(x, name, value, self) {
  call <- rlang::caller_env()
  if (name %in% c("mean", "std")) value <- check_channel_values(value, name, call)
  else if (name %in% names(generator_checks)) value <- generator_checks[[name]](value, name, call)
  else abort_arg(name, "be a setting of the generator", how = paste0(
    "Those of image_data_generator() can be set, and `mean` and `std`."), call = call)
  assign(name, value, envir = self)
  settle_scaling(self, call)
}

#' @export
names.tildenet_image_generator <- function(x) {
  c(names(generator_checks), "mean", "std", "fit", "flow", "flow_from_directory", "flow_from_dataframe",
    "random_transform", "standardize")
}

#' @export
print.tildenet_image_generator <- function(x, ...) {
  cat(paste0("<", paste(c("image data generator", generator_text(self_of(x))), collapse = ", "), ">"), sep = "\n")
  invisible(x)
}

# The settings that are not as they come.
generator_text <- function(self) {
  usual <- self_of(image_data_generator())
  set <- Filter(function(name) !identical(self[[name]], usual[[name]]), names(generator_checks))
  vapply(set, function(name) {
    value <- self[[name]]
    if (isTRUE(value)) return(name)
    if (is.function(value)) value <- "a function"
    paste(name, paste(if (is.numeric(value)) format(value, digits = 4, trim = TRUE) else value, collapse = " to "))
  }, "")
}
