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

# A copy of a file with its bytes changed by f.
with_bytes <- function(from, to, f) writeBin(f(readBin(from, "raw", file.size(from))), to)
