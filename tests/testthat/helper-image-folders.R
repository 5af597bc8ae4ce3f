# Folders of small pictures whose grey level tells which they are.

# counts: images per class, by name. Picture k of the whole folder is grey(10 k), as PNG.
local_image_folder <- function(counts, size = c(4, 4), frame = parent.frame()) {
  skip_if_not_installed("png")
  folder <- withr::local_tempdir(.local_envir = frame)
  level <- 0
  for (class in names(counts)) {
    dir.create(file.path(folder, class))
    for (i in seq_len(counts[[class]])) {
      level <- level + 10
      write_grey(file.path(folder, class, paste0(i, ".png")), level, size)
    }
  }
  folder
}

write_grey <- function(path, level, size = c(4, 4)) png::writePNG(array(level / 255, c(size, 3)), path)

# The flow without its message.
quiet_directory <- function(...) suppressMessages(flow_images_from_directory(...))
quiet_dataframe <- function(...) suppressMessages(flow_images_from_dataframe(...))

inputs_of <- function(batch) if (is.list(batch)) batch[[1]] else batch

# Which pictures a batch holds, by their level.
levels_of <- function(batch) as.vector(inputs_of(batch)[, 1, 1, 1])

# Image k of n is all k, so that batches tell their rows.
numbered_images <- function(n, size = c(2, 2, 1)) array(seq_len(n), c(n, size))

# A model of images that trains in no time.
image_model <- function(shape, units = 1, activation = "sigmoid", loss = "binary_crossentropy") {
  k_clear_session()
  set.seed(1)
  model <- keras_model_sequential() %>%
    layer_conv_2d(2, c(2, 2), activation = "relu", input_shape = shape) %>%
    layer_global_average_pooling_2d() %>%
    layer_dense(units, activation = activation)
  compile(model, "adam", loss, metrics = "accuracy")
  model
}
