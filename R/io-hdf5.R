# HDF5 files through hdf5r. HDF5 counts axes with the last one fastest; hdf5r gives and takes them in
# reverse order, so that the elements of an array here and there are in row-major order.

check_hdf5r <- function(call = rlang::caller_env()) {
  check_package("hdf5r", "HDF5 files", call = call,
                how = paste("On Debian and Ubuntu `apt-get install r-cran-hdf5r` brings it built.",
                            "The *_tf() functions do without it."))
}

# use(file) with an open file, which is closed whatever happens. What is written arrives before that.
h5_with <- function(path, mode, use) {
  file <- hdf5r::H5File$new(path, mode)
  on.exit(try(h5_close(file), silent = TRUE))
  value <- use(file)
  if (mode != "r") file$flush()
  value
}

# close_all() with a collection of young garbage in place of all, which takes the longer the more the session holds. It is
# there for handles that were dropped: one that is collected while close_all() works through them is gone before its
# turn. Where that still happens close_all() says so on the console, or fails and has to begin again.
h5_close <- function(file) {
  close <- file$close_all
  environment(close) <- list2env(list(gc = function(...) gc(full = FALSE)), parent = environment(close))
  utils::capture.output(tryCatch(close(), error = function(e) file$close_all()))
}

# HDF5 never recovers from a disk that is full: it keeps what it could not write, and stumbles over it until
# the process ends. So all numbers are written plainly first, with room for the rest. more: what has bytes
# besides the parameters, as list(data).
h5_check_room <- function(part, params, n_layers, more = NULL) {
  rest <- raw(16384 + 8192 * n_layers)
  for (bytes in c(list(rest), lapply(c(params, more), function(p) p$data))) {
    reason <- append_bytes(part, bytes)
    if (!is.null(reason)) io_failure(reason)
  }
}

h5_read <- function(path, use, call) {
  tryCatch(h5_with(path, "r", use), error = function(e) {
    if (inherits(e, "tildenet_error")) rlang::cnd_signal(e)
    abort_tn(paste0("The file ", quoted(path), " cannot be read as HDF5."), "io", call = call,
             given = io_reason(e))
  })
}

# Opens "a/b/c" below a group; NULL when it is not there.
h5_open <- function(group, path) {
  for (part in h5_parts(path)) {
    if (!inherits(group, c("H5File", "H5Group")) || !group$exists(part)) return(NULL)
    group <- group[[part]]
  }
  group
}

h5_parts <- function(path) Filter(nzchar, strsplit(path, "/", fixed = TRUE)[[1]])

# The group at "a/b/c", made where it is missing.
h5_make_group <- function(group, path) {
  for (part in h5_parts(path)) {
    group <- if (group$exists(part)) group[[part]] else group$create_group(part)
  }
  group
}

# Keras cuts lists of names that have more bytes than the header of an object holds, into name0, name1 ... of
# about the same length; so does this. An empty list is one of no doubles.
h5_attribute_limit <- 64512

h5_write_strings <- function(group, name, strings) {
  if (length(strings) == 0) {
    group$create_attr(name, dtype = hdf5r::h5types$H5T_IEEE_F64LE, space = h5_space(0))
    return(invisible())
  }
  bytes <- max(nchar(strings, "bytes"), 16) # 16: what stands in the header for a string of any length
  most <- h5_attribute_limit %/% bytes
  if (most == 0) {
    abort_tn(paste0("A name has ", bytes, " bytes; HDF5 files hold names of up to ", h5_attribute_limit, "."),
             "io", call = NULL)
  }
  parts <- ceiling(length(strings) / most)
  part <- (seq_along(strings) - 1) %/% ceiling(length(strings) / parts)
  names <- if (parts == 1) name else paste0(name, seq_len(parts) - 1)
  Map(function(name, strings) h5_write_attribute(group, name, strings, h5_space(length(strings))),
      names, split(strings, part))
  invisible()
}

h5_write_string <- function(group, name, string, utf8 = FALSE) {
  h5_write_attribute(group, name, string, hdf5r::H5S$new("scalar"), utf8)
}

# Strings of any length, as h5py writes them; marked as UTF-8 where they are not ASCII alone.
h5_write_attribute <- function(group, name, strings, space, utf8 = FALSE) {
  strings <- enc2utf8(strings)
  type <- hdf5r::H5T_STRING$new(size = Inf)
  if (utf8 || any(Encoding(strings) == "UTF-8")) type$set_cset(hdf5r::h5const$H5T_CSET_UTF8)
  group$create_attr(name, strings, type, space)
}

