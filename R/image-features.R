#' Features of image files
#'
#' What a layer of a model gives for pictures in files: they are read, brought to the size of the model's
#' input, prepared as its application wants them and led through the model up to that layer, a batch at a
#' time.
#'
#' @details
#' Only what the layer depends on is computed. Besides the result there is memory for one batch. In a
#' terminal a line shows how far it is.
#'
#' With a `cache` the features of each picture lie in a file of that folder, as floats, and a run that was
#' interrupted goes on where it stopped. A file's name is a checksum of all that the features depend on:
#' the content of the picture's file, the network up to the layer with its weights, the size, the
#' interpolation and the preparation. So another model, or a picture that was changed, is computed anew, and one
#' folder may serve several models. Files that are damaged are computed again, with a warning. Nothing is
#' ever removed from the folder.
#' @param paths Character vector of files, see [image_load()].
#' @param model A model with one input, (samples, height, width, channels) with 1, 3 or 4 channels: the
#'   pictures are read as grey, RGB or RGBA then.
#' @param layer Layer of the model whose output is taken: its name, its position or the layer; `NULL` takes
#'   the model's output. For a layer inside a nested model, give that model.
#' @param batch_size Pictures computed at once. It does not change the result.
#' @param cache Folder for features that are computed; it is made where it is missing. `NULL` for none.
#' @param preprocess Mode of [imagenet_preprocess_input()], `"caffe"`, `"tf"` or `"torch"`, or `NULL`: values
#'   from 0 to 255 as they are. `"auto"` is the mode of the application that the model is, begins with or
#'   was cut out of: `"caffe"` for VGG and ResNet50, `"tf"` for MobileNet; values as they are for all other
#'   models, and where the input has not 3 channels. A model that was read from a file with
#'   [load_model_hdf5()] does not know its application any more: give the mode then. So does one built on an
#'   `input_tensor` of your own.
#' @param size Height and width, or one number for both; needed where the model leaves them open. `NULL` is
#'   224 for an application then.
#' @param interpolation See [image_load()].
#' @returns A numeric matrix, or an array where the layer's output has more axes, with one row for each of
#'   `paths`, which are its row names. Rows of pictures that cannot be read are `NA`.
#' @section Errors:
#' Files that cannot be read are named in one warning, of class `tildenet_warning_image`, after all others
#' are done. A model of another kind, and a `size` that does not fit it, are errors of class
#' `tildenet_error_shape`; a layer that is not there or is called several times is one of class
#' `tildenet_error_argument`, a `cache` that is no folder or cannot be written of class `tildenet_error_io`.
#' @seealso [application_vgg16()]
#' @examples
#' if (requireNamespace("png", quietly = TRUE)) {
#'   paths <- file.path(tempdir(), c("a.png", "b.png"))
#'   for (path in paths) png::writePNG(array(runif(300), c(10, 10, 3)), path)
#'   model <- keras_model_sequential() %>%
#'     layer_conv_2d(4, 3, activation = "relu", input_shape = c(8, 8, 3)) %>%
#'     layer_global_average_pooling_2d(name = "mean") %>%
#'     layer_dense(1)
#'   image_features(paths, model, layer = "mean")
#' }
#' @export
image_features <- function(paths, model, layer = NULL, batch_size = 8, cache = NULL, preprocess = "auto",
                           size = NULL, interpolation = "nearest") {
  call <- rlang::current_env()
  if (missing(paths) || !is.character(paths) || anyNA(paths)) {
    abort_arg("paths", "be a character vector without NA", if (!missing(paths)) describe(paths))
  }
  batch_size <- check_count(batch_size, "batch_size")
  extractor <- feature_extractor(check_model(model), layer, preprocess, size, interpolation, call)
  store <- feature_store(cache, extractor, call)
  files <- unique(paths)
  result <- with_room(matrix(NA_real_, length(paths), prod(extractor$shape)), "the features",
                      length(paths) * prod(extractor$shape), "Take a layer with fewer outputs.", call = call)
  place <- match(paths, files)
  failed <- damaged <- character()
  progress <- new_progress(1, 1, ceiling(length(files) / batch_size), "predict")
  on.exit(progress_end(progress))
  for (from in seq(1, by = batch_size, length.out = ceiling(length(files) / batch_size))) {
    at <- from:min(from + batch_size - 1, length(files))
    batch <- feature_batch(extractor, store, files[at], call)
    rows <- which(place %in% at)
    result[rows, ] <- batch$values[match(place[rows], at), ]
    failed <- c(failed, batch$failed)
    damaged <- c(damaged, batch$damaged)
    if (progress_due(progress, FALSE)) progress_batch(progress, max(at) / batch_size, list())
  }
  warn_features(failed, damaged, call)
  dim(result) <- c(length(paths), extractor$shape)
  dimnames(result) <- c(list(paths), rep(list(NULL), length(extractor$shape)))
  result
}

# Features of some files, one a row: list(values, failed, damaged).
feature_batch <- function(extractor, store, files, call) {
  keys <- feature_keys(store, files)
  kept <- lapply(keys, kept_features, n = prod(extractor$shape))
  values <- matrix(NA_real_, length(files), prod(extractor$shape))
  for (k in which(vapply(kept, is.raw, NA))) values[k, ] <- engine_raw_read(kept[[k]], ncol(values))
  todo <- which(!vapply(kept, is.raw, NA))
  made <- if (length(todo) > 0) computed_features(extractor, files[todo], call)
  for (k in seq_along(todo)[!files[todo] %in% names(made$failed)]) {
    values[todo[k], ] <- made$values[k, ]
    keep_features(keys[todo[k]], made$values[k, ], call)
  }
  list(values = values, failed = made$failed, damaged = keys[vapply(kept, isFALSE, NA)])
}

# The rows of pictures that cannot be read are NA.
computed_features <- function(extractor, files, call) {
  read <- read_images(files, extractor$size, extractor$color_mode, extractor$interpolation, call)
  fine <- !files %in% names(read$failed)
  values <- matrix(NA_real_, length(files), prod(extractor$shape))
  if (any(fine)) {
    x <- if (all(fine)) read$images else read$images[fine, , , , drop = FALSE]
    if (!is.null(extractor$mode)) x <- imagenet_preprocess_input(x, mode = extractor$mode)
    values[fine, ] <- predict(extractor$model, x, batch_size = nrow(x), verbose = 0)
  }
  list(values = values, failed = read$failed)
}

warn_features <- function(failed, damaged, call) {
  if (length(damaged) > 0) {
    warn_tn(paste0("Files of the cache are damaged and were computed again: ", some_of(basename(damaged)), "."), "cache",
            call = call, paths = damaged)
  }
  if (length(failed) > 0) {
    shown <- utils::head(paste0(quoted(names(failed)), ": ", failed), 6)
    more <- length(failed) - length(shown)
    warn_tn(paste(c("Pictures that cannot be read have rows of NA.", shown, if (more > 0) paste("And", more, "more.")),
                  collapse = " "), "image", call = call, failed = failed)
  }
}
