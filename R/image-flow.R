# Flows: batches of images without end. What differs between flows is in two functions of theirs:
#   .images(self, rows, plan): the images of some rows, k x height x width x channels, transformed by a plan for them;
#   .batch(self, rows, x): the batch with these images, which went through the generator: x or list(x, y, ...).

# The fields that all flows have; a flow adds n, image_shape and what its functions need.
new_image_flow <- function(images, batch, generator, batch_size, shuffle, seed, save_to_dir, save_prefix, save_format,
                           call) {
  self <- new.env(parent = emptyenv())
  self$.images <- images
  self$.batch <- batch
  generator_self(generator, "generator", call)
  self$image_data_generator <- generator
  self$batch_size <- check_count(batch_size, "batch_size", call = call)
  self$shuffle <- check_flag(shuffle, "shuffle", call)
  self$seed <- check_flow_seed(seed, call)
  self$save_to_dir <- check_save_folder(save_to_dir, call)
  self$save_prefix <- check_string(save_prefix, "save_prefix", call = call)
  self$save_format <- check_string(save_format, "save_format", c("png", "jpeg"), call = call)
  self$batch_index <- 0
  self$total_batches_seen <- 0
  self
}

flow_object <- function(self) new_object(self, c("tildenet_image_flow", "tildenet_generator"), "image_flow_batch")

check_flow_seed <- function(seed, call) {
  check_count(seed, "seed", min = -.Machine$integer.max, null_ok = TRUE, call = call)
}

check_save_folder <- function(folder, call) {
  if (is.null(folder)) return(NULL)
  folder <- check_target_folder(folder, "save_to_dir", call)
  if (dir.exists(folder)) return(folder)
  abort_path("save_to_dir", "be a folder", folder, "does not exist.", "Make it with dir.create().", call)
}

# Which of n rows a subset has; the first ones are for validation.
subset_rows <- function(n, subset, generator) {
  if (is.null(subset)) return(seq_len(n))
  first <- floor(n * self_of(generator)$validation_split)
  if (subset == "validation") seq_len(first) else first + seq_len(n - first)
}

check_subset <- function(subset, generator, call) {
  subset <- check_string(subset, "subset", c("training", "validation"), null_ok = TRUE, call = call)
  if (!is.null(subset) && self_of(generator)$validation_split == 0) {
    abort_arg("subset", "be NULL with this generator", "Its `validation_split` is 0.", call = call,
              how = "Say which share is for validation: image_data_generator(validation_split = 0.2).")
  }
  subset
}

# ---- batches ---------------------------------------------------------------------------------------

# The next batch. One that fails is the next one again.
image_flow_batch <- function(self) {
  warn_unfitted_once(self)
  # A batch of its own number has the same images and transforms in every flow with this seed.
  seed <- if (!is.null(self$seed)) (self$seed + self$total_batches_seen) %% .Machine$integer.max
  batch <- with_seed(seed, {
    if (self$batch_index == 0) self$index_array <- if (self$shuffle) sample.int(self$n) else seq_len(self$n)
    rows <- batch_rows(self)
    self$.batch(self, rows, flow_images(self, rows))
  })
  self$batch_index <- (self$batch_index + 1) %% flow_length(self)
  self$total_batches_seen <- self$total_batches_seen + 1
  batch
}

flow_length <- function(self) ceiling(self$n / self$batch_size)

batch_rows <- function(self) {
  before <- self$batch_index * self$batch_size
  self$index_array[seq(before + 1, min(before + self$batch_size, self$n))]
}

warn_unfitted_once <- function(self) {
  if (self$total_batches_seen == 0) warn_unfitted(self_of(self$image_data_generator), NULL)
}

# Cells of files that are worked on at once. Every step makes a copy, of these only: beside the batch there is
# room for few images. Images in memory are no larger for a batch, and taking them out all at once reads each line
# of the cache once.
piece_cells <- 2^19

# The images of some rows after the generator: k x height x width x channels.
flow_images <- function(self, rows) {
  settings <- self_of(self$image_data_generator)
  plan <- draw_transforms(settings, length(rows), self$image_shape)
  make <- function(at) {
    standardize_images(settings, self$.images(self, rows[at], plan_of_rows(plan, at)))
  }
  pieces <- if (isTRUE(self$.read)) row_pieces(length(rows), prod(self$image_shape)) else list(seq_along(rows))
  if (length(pieces) == 1) {
    x <- make(seq_along(rows))
  } else {
    collect(full = length(rows) * prod(self$image_shape) >= large_cells)
    x <- array(0, c(length(rows), self$image_shape))
    for (at in pieces) {
      x[at, , , ] <- make(at)
      collect(full = FALSE)
    }
  }
  if (!is.null(self$save_to_dir)) save_images(self, rows, x)
  x
}

# Takes back the batch before and what the steps of a piece left, which R would keep until its memory is
# short: so there is one batch at a time. Not full, it looks at what is new only, for a millisecond; full 50,
# where reading a large batch takes 150 and more.
collect <- function(full) invisible(gc(full = full))

large_cells <- 2^20 # 8 MB

row_pieces <- function(n, cells) {
  size <- max(1, floor(piece_cells / cells))
  split(seq_len(n), ceiling(seq_len(n) / size))
}

# <prefix>_<place of the image, from 0>_<number>.<format>; the number is the first from that of the batch on that
# makes a new file.
save_images <- function(self, rows, x) {
  for (k in seq_along(rows)) {
    number <- self$total_batches_seen
    name <- function() paste0(self$save_prefix, "_", rows[k] - 1, "_", number, ".", self$save_format)
    while (file.exists(file.path(self$save_to_dir, name()))) number <- number + 1
    image_array_save(array(x[k, , , ], dim(x)[-1]), file.path(self$save_to_dir, name()), file_format = self$save_format)
  }
}

# ---- the object ------------------------------------------------------------------------------------

generator_length.tildenet_image_flow <- function(generator) flow_length(self_of(generator))

generator_restart.tildenet_image_flow <- function(generator) flow_reset(self_of(generator))

flow_reset <- function(self) self$batch_index <- 0

#' @export
length.tildenet_image_flow <- function(x) as.integer(flow_length(self_of(x)))

object_member.tildenet_image_flow <- function(x, name, self) {
  switch(name,
    samples = self$n,
    reset = function() {
      flow_reset(self)
      invisible(NULL)
    },
    `next` = function() image_flow_batch(self),
    self[[name]])
}

object_assign.tildenet_image_flow <- function(x, name, value, self) {
  call <- rlang::caller_env()
  value <- switch(name,
    batch_size = check_count(value, name, call = call),
    shuffle = check_flag(value, name, call),
    seed = check_flow_seed(value, call),
    abort_tn(paste0("`", name, "` of a flow cannot be set."), "argument", arg = name, call = call,
             how = "Make another flow; `batch_size`, `shuffle` and `seed` can be set."))
  assign(name, value, envir = self)
  flow_reset(self)
}

#' @export
names.tildenet_image_flow <- function(x) c(ls(self_of(x)), "samples", "reset", "next")

#' @export
print.tildenet_image_flow <- function(x, ...) {
  self <- self_of(x)
  cat("<image flow: ", counted(self$n, "image"), " of ", paste(self$image_shape, collapse = " x "),
      if (!is.null(self$num_classes)) paste0(" in ", counted_classes(self$num_classes)),
      ", ", flow_length(self), if (flow_length(self) == 1) " batch" else " batches", " of ", self$batch_size, ">\n",
      sep = "")
  invisible(x)
}

counted_classes <- function(n) paste(format(n, big.mark = ","), if (n == 1) "class" else "classes")
