#' Save the model during training
#'
#' Writes the model, or its weights alone, after epochs.
#'
#' @details
#' A name that ends in `.rds` is written by [saveRDS()]: the model, or the list of [get_weights()]. Names that
#' end in `.hdf5` or `.h5` are written by [save_model_hdf5()], in `.keras` by [save_model_keras()], weights alone by
#' [save_model_weights_hdf5()]; all others are those of folders, which [save_model_tf()] or [save_model_weights_tf()]
#' write.
#'
#' @inheritParams callback_early_stopping
#' @param filepath Where to write. `{epoch:02d}` (from 1) and the names of series, as in
#'   `{val_loss:.2f}`, are filled in.
#' @param save_best_only Whether only epochs are written that are better than all before.
#' @param save_weights_only Whether the weights alone are written.
#' @param mode `"min"`, `"max"`, or `"auto"`: larger is better for names with acc in them.
#' @param period Every how many epochs; `NULL` is every one.
#' @param save_freq `"epoch"`, or a number of batches after which the model is written.
#' @returns A callback for the `callbacks` of [fit()].
#' @section Errors:
#' HDF5 without the package hdf5r is an error of class `tildenet_error_package` at once. After an epoch, a field without a
#' series is an error of class `tildenet_error_argument`, a folder that is not there one of class
#' `tildenet_error_io`. The model then is that of the last whole step.
#' @examples
#' path <- tempfile(fileext = ".rds")
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
#' compile(model, "sgd", "mse")
#' fit(model, 1:8, 8:1, epochs = 2, verbose = 0,
#'     callbacks = callback_model_checkpoint(path, monitor = "loss"))
#' best <- readRDS(path)
#' @export
callback_model_checkpoint <- function(filepath, monitor = "val_loss", verbose = 0,
                                      save_best_only = FALSE, save_weights_only = FALSE,
                                      mode = c("auto", "min", "max"), period = NULL,
                                      save_freq = "epoch") {
  mode <- mode[1]
  check_monitor(monitor, mode)
  check_formats(check_string(filepath, "filepath"))
  by_batch <- !identical(save_freq, "epoch")
  fields <- list(
    what = "callback_model_checkpoint()", filepath = filepath,
    monitor = monitor, verbose = check_verbose(verbose),
    best_only = check_flag(save_best_only, "save_best_only"),
    write = checkpoint_writer(filepath, check_flag(save_weights_only, "save_weights_only")),
    maximise = monitor_maximises(mode, monitor, "acc"),
    period = check_count(period %||% 1, "period"),
    batches = if (by_batch) check_count(save_freq, "save_freq")
  )
  hooks <- if (by_batch) list(on_train_batch_end = checkpoint_batch, on_epoch_begin = checkpoint_note)
           else list(on_epoch_end = checkpoint_epoch)
  fields$best <- monitor_start(fields$maximise)
  fields$since <- 0
  new_callback("model_checkpoint", fields, hooks)
}

checkpoint_epoch <- function(self, epoch, logs) {
  self$since <- self$since + 1
  if (self$since < self$period) return()
  self$since <- 0
  checkpoint_save(self, epoch, logs)
}

checkpoint_note <- function(self, epoch, logs) self$epoch <- epoch

checkpoint_batch <- function(self, batch, logs) {
  self$since <- self$since + 1
  if (self$since < self$batches) return()
  self$since <- 0
  checkpoint_save(self, self$epoch, logs)
}

checkpoint_save <- function(self, epoch, logs) {
  if (self$best_only) {
    value <- monitor_value(self, logs)
    if (is.null(value) || !monitor_better(self$maximise, value, self$best)) return()
    self$best <- value
  }
  path <- fill_path(self$filepath, c(list(epoch = epoch + 1), logs))
  self$write(self$model, path)
  if (self$verbose > 0) callback_say("Epoch ", epoch + 1, ": saving the model to ", path)
}

# function(model, path) for a kind of file, which its ending tells, as in Keras.
checkpoint_writer <- function(path, weights_only, call = rlang::caller_env()) {
  if (grepl("\\.rds$", path, ignore.case = TRUE)) {
    return(if (weights_only) checkpoint_rds_weights else checkpoint_rds)
  }
  format <- file_format(path)
  if (format != "tf") check_hdf5r(call)
  if (weights_only) weights_writer(format) else model_writer(format)
}

checkpoint_rds <- function(model, path) {
  write_rds(check_target(path, call = NULL), model, call = NULL)
}

checkpoint_rds_weights <- function(model, path) checkpoint_rds(get_weights(model), path)

