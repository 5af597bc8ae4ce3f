#' Batches of images listed in a data frame
#'
#' A generator of batches that are read from files when they are needed and went through an
#' [image_data_generator()], for [fit()], [evaluate()] and [predict()], or one by one from
#' [generator_next()]. A column of `dataframe` has the paths, others have the targets.
#'
#' @details
#' Rows whose file is not there, or does not end as images do ([flow_images_from_directory()]), are left
#' out with a warning. Then rows of other classes than `classes` are left out, and the subset is taken.
#'
#' Classes are numbered from 0: in the byte order of their names, or as the levels of a factor that occur.
#' @inherit flow_images_from_data details
#' @inheritParams flow_images_from_directory
#' @param dataframe A data frame.
#' @param directory Folder that the paths are relative to; `NULL`: they stand for themselves.
#' @param x_col Name of the column of paths.
#' @param y_col Name of the column of targets; for `class_mode` `"raw"` and `"multi_output"` also names of several. Not used
#'   with `"input"` and `NULL`.
#' @param classes Names of the classes to use, in the order of their numbers; `NULL`: all.
#' @param class_mode What batches have beside the images: `"categorical"`, a matrix with a column of 0 and 1 for each
#'   class; an entry of a list column may name several. `"binary"` (two classes) or `"sparse"`, the class numbers.
#'   `"raw"`, the numbers of `y_col`: a vector, or a matrix for several columns. `"multi_output"`, a list with the numbers of
#'   each column, for models of several outputs. `"input"`, the images themselves. `NULL`, nothing:
#'   batches are images alone.
#' @param drop_duplicates `TRUE` leaves out rows whose path stood in a row before. `NULL` and `FALSE` keep them.
#' @returns A generator as that of [flow_images_from_directory()]; `filenames` are those of `x_col`, `filepaths` have
#'   `directory` before them. `class_indices`, `classes` and `num_classes` are there with `class_mode` `"categorical"`,
#'   `"binary"` and `"sparse"`.
#' @section Errors:
#' Columns that are not there or hold something else, missing targets, and a data frame without a readable path are errors
#' of class `tildenet_error_argument` that name the column. A file that cannot be read is an error of class
#' `tildenet_error_io` that names it, when its batch is due.
#' @examples
#' if (requireNamespace("png", quietly = TRUE)) {
#'   folder <- tempfile()
#'   dir.create(folder)
#'   films <- data.frame(poster = paste0(1:4, ".png"), budget = c(1, 5, 20, 80))
#'   for (poster in films$poster) {
#'     image_array_save(array(runif(8 * 8 * 3, 0, 255), c(8, 8, 3)), file.path(folder, poster))
#'   }
#'   flow <- flow_images_from_dataframe(films, folder, x_col = "poster", y_col = "budget",
#'                                      target_size = c(8, 8), class_mode = "raw", shuffle = FALSE)
#'   print(generator_next(flow)[[2]])
#' }
#' @export
flow_images_from_dataframe <- function(dataframe, directory = NULL, x_col = "filename", y_col = "class",
                                       generator = image_data_generator(), target_size = c(256, 256),
                                       color_mode = "rgb", classes = NULL, class_mode = "categorical",
                                       batch_size = 32, shuffle = TRUE, seed = NULL, save_to_dir = NULL,
                                       save_prefix = "", save_format = "png", subset = NULL,
                                       interpolation = "nearest", drop_duplicates = NULL) {
  call <- rlang::current_env()
  self <- new_image_flow(file_flow_images, frame_flow_batch, generator, batch_size, shuffle, seed, save_to_dir,
                         save_prefix, save_format, call)
  file_flow_settings(self, target_size, color_mode, class_mode, frame_class_modes, interpolation, call)
  subset <- check_subset(subset, generator, call)
  if (!is.null(directory)) directory <- check_folder(directory, "directory", call)
  frame <- frame_of_files(dataframe, directory, x_col, check_flag(drop_duplicates %||% FALSE, "drop_duplicates"), call)
  targets <- frame_targets(dataframe, y_col, self$class_mode, frame$rows, call)
  if (!is.null(targets$labels)) {
    targets <- label_classes(targets$labels, classes, self$class_mode, y_col, call)
    frame <- frame[targets$rows, ]
  } else if (!is.null(classes)) {
    warn_tn("`classes` has no effect with this `class_mode`, which has no classes.", "unused")
  }
  kept <- subset_rows(nrow(frame), subset, generator)
  if (length(kept) == 0) abort_empty_subset(subset, "files", nrow(frame), generator, call)
  self$n <- length(kept)
  self$filenames <- frame$name[kept]
  self$filepaths <- frame$path[kept]
  self$classes <- targets$classes[kept]
  self$num_classes <- if (!is.null(targets$names)) length(targets$names)
  self$class_indices <- if (!is.null(targets$names)) class_numbers(targets$names)
  self$.values <- lapply(targets$values, take_samples, kept)
  tell_found(self, "validated image filenames")
  flow_object(self)
}

frame_class_modes <- c("categorical", "binary", "sparse", "input", "raw", "multi_output")

frame_flow_batch <- function(self, rows, x) {
  if (length(self$.values) == 0) return(file_flow_batch(self, rows, x))
  values <- lapply(self$.values, take_samples, rows)
  list(x, if (self$class_mode == "raw") values[[1]] else values)
}

# ---- files -----------------------------------------------------------------------------------------

