# Image files as arrays of grey levels. JPEG and PNG, told by their content, are decoded by the packages of
# that name, the rest by magick; colours and sizes are ours (src/images).

image_channels <- c(grayscale = 1, rgb = 3, rgba = 4)
image_interpolations <- c("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming")

# Height x width x channels, 0 to 255. target_size: NULL for the image's own, else height and width.
read_image <- function(path, color_mode = "rgb", target_size = NULL, interpolation = "nearest",
                       call = rlang::caller_env()) {
  apply_options()
  form <- image_form(color_mode, target_size, interpolation, call)
  levels <- image_levels(check_string(path, "path", call = call), form, call)
  storage.mode(levels) <- "double"
  levels
}

# list(images = array of samples x height x width x channels, failed = why, named by path). The cells of an
# image that cannot be read are NA. A few images at a time are held beside the array.
read_images <- function(paths, target_size, color_mode = "rgb", interpolation = "nearest",
                        call = rlang::caller_env()) {
  apply_options()
  form <- image_form(color_mode, target_size, interpolation, call)
  n <- length(paths)
  images <- array(0, c(n, form$size, form$channels))
  failed <- character()
  for (from in seq(1, length.out = ceiling(n / 16), by = 16)) {
    some <- lapply(seq(from, min(n, from + 15)), function(k) {
      tryCatch(image_levels(paths[k], form, call), tildenet_error_io = function(e) {
        failed <<- c(failed, stats::setNames(bullet_of(e, "x") %||% conditionMessage(e), paths[k]))
        NULL
      })
    })
    engine_images_place(images, n, from - 1, some)
  }
  list(images = images, failed = failed)
}

image_form <- function(color_mode, target_size, interpolation, call) {
  check_string(color_mode, "color_mode", names(image_channels), call = call)
  check_string(interpolation, "interpolation", image_interpolations, call = call)
  list(channels = image_channels[[color_mode]], interpolation = interpolation,
       size = check_sizes(target_size, "target_size", 2, null_ok = TRUE, call = call))
}

# Whole numbers of one file, in the form that is wanted.
image_levels <- function(path, form, call) {
  decoded <- decode_image(path, call)
  dim <- c(dim(decoded$values), 1)[1:3]
  engine_image_levels(decoded$values, dim, c(decoded$cmyk, decoded$deep), form$channels, form$interpolation,
                      form$size %||% dim[1:2])
}

# ---- decoding --------------------------------------------------------------------------------------

# More pixels than Pillow takes for an honest file.
most_pixels <- 178956970

# list(values = numbers from 0 to 1, height x width, or x planes; cmyk, deep = 16 bits)
decode_image <- function(path, call) {
  bytes <- image_bytes(path, call)
  header <- engine_image_header(bytes)
  if (!is.null(header$fault)) abort_image(path, header$fault, call = call)
  if (header$height * header$width > most_pixels) {
    abort_image(path, paste0("It says that it has ", header$height, " x ", header$width, " pixels."),
                "Images of up to 178 million pixels are read.", call)
  }
  values <- switch(header$format,
    jpeg = decode_with("jpeg", "JPEG files", path, call, jpeg::readJPEG(bytes)),
    png = decode_with("png", "PNG files", path, call, png::readPNG(bytes)),
    decode_with("magick", "Images that are neither JPEG nor PNG", path, call, magick_values(bytes)))
  cmyk <- header$format == "jpeg" && length(dim(values)) == 3 && dim(values)[3] == 4
  list(values = values, cmyk = cmyk, deep = header$bits == 16)
}

image_bytes <- function(path, call) {
  file <- path.expand(path)
  kind <- engine_file_kind(file)
  if (kind == "none") abort_image(path, "There is no such file.", "Relative paths begin in the folder that getwd() names.", call)
  if (kind != "file") abort_image(path, paste0("It is a ", if (kind == "folder") "folder" else "device", "."), call = call)
  tryCatch(readBin(file, "raw", file.size(file)), error = function(e) NULL, warning = function(w) NULL) %||%
    abort_image(path, "It may not be read.", "See Sys.chmod().", call)
}

# Whatever a decoder complains about, the image is not read.
decode_with <- function(package, what, path, call, values) {
  check_package(package, what, call = call)
  complain <- function(e) {
    abort_image(path, paste0("Decoding it says: ", sub("[.[:space:]]*$", "", conditionMessage(e)), "."), call = call)
  }
  tryCatch(values, error = complain, warning = complain)
}

# The first picture of a file.
magick_values <- function(bytes) {
  pixels <- unclass(magick::image_data(magick::image_read(bytes)[1], "rgba")) # bytes: channels x width x height
  aperm(array(as.integer(pixels) / 255, dim(pixels)), c(3, 2, 1))
}

abort_image <- function(path, why, how = "Put a whole copy of it in its place, or leave it out.", call) {
  abort_tn(paste0("The image ", quoted(path), " cannot be read."), c("image", "io"), given = why, how = how,
           call = call, file = path)
}
