#' Batches of images from a folder
#'
#' A generator of batches that are read from files when they are needed and went through an
#' [image_data_generator()], for [fit()], [evaluate()] and [predict()], or one by one from
#' [generator_next()]. `directory` has a folder for each class.
#'
#' @details
#' Classes are numbered from 0 in the byte order of their names, files come in the byte order of theirs, so
#' capital letters before small ones and `d10.png` before `d2.png`, on every computer. Files count as images
#' by their endings (png, jpg, jpeg, bmp, ppm, tif, tiff, in any case), also in folders inside
#' those of the classes; others are passed over. What a file holds is looked at when it is read, not its
#' ending. JPEG files need the package jpeg, PNG files png, others magick.
#'
#' Of each class the first `validation_split` of the files is the subset `"validation"`.
#' @inherit flow_images_from_data details
#' @inheritParams flow_images_from_data
#' @param directory Path of the folder.
#' @param target_size Height and width that all images are brought to, in pixels.
#' @param color_mode `"rgb"` (3 channels), `"grayscale"` (1) or `"rgba"` (4).
#' @param classes Names of the folders to use, in the order of their numbers; `NULL`: all folders.
#' @param class_mode What batches have beside the images: `"categorical"`, a matrix with a column of 0 and 1 for each
#'   class; `"binary"` or `"sparse"`, the class numbers; `"input"`, the images themselves, for autoencoders;
#'   `NULL`, nothing: batches are images alone.
#' @param follow_links Whether to look into linked folders inside those of the classes.
#' @param interpolation How images are brought to `target_size`: see [image_load()].
#' @returns A generator: [generator_next()], and calling it without arguments, give `list(x, y)`: x an array samples x
#'   height x width x channels of grey levels from 0 to 255, before the generator's settings are applied. `length()` is the
#'   number of batches in a round. Members: `class_indices` (named list, class to number from 0), `classes` (number of each
#'   file), `filenames` (relative to `directory`), `filepaths`, `n`, `samples`, `num_classes`, `batch_size`,
#'   `image_shape`, `target_size`, `class_mode`, `color_mode`, `batch_index` (from 0), `total_batches_seen`,
#'   `image_data_generator`; `$reset()` begins a new round. `batch_size`, `shuffle` and `seed` can be set.
#' @section Errors:
#' A folder that is not there or holds no images, and settings that cannot be used, are errors (classes
#' `tildenet_error_io`, `tildenet_error_argument`). A file that cannot be read is an error of
#' class `tildenet_error_io` that names it, when its batch is due; its field `files` has the paths.
#' @seealso [flow_images_from_dataframe()] for other arrangements of files.
#' @examples
#' if (requireNamespace("png", quietly = TRUE)) {
#'   folder <- tempfile()
#'   for (class in c("dark", "light")) {
#'     dir.create(file.path(folder, class), recursive = TRUE)
#'     levels <- if (class == "dark") 0:100 else 150:250
#'     for (i in 1:3) {
#'       image <- array(sample(levels, 8 * 8 * 3, replace = TRUE), c(8, 8, 3))
#'       image_array_save(image, file.path(folder, class, paste0(i, ".png")), scale = FALSE)
#'     }
#'   }
#'   flow <- flow_images_from_directory(folder, image_data_generator(rescale = 1/255),
#'                                      target_size = c(8, 8), batch_size = 4, class_mode = "binary")
#'   str(flow$class_indices)
#'   str(generator_next(flow))
#' }
#' @export
flow_images_from_directory <- function(directory, generator = image_data_generator(), target_size = c(256, 256),
                                       color_mode = "rgb", classes = NULL, class_mode = "categorical",
                                       batch_size = 32, shuffle = TRUE, seed = NULL, save_to_dir = NULL,
                                       save_prefix = "", save_format = "png", follow_links = FALSE, subset = NULL,
                                       interpolation = "nearest") {
  call <- rlang::current_env()
  self <- new_image_flow(file_flow_images, file_flow_batch, generator, batch_size, shuffle, seed, save_to_dir,
                         save_prefix, save_format, call)
  file_flow_settings(self, target_size, color_mode, class_mode, c("categorical", "binary", "sparse", "input"),
                     interpolation, call)
  subset <- check_subset(subset, generator, call)
  self$directory <- check_folder(directory, "directory", call)
  names <- class_folders(self$directory, classes, call)
  follow <- check_flag(follow_links, "follow_links")
  all <- lapply(names, function(name) image_files(self$directory, name, follow))
  files <- lapply(all, function(files) files[subset_rows(length(files), subset, generator)])
  if (sum(lengths(all)) == 0) abort_no_images(self$directory, names, call)
  self$filenames <- as.character(unlist(files))
  self$n <- length(self$filenames)
  if (self$n == 0) abort_empty_subset(subset, "images", sum(lengths(all)), generator, call)
  self$filepaths <- file.path(self$directory, self$filenames)
  self$num_classes <- length(names)
  self$class_indices <- class_numbers(names)
  self$classes <- rep(seq_along(names) - 1L, lengths(files))
  tell_found(self)
  flow_object(self)
}

