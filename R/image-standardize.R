# Standardisation of images: what a generator learns from data, and what it does to every batch. Arrays are
# samples x height x width x channels.

#' Learn means, deviations and whitening from images
#'
#' What `featurewise_center`, `featurewise_std_normalization` and `zca_whitening` of an
#' [image_data_generator()] need. Other generators learn nothing.
#' @param object An [image_data_generator()], which is changed in place.
#' @param x Images: an array samples x height x width x channels, values as the flows give them (mostly 0
#'   to 255). `rescale` is applied first; `preprocessing_function` and the samplewise settings are not.
#' @param augment Whether to learn from images that were transformed at random.
#' @param rounds With `augment`: how often each image is transformed.
#' @param seed With `augment`: fixes the transforms; otherwise R's generator gives them.
#' @returns The generator, invisibly. Its members `mean` and `std` are arrays 1 x 1 x channels, in the units of
#'   the rescaled images.
#' @section Errors:
#' Arrays of another rank, missing and infinite values are errors that name the argument (classes
#' `tildenet_error_shape`, `tildenet_error_missing`, `tildenet_error_data`); the generator then is as it was.
#' @examples
#' x <- array(runif(5 * 4 * 4 * 3, 0, 255), c(5, 4, 4, 3))
#' generator <- image_data_generator(featurewise_center = TRUE, rescale = 1/255)
#' fit_image_data_generator(generator, x)
#' generator$mean
#' @export
fit_image_data_generator <- function(object, x, augment = FALSE, rounds = 1, seed = NULL) {
  call <- rlang::current_env()
  self <- generator_self(object, "object", call)
  x <- image_batch(x, "x", call)
  augment <- check_flag(augment, "augment")
  rounds <- check_count(rounds, "rounds")
  seed <- check_flow_seed(seed, call)
  x <- rescale_images(self, x)
  if (augment) x <- with_seed(seed, augmented_rounds(self, x, rounds))
  learned <- list()
  if (self$featurewise_center) learned$mean <- channel_values(x, mean)
  if (self$featurewise_std_normalization) learned$std <- channel_values(x, deviation)
  if (self$zca_whitening) learned$whitening <- learn_whitening(x, learned$mean, self$zca_epsilon, call)
  list2env(learned, self)
  invisible(object)
}

# Images as numbers with four axes.
image_batch <- function(x, arg, call) {
  if (missing(x)) abort_missing_arg(arg, call)
  must <- "be images: an array samples x height x width x channels"
  if (is.character(x)) {
    abort_arg(arg, must, describe(x), call = call,
              how = "Files are read by flow_images_from_directory(), flow_images_from_dataframe() and image_load().")
  }
  x <- check_numbers(dense_values(x, arg, call), arg, call, must)
  if (length(dim(x)) != 4 || length(x) == 0) {
    abort_arg(arg, must, describe(x), class = "shape", call = call,
              how = if (length(dim(x)) == 3) paste0("array_reshape(x, c(dim(x), 1)) gives grey images their axis of ",
                                                    "channels, array_reshape(x, c(1, dim(x))) makes a batch of one."))
  }
  check_held(x, arg, call)
  x
}

augmented_rounds <- function(self, x, rounds) {
  bind_samples(lapply(seq_len(rounds), function(round) {
    transform_by_plan(self, x, draw_transforms(self, dim(x)[1], dim(x)[-1]))
  }))
}

deviation <- function(v) sqrt(mean((v - mean(v))^2))

# f over all pixels of a channel, channel by channel: 1 x 1 x channels.
channel_values <- function(x, f) {
  channels <- dim(x)[4]
  array(vapply(seq_len(channels), function(k) f(x[, , , k]), 0), c(1, 1, channels))
}

check_channel_values <- function(x, arg, call) {
  values <- check_numbers(x, arg, call)
  if (length(values) == 0) abort_arg(arg, "be a number for each channel", describe(x), call = call)
  check_held(values, arg, call)
  array(as.numeric(values), c(1, 1, length(values)))
}

# ---- whitening -------------------------------------------------------------------------------------