# Widths and precisions of at most two digits: nobody wants longer names, and sprintf() makes them.
check_formats <- function(path, call = rlang::caller_env()) {
  fields <- path_fields(path)
  formats <- ifelse(grepl(":", fields, fixed = TRUE), sub("^[^:]*:(.*)[}]$", "\\1", fields), "")
  odd <- fields[!grepl("^([-+ #0]*[0-9]{0,2}(\\.[0-9]{1,2})?[defgEG])?$", formats, perl = TRUE)]
  if (length(odd) > 0) {
    abort_arg("filepath", "have formats such as \"{epoch:02d}\" and \"{val_loss:.3f}\"",
              paste0("It has ", quoted_list(odd), "."), call = call)
  }
}

path_fields <- function(path) regmatches(path, gregexpr("\\{[^{}]*\\}", path))[[1]]

# "{name}" and "{name:format}" replaced by values; the format is that of Python: 02d, .2f, .3e ...
fill_path <- function(path, values) {
  for (field in path_fields(path)) {
    parts <- strsplit(substr(field, 2, nchar(field) - 1), ":", fixed = TRUE)[[1]]
    value <- series_get(values, parts[1])
    if (is.null(value)) {
      abort_arg("filepath", "name series of this training", paste0("There is no \"", parts[1], "\"."),
                paste0("There are ", quoted_list(names(values)), "."),
                call = NULL)
    }
    text <- if (length(parts) < 2) format(value, digits = 15)
            else sprintf(paste0("%", parts[2]), if (endsWith(parts[2], "d")) as.integer(value) else value)
    path <- sub(field, text, path, fixed = TRUE)
  }
  path
}

#' Write the measures of each epoch to a file
#'
#' One row per epoch: the epoch from 0, then the series in alphabetical order.
#'
#' When a row cannot be written during training, as on a full disk, a warning of class
#' `tildenet_warning_io` says so and training goes on: the rows that wait are tried again after every
#' epoch, and the file never holds half a row. All values are in the history, too.
#'
#' @param filename Path of the file.
#' @param separator What stands between the fields.
#' @param append Whether rows are added to a file that exists; its header then stays.
#' @returns A callback for the `callbacks` of [fit()].
#' @section Errors:
#' A path that cannot be written is an error of class `tildenet_error_io` when training begins.
#' @examples
#' path <- tempfile(fileext = ".csv")
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
#' compile(model, "sgd", "mse")
#' fit(model, 1:8, 8:1, epochs = 2, verbose = 0, callbacks = callback_csv_logger(path))
#' read.csv(path)
#' @export
callback_csv_logger <- function(filename, separator = ",", append = FALSE) {
  fields <- list(filename = check_string(filename, "filename"),
                 separator = check_string(separator, "separator"),
                 append = check_flag(append, "append"))
  new_callback("csv_logger", fields,
               list(on_train_begin = csv_logger_begin, on_epoch_end = csv_logger_epoch,
                    on_train_end = csv_logger_end))
}

csv_logger_begin <- function(self, logs) {
  self$path <- check_target(self$filename, arg = "filename", call = NULL)
  self$has_header <- self$append && file.exists(self$path) && file.size(self$path) > 0
  if (!self$has_header) write_whole(self$path, function(part) write_bytes(part, raw()), call = NULL)
  self$columns <- NULL
  self$waiting <- character()
}

csv_logger_epoch <- function(self, epoch, logs) {
  if (is.null(self$columns)) self$columns <- sort(names(logs), method = "radix")
  value <- function(name) if (is.null(logs[[name]])) "NA" else format(logs[[name]], digits = 15)
  rows <- c(if (!self$has_header) list(c("epoch", self$columns)),
            list(c(epoch, vapply(self$columns, value, ""))))
  self$has_header <- TRUE
  waited <- length(self$waiting) > 0
  self$waiting <- c(self$waiting, vapply(rows, paste, "", collapse = self$separator))
  csv_logger_write(self, warned = waited)
}

# Rows that find no room wait for the next epoch.
csv_logger_write <- function(self, warned) {
  reason <- append_bytes(self$path, charToRaw(paste0(self$waiting, "\n", collapse = "")))
  if (is.null(reason)) {
    self$waiting <- character()
  } else if (!warned) {
    warn_tn(paste0("The log ", quoted(self$path), " cannot be written: ", reason), "io", call = NULL,
            how = "Training goes on, and its rows are tried again after every epoch.")
  }
}

csv_logger_end <- function(self, logs) {
  if (length(self$waiting) == 0) return()
  warn_tn(paste0("The log ", quoted(self$path), " lacks the last rows of this training."), "io", call = NULL,
          how = "The history that fit() returns has them: as.data.frame().")
}
