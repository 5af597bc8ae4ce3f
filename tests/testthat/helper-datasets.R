# Data sets in folders of their own: nothing of the user's home is read or written, nor is the net.

# An empty folder that is tildenet.data_dir, with a Keras cache and a user cache inside.
local_data_dir <- function(frame = parent.frame()) {
  dir <- withr::local_tempdir(.local_envir = frame)
  withr::local_options(tildenet.data_dir = dir, .local_envir = frame)
  withr::local_envvar(KERAS_HOME = file.path(dir, "keras"), R_USER_CACHE_DIR = file.path(dir, "user"),
                      TILDENET_DATA_DIR = NA, .local_envir = frame)
  dir
}

# Writes data as csv, UTF-8, blanks for NA.
put_table <- function(path, data) {
  lines <- utils::capture.output(utils::write.csv(data, row.names = FALSE, na = ""))
  con <- if (endsWith(path, ".gz")) gzfile(path, "wb") else file(path, "wb")
  on.exit(close(con))
  writeLines(enc2utf8(lines), con, useBytes = TRUE)
  path
}

some_films <- function() {
  data.frame(title = c("Am\u00e9lie", "A \"quoted\", film", ""), genre = "Drama", director = c("a", "NA", "c"),
             year = 1999:2001, duration = c(100L, NA, 90L), gross = 10L, budget = 5L,
             cast_facebook_likes = 0L, votes = 1L, reviews = 2L, rating = c(7.5, 8, NA))
}

# The folders of paths in `dir` as a compressed archive beside them.
put_tar <- function(dir, archive, paths) {
  withr::with_dir(dir, utils::tar(archive, paths, compression = "gzip", tar = "internal"))
}

# A copy of a file with its bytes changed by f.
with_bytes <- function(from, to, f) writeBin(f(readBin(from, "raw", file.size(from))), to)

# ---- files as NumPy writes them ---------------------------------------------------------------------

little <- function(x, size) as.raw(x %/% 256^(seq_len(size) - 1) %% 256)

# An .npy of bytes or of whole numbers with 8 bytes, in C order.
npy_bytes <- function(x, type = "|u1") {
  shape <- dim(x) %||% length(x)
  header <- charToRaw(sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }\n", type,
                              paste(shape, collapse = ", ")))
  values <- as.vector(aperm(array(x, shape), rev(seq_along(shape))))
  c(as.raw(0x93), charToRaw("NUMPY"), as.raw(1:0), little(length(header), 2), header,
    unlist(lapply(values, little, size = as.integer(sub("^..", "", type)))))
}

# A zip archive of members that are stored as they are. damage: a function of the whole.
put_npz <- function(path, members, damage = identity) {
  entry <- function(k) {
    bytes <- members[[k]]
    name <- charToRaw(paste0(names(members)[k], ".npy"))
    common <- c(little(20, 2), raw(8), little(tildenet:::engine_file_crc32(bytes), 4),
                little(length(bytes), 4), little(length(bytes), 4), little(length(name), 2), raw(2))
    list(here = c(as.raw(c(0x50, 0x4b, 3, 4)), common, name, bytes),
         there = function(at) {
           c(as.raw(c(0x50, 0x4b, 1, 2)), little(20, 2), common, raw(10), little(at, 4), name)
         })
  }
  entries <- lapply(seq_along(members), entry)
  sizes <- lengths(lapply(entries, `[[`, "here"))
  starts <- cumsum(sizes) - sizes
  directory <- unlist(Map(function(e, at) e$there(at), entries, starts))
  end <- c(as.raw(c(0x50, 0x4b, 5, 6)), raw(4), little(length(members), 2), little(length(members), 2),
           little(length(directory), 4), little(sum(sizes), 4), raw(2))
  writeBin(damage(c(unlist(lapply(entries, `[[`, "here")), directory, end)), path)
  path
}

# Equally long sequences: an array with two axes.
put_imdb <- function(path, ...) {
  put_npz(path, list(x_train = npy_bytes(matrix(1:6, 3), "<i8"), y_train = npy_bytes(c(0, 1, 1)),
                     x_test = npy_bytes(matrix(7:8, 1), "<i8"), y_test = npy_bytes(1)), ...)
}

# What Python 2 wrote of list(data = bytes of images as rows, labels).
batch_bytes <- function(images, labels) {
  text <- function(x) c(charToRaw("U"), little(nchar(x), 1), charToRaw(x))
  data <- as.raw(t(images))
  c(as.raw(c(0x80, 2)), charToRaw("}("), text("data"),
    charToRaw("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK"), as.raw(0), as.raw(0x85), text("b"),
    as.raw(0x87), charToRaw("R(K"), as.raw(1), charToRaw("M"), little(nrow(images), 2), charToRaw("M"),
    little(ncol(images), 2), as.raw(0x86), charToRaw("cnumpy\ndtype\n"), text("u1"), charToRaw("K"), as.raw(0),
    charToRaw("K"), as.raw(1), as.raw(0x87), charToRaw("R(K"), as.raw(3), text("|"),
    charToRaw("NNNJ"), as.raw(rep(255, 4)), charToRaw("J"), as.raw(rep(255, 4)), charToRaw("K"), as.raw(0),
    charToRaw("tb"), as.raw(0x89), charToRaw("T"), little(length(data), 4), data, charToRaw("tb"),
    text("labels"), charToRaw("]("), unlist(lapply(labels, function(y) c(charToRaw("K"), as.raw(y)))),
    charToRaw("eu."))
}