# The principal directions of the pixels, as columns, and what each is divided by to have variance 1; directions
# that the images do not know have `rest`.
learn_whitening <- function(x, mean, epsilon, call) {
  flat <- flat_images(subtract_channels(x, mean))
  n <- nrow(flat)
  # The smaller of the two products has all there is to know.
  parts <- with_room(if (n < ncol(flat)) few_directions(flat, n) else all_directions(flat, n),
                     paste("the whitening of images with", format(ncol(flat), big.mark = ","), "values"),
                     ncol(flat) * min(n, ncol(flat)), "Use smaller images.", call = call)
  list(directions = parts$directions, scale = 1 / sqrt(parts$variances + epsilon), rest = 1 / sqrt(epsilon))
}

few_directions <- function(flat, n) {
  parts <- svd(flat, nu = 0)
  list(directions = parts$v, variances = parts$d^2 / n)
}

all_directions <- function(flat, n) {
  parts <- eigen(crossprod(flat) / n, symmetric = TRUE)
  list(directions = parts$vectors, variances = pmax(parts$values, 0))
}

whiten <- function(x, whitening, call) {
  flat <- flat_images(x)
  if (ncol(flat) != nrow(whitening$directions)) {
    abort_tn("The generator was fitted to images of another size than those it is to whiten.", "shape", call = call,
             given = paste0("They have ", ncol(flat), " values, those of the fit ", nrow(whitening$directions), "."),
             how = "Fit it to images of the size of the flow with fit_image_data_generator().")
  }
  along <- (flat %*% whitening$directions) * rep(whitening$scale - whitening$rest, each = nrow(flat))
  array(tcrossprod(along, whitening$directions) + whitening$rest * flat, dim(x))
}

flat_images <- function(x) matrix(x, dim(x)[1])

# ---- every batch -----------------------------------------------------------------------------------

standardize_images <- function(self, x, call = NULL) {
  if (!is.null(self$preprocessing_function)) x <- preprocess_each(self$preprocessing_function, x, call)
  x <- rescale_images(self, x)
  # Vectors as long as there are samples are recycled sample by sample.
  if (self$samplewise_center) x <- x - rowMeans(x)
  if (self$samplewise_std_normalization) x <- x / (sqrt(rowMeans((x - rowMeans(x))^2)) + 1e-6)
  if (self$featurewise_center) x <- subtract_channels(x, self$mean, call)
  if (self$featurewise_std_normalization && !is.null(self$std)) {
    x <- x / by_channel(x, self$std + 1e-6, "std", call)
  }
  if (self$zca_whitening && !is.null(self$whitening)) x <- whiten(x, self$whitening, call)
  x
}

rescale_images <- function(self, x) {
  if (is.null(self$rescale) || self$rescale == 0) x else x * self$rescale
}

subtract_channels <- function(x, mean, call = NULL) {
  if (is.null(mean)) x else x - by_channel(x, mean, "mean", call)
}

# One value per channel for each cell of x.
by_channel <- function(x, values, arg, call) {
  channels <- dim(x)[4]
  if (!length(values) %in% c(1, channels)) {
    abort_arg(arg, "of the generator hold a number for each channel", class = "shape", call = call,
              given = paste0("It holds ", length(values), ", the images have ", channels, " channels."),
              how = "Fit the generator to such images with fit_image_data_generator().")
  }
  if (length(values) == 1) as.vector(values) else rep(as.vector(values), each = length(x) / channels)
}

# f is the user's, for one image.
preprocess_each <- function(f, x, call) {
  shape <- dim(x)[-1]
  for (k in seq_len(dim(x)[1])) {
    image <- f(array(x[k, , , ], shape))
    if (is_tensor(image)) image <- image$value
    if (!is.numeric(image) || !identical(dim(image), shape)) {
      abort_arg("preprocessing_function", "give an image of the shape it got", describe(image), class = "shape",
                how = paste0("It got an array (", paste(shape, collapse = " x "), ")."), call = call)
    }
    x[k, , , ] <- image
  }
  x
}

# What the settings need and was not learned is left out, as Keras does.
warn_unfitted <- function(self, call) {
  needs <- c(featurewise_center = "mean", featurewise_std_normalization = "std", zca_whitening = "whitening")
  without <- Filter(function(setting) self[[setting]] && is.null(self[[needs[[setting]]]]), names(needs))
  if (length(without) == 0) return(invisible())
  warn_tn(paste0("The generator was not fitted: ", paste0("`", without, "`", collapse = " and "), " ",
                 if (length(without) == 1) "does" else "do", " nothing."), "unfitted", call = call,
          how = "Give it training images with fit_image_data_generator().")
}
