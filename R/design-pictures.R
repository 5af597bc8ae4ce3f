# Columns of pictures in a model frame. Such a column is like a factor: codes of the rows and, once for all rows,
# what the codes stand for, here pictures. A file that several rows name is read once, NA is a row without a
# picture, and rows are taken without a copy of any pixel.

# codes: whole numbers; files: their names; pixels: raw (n,H,W,C), a byte for each number from 0 to 255.
new_pictures <- function(codes, files, pixels) {
  structure(codes, files = files, pixels = pixels, class = "tildenet_pictures")
}

#' @export
`[.tildenet_pictures` <- function(x, i) new_pictures(unclass(x)[i], attr(x, "files"), attr(x, "pixels"))

#' @export
as.character.tildenet_pictures <- function(x, ...) attr(x, "files")[unclass(x)]

#' @export
format.tildenet_pictures <- function(x, ...) as.character(x)

#' @export
print.tildenet_pictures <- function(x, ...) {
  print(as.character(x))
  cat("Pictures of", paste(dim(attr(x, "pixels"))[-1], collapse = " x "), "numbers\n")
  invisible(x)
}

# The numbers of the rows, (n,H,W,C).
#' @exportS3Method
as_samples_input.tildenet_pictures <- function(input) {
  pixels <- attr(input, "pixels")[as.vector(unclass(input)), , , , drop = FALSE]
  out <- as.integer(pixels)
  dim(out) <- dim(pixels)
  out
}

# The mean of the pictures of some rows, a byte for each number; black where none has one.
pictures_mean <- function(x, rows) {
  pixels <- attr(x, "pixels")
  codes <- unclass(x)[rows]
  codes <- codes[!is.na(codes)]
  total <- numeric(prod(dim(pixels)[-1]))
  for (part in split(codes, ceiling(seq_along(codes) / pictures_together))) {
    total <- total + colSums(matrix(as.integer(pixels[part, , , ]), length(part)))
  }
  as.raw(round(total / max(1, length(codes))))
}

# Rows without a picture get this one; NULL leaves them.
pictures_fill <- function(x, picture) {
  if (is.null(picture) || !anyNA(x)) return(x)
  known <- attr(x, "pixels")
  n <- dim(known)[1]
  pixels <- array(as.raw(0), c(n + 1, dim(known)[-1]))
  pixels[seq_len(n), , , ] <- known
  pixels[n + 1, , , ] <- picture
  new_pictures(replace(unclass(x)[seq_along(x)], is.na(x), n + 1L), c(attr(x, "files"), NA), pixels)
}

# Files become pictures of one size, `settings` those of image_check(). What cannot be read is NA.
read_pictures <- function(paths, settings, label, call) {
  files <- unique(paths[!is.na(paths)])
  settings <- settings[c("size", "color_mode", "interpolation", "directory")]
  read <- pictures_known(files, settings) %||% pictures_note(pictures_of(files, settings, label, call))
  failed <- read$failed[names(read$failed) %in% files]
  pictures_warn_failed(failed, length(files), label, call)
  codes <- match(paths, read$files)
  codes[paths %in% names(failed)] <- NA
  new_pictures(codes, read$files, read$pixels)
}

# list(files, settings, pixels, failed): failed why, by file.
pictures_of <- function(files, settings, label, call) {
  shape <- image_shape(settings)
  pixels <- with_room(array(as.raw(0), c(length(files), shape)), paste(length(files), "pictures of", label),
                      length(files) * prod(shape), "Smaller pictures take less.", bytes = 1, call = call)
  failed <- character()
  for (group in split(seq_along(files), ceiling(seq_along(files) / pictures_together))) {
    places <- image_places(files[group], settings$directory)
    read <- read_images(places, settings$size, color_mode = settings$color_mode,
                        interpolation = settings$interpolation, call = call)
    wrong <- match(names(read$failed), places)
    failed[files[group][wrong]] <- read$failed
    read$images[wrong, , , ] <- 0
    pixels[group, , , ] <- as.raw(round(read$images))
  }
  list(files = files, settings = settings, pixels = pixels, failed = failed)
}

# Files whose pictures are numbers of R, eight bytes each, at the same time.
pictures_together <- 64

image_places <- function(files, directory) {
  if (is.null(directory)) return(files)
  absolute <- grepl("^(/|~|\\\\\\\\|[A-Za-z]:)", files)
  ifelse(absolute, files, file.path(directory, files))
}

# failed: why, by file.
pictures_warn_failed <- function(failed, n, label, call) {
  if (length(failed) == 0) return(invisible())
  shown <- utils::head(paste0(quoted(names(failed)), " (", sub("[.]$", "", failed), ")"), 3)
  more <- if (length(failed) > 3) paste(" and", length(failed) - 3, "more")
  warn_tn(paste0(length(failed), " of ", n, " files of `", label, "` cannot be read: ",
                 paste(shown, collapse = ", "), more, "."),
          "unreadable", how = "Rows with them are treated as rows with a missing value.",
          files = failed, call = call)
}

# ---- pictures that are read again ------------------------------------------------------------------

# Folds and grids of values name the same files again and again. A function that calls keep_pictures() has them
# read once until it ends.
pictures_kept <- new.env(parent = emptyenv())

keep_pictures <- function(frame = parent.frame()) {
  if (is.null(pictures_kept$read)) rlang::local_bindings(read = list(), .env = pictures_kept, .frame = frame)
}

pictures_known <- function(files, settings) {
  fits <- function(read) identical(read$settings, settings) && all(files %in% read$files)
  Find(fits, pictures_kept$read)
}

pictures_note <- function(read) {
  if (!is.null(pictures_kept$read)) pictures_kept$read <- c(pictures_kept$read, list(read))
  read
}