# data.frame(rows, name, path) of the rows whose files can be looked for.
frame_of_files <- function(dataframe, directory, x_col, drop_duplicates, call) {
  if (!is.data.frame(dataframe)) abort_arg("dataframe", "be a data frame", describe(dataframe), call = call)
  name <- frame_column(dataframe, x_col, "x_col", call)
  if (is.factor(name)) name <- as.character(name)
  if (!is.character(name)) {
    abort_arg("x_col", "name a column of paths", paste0("Of column \"", x_col, "\": ", describe(name)), call = call)
  }
  path <- if (is.null(directory)) path.expand(name) else file.path(directory, name)
  fine <- !is.na(name) & has_image_ending(name) & file.exists(path) & !dir.exists(path)
  if (!any(fine)) abort_no_files(name, path, x_col, call)
  if (!all(fine)) warn_files(name[!fine], x_col, call)
  if (drop_duplicates) fine <- fine & !duplicated(name)
  data.frame(rows = which(fine), name = name[fine], path = path[fine])
}

frame_column <- function(dataframe, column, arg, call) {
  column <- check_string(column, arg, call = call)
  if (!column %in% names(dataframe)) {
    abort_arg(arg, "name a column of `dataframe`", describe(column), call = call,
              how = paste0("Its columns are ", some_of(names(dataframe)), "."))
  }
  dataframe[[column]]
}

abort_no_files <- function(name, path, x_col, call) {
  abort_arg("x_col", "name a column of paths of images", call = call, class = c("io", "argument"),
            given = if (length(name) == 0) "`dataframe` has no rows."
                    else paste0("None of column \"", x_col, "\" is one, the first being ", quoted(path[1]), "."),
            how = paste0("Paths are relative to `directory`, and end in ", paste0(".", image_endings, collapse = ", "), "."))
}

warn_files <- function(names, x_col, call) {
  warn_tn(paste0(counted(length(names), "row"), if (length(names) == 1) " is" else " are", " left out: ", quoted(x_col),
                 " holds no path of an image there, such as ", quoted(names[1]), "."), "files", files = names, call = call)
}

# ---- targets ---------------------------------------------------------------------------------------

# Of some rows: list(labels = ) of classes, list(values = list of arrays), or NULL.
frame_targets <- function(dataframe, y_col, class_mode, rows, call) {
  if (is.null(class_mode) || class_mode == "input") return(NULL)
  if (!class_mode %in% c("raw", "multi_output")) {
    return(list(labels = take_samples(frame_column(dataframe, y_col, "y_col", call), rows)))
  }
  if (!is.character(y_col) || length(y_col) == 0) y_col <- check_string(y_col, "y_col", call = call)
  values <- lapply(y_col, function(name) {
    column_values(take_samples(frame_column(dataframe, name, "y_col", call), rows), name, call)
  })
  if (class_mode == "raw" && length(values) > 1) values <- list(do.call(cbind, lapply(values, as.matrix)))
  list(values = values)
}

# Numbers of a column; one of vectors of equal length gives a row for each.
column_values <- function(column, name, call) {
  arg <- paste0("dataframe$", name)
  if (is_plain_list(column)) {
    same <- length(unique(lengths(column))) == 1 && all(vapply(column, is.numeric, NA))
    if (!same) abort_arg(arg, "hold numbers, or vectors of numbers of the same length", call = call)
    column <- do.call(rbind, column)
  }
  values <- check_numbers(column, arg, call)
  check_held(values, arg, call)
  if (is.null(dim(values))) array(values, length(values)) else values
}

# list(rows = which rows are used, classes = their numbers from 0, or a list of such, names).
label_classes <- function(labels, classes, class_mode, y_col, call) {
  several <- is_plain_list(labels) && class_mode == "categorical"
  known <- if (is.factor(labels)) levels(droplevels(labels))
  if (is.factor(labels)) labels <- as.character(labels)
  check_flow_labels(labels, several, y_col, call)
  names <- if (is.null(classes)) known %||% sort(unique(unlist(labels)), method = "radix")
           else check_class_names(classes, call)
  if (class_mode == "binary" && length(names) != 2) {
    abort_arg("class_mode", "be \"categorical\" or \"sparse\" unless there are two classes", call = call,
              given = paste0("There are ", length(names), ": ", some_of(names), "."))
  }
  numbers <- lapply(labels, function(own) as.integer(stats::na.omit(match(own, names))) - 1L)
  rows <- which(lengths(numbers) > 0)
  if (length(rows) == 0) {
    abort_arg("classes", paste0("name labels of column \"", y_col, "\""), call = call,
              given = paste0("It has none of ", some_of(names), "."))
  }
  list(rows = rows, classes = if (several) numbers[rows] else unlist(numbers[rows]), names = names)
}

check_flow_labels <- function(labels, several, y_col, call) {
  fine <- is.character(labels) || several && all(vapply(labels, is.character, NA))
  if (!fine) {
    abort_arg("y_col", "name a column of labels", paste0("Of column \"", y_col, "\": ", describe(labels)), call = call,
              how = "Use as.character() for classes, `class_mode = \"raw\"` for numbers.")
  }
  if (anyNA(unlist(labels))) {
    abort_arg("y_col", "name a column without missing labels", class = c("missing", "argument"), call = call,
              given = paste0(sum(is.na(unlist(labels))), " of column \"", y_col, "\" are missing."))
  }
}