h5_space <- function(sizes) hdf5r::H5S$new("simple", dims = sizes, maxdims = sizes)

# The strings of an attribute, or of its parts name0, name1 ...; NULL when there is none.
h5_strings <- function(group, name) {
  if (group$attr_exists(name)) return(h5_attribute_strings(group, name))
  found <- NULL
  while (group$attr_exists(part <- paste0(name, length(found)))) {
    found <- c(found, list(h5_attribute_strings(group, part)))
  }
  unlist(found)
}

h5_attribute_strings <- function(group, name) {
  attribute <- group$attr_open(name)
  if (prod(h5_sizes(attribute$get_space())) == 0) return(character())
  strings <- attribute$read()
  if (!is.character(strings) || !all(validUTF8(strings))) {
    abort_tn(paste0("The attribute ", name, " of ", group$get_obj_name(), " holds no names."), "io",
             call = NULL)
  }
  Encoding(strings) <- "UTF-8"
  as.vector(strings)
}

# Numbers row by row, as 32-bit floats of a shape at "a/b/name" below a group.
h5_write_numbers <- function(group, path, values, shape) {
  dim(values) <- rev(shape) # as hdf5r counts axes
  h5_create(group, path, values, hdf5r::h5types$H5T_IEEE_F32LE)
}

# A weight, in pieces along the first axis where it is large: no copy of all of it as doubles.
h5_write_weight <- function(group, path, p, at_once = h5_piece) {
  row <- prod(p$shape[-1])
  rows <- max(1, floor(at_once / row))
  if (length(p$shape) == 0 || p$shape[1] <= rows) return(h5_write_numbers(group, path, parameter_rows(p), p$shape))
  sizes <- rev(p$shape)
  data <- h5_create(group, path, NULL, hdf5r::h5types$H5T_IEEE_F32LE, hdf5r::H5S$new("simple", sizes, sizes))
  for (at in h5_pieces(p$shape[1], rows)) {
    values <- engine_raw_read(p$data, length(at) * row, (at[1] - 1) * row)
    dim(values) <- c(sizes[-length(sizes)], length(at))
    data$write(h5_rows(at, p$shape), values)
    gc(full = FALSE) # see h5_floats()
  }
}

# Numbers that are read or written at once: hdf5r does it through doubles, for which memory in use is faster than new
# memory of the size of all.
h5_piece <- 2^20

h5_pieces <- function(n, rows) lapply(seq(1, n, by = rows), function(from) from:min(from + rows - 1, n))

# Arguments of hdf5r for some rows of an array of that shape; it counts axes from the last.
h5_rows <- function(at, shape) c(rep(list(quote(expr = )), length(shape) - 1), list(at))

h5_write_scalar <- function(group, path, value, type) h5_create(group, path, value, type, hdf5r::H5S$new("scalar"))

h5_create <- function(group, path, value, type, space = NULL) {
  parts <- h5_parts(path)
  group <- h5_make_group(group, paste(parts[-length(parts)], collapse = "/"))
  group$create_dataset(parts[length(parts)], value, dtype = type, space = space, chunk_dims = NULL)
}

# Shape of a data set of numbers; NULL for anything else.
h5_shape <- function(data) {
  if (!inherits(data, "H5D")) return(NULL)
  numbers <- as.character(data$get_type()$get_class()) %in% c("H5T_FLOAT", "H5T_INTEGER")
  if (numbers) rev(h5_sizes(data))
}

# Sizes of the axes of a data set or space, as they lie; hdf5r gives 64-bit integers.
h5_sizes <- function(x) {
  sizes <- plain_numbers(x$dims) %||% io_failure("A part of it claims to have 2^53 numbers or more along an axis.")
  as.numeric(sizes)
}

# The numbers of a data set row by row, which is how they lie in the file. What axes hdf5r gives them means
# nothing; taking these away would copy all.
h5_values <- function(data, args = NULL) {
  values <- data$read(args = args)
  if (is.object(values)) as.numeric(own_values(values)) else values
}

# The same as 32-bit floats, in pieces along the first axis where they are many.
h5_floats <- function(data, shape, at_once = h5_piece) {
  row <- prod(shape[-1])
  rows <- max(1, floor(at_once / row))
  if (length(shape) == 0 || shape[1] <= rows) return(engine_raw_floats(h5_values(data)))
  floats <- raw(4 * shape[1] * row)
  for (at in h5_pieces(shape[1], rows)) {
    engine_raw_place(floats, h5_values(data, h5_rows(at, shape)), (at[1] - 1) * row)
    gc(full = FALSE) # or each piece gets new memory, until R has enough garbage
  }
  floats
}
