# Flows whose images are files, read batch by batch.

# The fields of a flow of files that say how they are read; the flow adds filepaths and n.
file_flow_settings <- function(self, target_size, color_mode, class_mode, class_modes, interpolation, call) {
  self$.read <- TRUE
  self$class_mode <- check_string(class_mode, "class_mode", class_modes, null_ok = TRUE, call = call)
  self$target_size <- check_sizes(target_size, "target_size", 2, call = call)
  form <- image_form(color_mode, target_size, interpolation, call)
  self$color_mode <- color_mode
  self$interpolation <- interpolation
  self$image_shape <- c(form$size, form$channels)
}

# Endings of files that are taken for images, in any case.
image_endings <- c("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

has_image_ending <- function(path) {
  grepl(paste0("[.](", paste(image_endings, collapse = "|"), ")$"), path, ignore.case = TRUE)
}

file_flow_images <- function(self, rows, plan) {
  read <- read_images(self$filepaths[rows], self$target_size, self$color_mode, self$interpolation, NULL)
  if (length(read$failed) > 0) abort_unread(read$failed)
  transform_by_plan(self_of(self$image_data_generator), read$images, plan)
}

# failed: reasons, named by path.
abort_unread <- function(failed) {
  more <- length(failed) - 1
  abort_tn(paste0("The image ", quoted(names(failed)[1]), " cannot be read",
                  if (more > 0) paste0(", and neither can ", more, " more of the batch"), "."), "io",
           given = failed[[1]], how = "Take it out of the folder or the data frame, or mend it.", call = NULL,
           files = names(failed))
}

# The batch by class_mode: images alone, or with their classes or themselves as targets.
file_flow_batch <- function(self, rows, x) {
  classes <- self$classes[rows]
  y <- switch(self$class_mode %||% "none",
    none = return(x),
    input = x,
    categorical = class_columns(classes, self$num_classes),
    binary = , sparse = array(as.numeric(classes), length(rows)))
  list(x, y)
}

# classes: numbers from 0, or a list of such for rows with several classes.
class_columns <- function(classes, num_classes) {
  out <- matrix(0, length(classes), num_classes)
  out[cbind(rep(seq_along(classes), lengths(classes)), unlist(classes) + 1)] <- 1
  out
}

# Names of classes as users read them: class_indices["cat"] is its number, from 0.
class_numbers <- function(names) stats::setNames(as.list(seq_along(names) - 1L), names)

tell_found <- function(self, what = "images") {
  inform_tn(paste0("Found ", format(self$n, big.mark = ","), " ", what,
                   if (!is.null(self$num_classes)) paste0(" belonging to ", self$num_classes, " classes"), "."), "found")
}
