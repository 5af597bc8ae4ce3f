imagenet_classes <- 1000
class_index_file <- "imagenet_class_index.json"

#' Classes of ImageNet
#'
#' The likeliest of the 1000 classes for each row of predictions of an application with its top.
#'
#' @details
#' The names are read from Keras' file `imagenet_class_index.json`, which is looked for as the trained
#' weights are, see [application_vgg16()]. It holds an object with the keys `"0"` to `"999"`, each with a
#' WordNet id and a name: `{"0": ["n01440764", "tench"], ...}`. The package jsonlite reads it.
#' @param preds Matrix of samples x 1000 classes.
#' @param top Number of classes to give, from 1 to 1000.
#' @returns A list with a data frame for each row of `preds`: `class_name` (the WordNet id),
#'   `class_description` and `score`, the highest first.
#' @section Errors:
#' Predictions of another shape are an error of class `tildenet_error_shape`; a file that is not there is
#' one of class `tildenet_error_download` that says where to put it, one that holds something else of class
#' `tildenet_error_io`.
#' @references Russakovsky et al. (2015), ImageNet large scale visual recognition challenge,
#'   *International Journal of Computer Vision* 115, 211-252.
#' @examples
#' # Where the file is not there, the error says where to put it
#' try(imagenet_decode_predictions(matrix(1 / 1000, 1, 1000)))
#' @export
imagenet_decode_predictions <- function(preds, top = 5) {
  call <- rlang::current_env()
  top <- check_count(top, "top", max = imagenet_classes)
  preds <- if (is_tensor(preds)) preds$value else dense_values(preds, "preds", call)
  if (length(dim(preds)) != 2 || ncol(preds) != imagenet_classes) {
    abort_arg("preds", "be a matrix with 1000 columns, one for each class", describe(preds), class = "shape")
  }
  preds <- check_numbers(preds, "preds", call)
  classes <- class_index(call)
  lapply(seq_len(nrow(preds)), function(i) {
    best <- utils::head(order(-preds[i, ]), top)
    data.frame(class_name = classes$name[best], class_description = classes$description[best], score = preds[i, best])
  })
}

# list(name, description), in the order of the classes.
class_index <- function(call) {
  path <- found_file(class_index_file, data_folders("models"))
  if (is.null(path)) {
    abort_no_file(class_index_file, paste0("Keras has it at https://storage.googleapis.com/",
                                           "download.tensorflow.org/data/", class_index_file, "."), call, "models")
  }
  text <- paste(readLines(path, warn = FALSE, encoding = "UTF-8"), collapse = "\n")
  entries <- json_config(text, paste("The file", path), call)
  entries <- if (is.list(entries)) entries[as.character(seq_len(imagenet_classes) - 1)]
  fine <- vapply(entries, function(e) is.list(e) && length(e) == 2 && all(vapply(e, is_word, NA)), NA)
  if (length(fine) != imagenet_classes || !all(fine)) {
    abort_broken_file(path, "It has no WordNet id and name for each of 1000 classes.", call)
  }
  list(name = vapply(entries, `[[`, "", 1, USE.NAMES = FALSE),
       description = vapply(entries, `[[`, "", 2, USE.NAMES = FALSE))
}