check_folder <- function(path, arg, call) {
  path <- path.expand(check_string(path, arg, call = call))
  if (!dir.exists(path)) {
    abort_path(arg, "be a folder", path, if (file.exists(path)) "is a file." else "does not exist.", call = call)
  }
  path
}

# Folders in a folder by name, in byte order.
folders_in <- function(path) {
  sort(list.dirs(path, full.names = FALSE, recursive = FALSE), method = "radix")
}

class_folders <- function(directory, classes, call) {
  there <- folders_in(directory)
  if (is.null(classes)) return(there)
  classes <- check_class_names(classes, call)
  missing <- setdiff(classes, there)
  if (length(missing) > 0) {
    abort_arg("classes", "name folders of `directory`", call = call,
              given = paste0("There is no ", some_of(missing), "."),
              how = paste0("The folders are ", some_of(there), "."))
  }
  classes
}

check_class_names <- function(classes, call) {
  names <- if (is.list(classes)) unlist(classes) else classes
  if (is.factor(names)) names <- as.character(names)
  if (!is.character(names) || length(names) == 0 || anyNA(names) || anyDuplicated(names)) {
    abort_arg("classes", "be the names of classes, each once", describe(classes), call = call)
  }
  names
}

# Paths of the images of a class, relative to the directory: by folder, then by name, in byte order.
image_files <- function(directory, class, follow_links) {
  folders <- sort(folders_below(directory, class, follow_links), method = "radix")
  unlist(lapply(folders, function(folder) {
    path <- file.path(directory, folder)
    files <- setdiff(list.files(path, all.files = TRUE, no.. = TRUE), folders_in(path))
    files <- sort(files[has_image_ending(files)], method = "radix")
    if (length(files) > 0) file.path(folder, files)
  }))
}

# A folder and all below it; above: where they really are, so that links cannot lead in circles.
folders_below <- function(directory, folder, follow_links, above = character()) {
  path <- file.path(directory, folder)
  place <- normalizePath(path)
  if (place %in% above) return(NULL)
  below <- file.path(folder, folders_in(path))
  if (!follow_links) below <- below[!nzchar(Sys.readlink(file.path(directory, below)))]
  c(folder, unlist(lapply(below, folders_below, directory = directory, follow_links = follow_links,
                          above = c(above, place))))
}

abort_no_images <- function(directory, classes, call) {
  some <- list.files(directory)
  abort_arg("directory", "have a folder of images for each class", call = call, class = c("io", "argument"),
            given = paste0(quoted(directory), " has ", if (length(classes) > 0) paste0("no images in its folders ", some_of(classes))
                           else if (any(has_image_ending(some))) "images, but no folders" else "no folders", "."),
            how = paste0("Images end in ", paste0(".", image_endings, collapse = ", "), ". Files without classes: ",
                         "put them into one folder inside `directory`, and say `class_mode = NULL`."))
}
