#' Batches of images from arrays
#'
#' A generator of batches that went through an [image_data_generator()], for [fit()], [evaluate()] and
#' [predict()], or one by one from [generator_next()].
#'
#' @details
#' Batches come without end: after the last one, which may be smaller, the next round begins, with `shuffle`
#' in a new order. `fit()` goes on where the flow stands; `evaluate()`, `predict()` and the validation of
#' `fit()` begin with the first batch, so that with `shuffle = FALSE` predictions are in the order of the
#' data. [fit()] takes one round for an epoch where `steps_per_epoch` is not given.
#'
#' Random numbers come from R's generator. With `seed` they do not: batch number b has the same order and
#' transforms in all flows with that seed, such as one of pictures and one of their masks.
#'
#' Where all values are whole numbers from 0 to 255 the flow keeps a byte of each beside `x`, an eighth of its
#' memory, from which batches are made in about half the time: scale pixels by `rescale`, not before.
#' @param x Images: an array samples x height x width x channels. Or a list of that and of further
#'   arrays with as many rows, for models of several inputs.
#' @param y Targets, as many rows: a vector, a matrix or an array. `NULL`: batches are images alone, as for
#'   predictions.
#' @param generator An [image_data_generator()].
#' @param batch_size Images in a batch.
#' @param shuffle Whether each round has a new order.
#' @param sample_weight One factor per sample; batches are then `list(x, y, weights)`.
#' @param seed Fixes order and transforms; `NULL`: R's generator, so `set.seed()` is enough.
#' @param save_to_dir A folder that the images of every batch are saved in, scaled to 0 to 255, to look at;
#'   `NULL`: none.
#' @param save_prefix,save_format How the names of these files begin; `"png"` or `"jpeg"`.
#' @param subset `NULL`, or the part of the data that `validation_split` of the generator gives:
#'   `"validation"` (the first ones) or `"training"`.
#' @returns A generator. [generator_next()], and calling it without arguments, give `list(x, y)`: x an array
#'   samples x height x width x channels, y the rows of `y`. `length()` is the number of batches in a round.
#'   Members: `n`, `samples`, `batch_size`, `image_shape`, `x`, `y`, `sample_weight`, `batch_index` (from 0),
#'   `total_batches_seen`, `image_data_generator`; `$reset()` begins a new round. `batch_size`, `shuffle` and
#'   `seed` can be set.
#' @section Errors:
#' Arrays of another rank or of different lengths, missing and infinite values, and an empty part are errors
#' that name the argument (classes `tildenet_error_shape`, `tildenet_error_missing`, `tildenet_error_data`,
#' `tildenet_error_argument`).
#' @examples
#' x <- array(runif(10 * 8 * 8, 0, 255), c(10, 8, 8, 1))
#' flow <- flow_images_from_data(x, 0:9, image_data_generator(rescale = 1/255, horizontal_flip = TRUE),
#'                               batch_size = 4)
#' flow
#' str(generator_next(flow))
#' @export
flow_images_from_data <- function(x, y = NULL, generator = image_data_generator(), batch_size = 32, shuffle = TRUE,
                                  sample_weight = NULL, seed = NULL, save_to_dir = NULL, save_prefix = "",
                                  save_format = "png", subset = NULL) {
  call <- rlang::current_env()
  self <- new_image_flow(data_flow_images, data_flow_batch, generator, batch_size, shuffle, seed, save_to_dir,
                         save_prefix, save_format, call)
  parts <- if (is_plain_list(x) && length(x) > 0) x else list(x)
  self$x <- image_batch(parts[[1]], "x", call)
  self$.packed <- pack_images(self$x)
  n <- dim(self$x)[1]
  self$.others <- lapply(parts[-1], flow_rows, "x", n, call)
  self$y <- if (!is.null(y)) flow_rows(y, "y", n, call)
  self$sample_weight <- if (!is.null(sample_weight)) flow_rows(sample_weight, "sample_weight", n, call)
  if (is.null(y) && !is.null(sample_weight)) {
    abort_arg("y", "be given with `sample_weight`", "It is NULL.", call = call)
  }
  self$image_shape <- dim(self$x)[-1]
  self$.rows <- subset_rows(n, check_subset(subset, generator, call), generator)
  self$n <- length(self$.rows)
  if (self$n == 0) abort_empty_subset(subset, "images", n, generator, call)
  if (!is.null(subset)) warn_class_missing(self, n, call)
  flow_object(self)
}

# Targets, weights and further inputs: numbers with as many rows as there are images.
flow_rows <- function(x, arg, n, call) {
  x <- check_numbers(dense_values(x, arg, call), arg, call)
  if (NROW(x) != n) {
    abort_arg(arg, "have as many rows as there are images", class = "shape", call = call,
              given = paste0("It has ", NROW(x), ", there are ", n, " images."))
  }
  check_held(x, arg, call)
  if (is.null(dim(x))) array(x, n) else x
}

data_flow_images <- function(self, rows, plan) {
  settings <- self_of(self$image_data_generator)
  transform_images(self$.packed, plan, settings$fill_mode, settings$cval, self$.rows[rows])
}

data_flow_batch <- function(self, rows, x) {
  at <- self$.rows[rows]
  inputs <- if (length(self$.others) > 0) c(list(x), lapply(self$.others, take_samples, at)) else x
  if (is.null(self$y)) return(inputs)
  c(list(inputs, take_samples(self$y, at)),
    if (!is.null(self$sample_weight)) list(take_samples(self$sample_weight, at)))
}

abort_empty_subset <- function(subset, what, n, generator, call) {
  abort_arg("subset", paste("hold", what), call = call, class = c("shape", "argument"), given = paste0(
    "With a `validation_split` of ", format(self_of(generator)$validation_split), ", none of ", n, " is for ", subset, "."))
}

# Rows sorted by class, of which the first are for validation.
warn_class_missing <- function(self, n, call) {
  labels <- class_labels(self$y)
  if (is.null(labels)) return()
  inside <- seq_len(n) %in% self$.rows
  missing <- setdiff(labels[!inside], labels[inside])
  if (length(missing) == 0) return()
  warn_tn(paste0("The subset lacks the ", if (length(missing) == 1) "class " else "classes ",
                 paste(utils::head(sort(missing), 6), collapse = ", "), ", which the other part of the data has."),
          "subset", call = call,
          how = "The first rows are for validation: bring them into random order where they are sorted by class.")
}

# Class of each row, from 0, where y holds classes: as columns of 0 and 1, or as few whole numbers.
class_labels <- function(y) {
  if (is.null(y)) return(NULL)
  if (length(dim(y)) == 2 && ncol(y) > 1) {
    return(if (all(y %in% c(0, 1)) && all(rowSums(y) == 1)) max.col(y, ties.method = "first") - 1)
  }
  whole <- length(y) == dim(y)[1] && all(y == round(y) & y >= 0)
  if (whole && length(unique(as.vector(y))) <= sqrt(length(y))) as.vector(y)
}
