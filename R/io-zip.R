# Zip archives (PKWARE's application note, 4.3) whose members are stored as they are.

is_zip <- function(path) identical(readBin(path, "raw", 4), as.raw(c(0x50, 0x4b, 0x03, 0x04)))

# Fills an empty file. members: their paths, named as they are in the archive.
zip_write <- function(path, members, at_once = 2^24) {
  append <- function(bytes) {
    reason <- append_bytes(path, bytes)
    if (!is.null(reason)) io_failure(reason)
  }
  sizes <- file.size(members)
  if (sum(sizes) >= 2^32 - 2^16) io_failure("Archives hold less than 4 GB; HDF5 files hold any number of bytes.")
  append(raw())
  central <- raw()
  for (k in seq_along(members)) {
    use_pieces <- function(use) {
      for (at in h5_pieces(sizes[k], at_once)) use(engine_file_part(members[[k]], at[1] - 1, length(at)))
    }
    crc <- 0
    use_pieces(function(bytes) crc <<- engine_file_crc32(bytes, crc))
    entry <- zip_entry(names(members)[k], crc, sizes[k])
    start <- file.size(path)
    append(c(zip_numbers(c(0x04034b50, 4)), entry$numbers, entry$name))
    use_pieces(append)
    central <- c(central, zip_numbers(c(0x02014b50, 4), c(20, 2)), entry$numbers,
                 zip_numbers(c(0, 2), c(0, 2), c(0, 2), c(0, 4), c(start, 4)), entry$name)
  }
  n <- length(members)
  append(c(central, zip_numbers(c(0x06054b50, 4), c(0, 2), c(0, 2), c(n, 2), c(n, 2), c(length(central), 4),
                                c(file.size(path), 4), c(0, 2))))
}

# What both headers of a member say: version 2.0, names in UTF-8, not packed, 1980-01-01, its checksum and sizes.
zip_entry <- function(name, crc, size) {
  name <- charToRaw(enc2utf8(name))
  list(name = name, numbers = zip_numbers(c(20, 2), c(0x800, 2), c(0, 2), c(0, 2), c(33, 2), c(crc, 4), c(size, 4),
                                          c(size, 4), c(length(name), 2), c(0, 2)))
}

# Whole numbers, each c(value, bytes), lowest byte first.
zip_numbers <- function(...) {
  do.call(c, lapply(list(...), function(x) as.raw(x[1] %/% 256^(seq_len(x[2]) - 1) %% 256)))
}
