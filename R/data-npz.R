# Reads .npz files, zip archives of .npy files. Base R unpacks the members; that their checksums are
# right it does not look at, so the archive's directory is read here.

# Members of an archive by the names they have in NumPy; readers: a function of the bytes for each.
read_npz <- function(path, readers, call) {
  directory <- reading(path, zip_directory(readBin(path, "raw", file.size(path))), call)
  if (is.null(directory)) abort_broken_file(path, "It is no .npz file: the archive has no end.", call)
  absent <- setdiff(paste0(names(readers), ".npy"), directory$name)
  if (length(absent) > 0) {
    abort_broken_file(path, paste0("It does not hold ", paste(absent, collapse = ", "), "."), call)
  }
  Map(function(name, reader) {
    bytes <- zip_member(path, directory[match(paste0(name, ".npy"), directory$name), ], call)
    reading(path, reader(bytes), call)
  }, names(readers), readers)
}

npz_array <- function(bytes) engine_file_array(bytes, "npy")

# A list of integer vectors.
npz_sequences <- function(bytes) {
  found <- engine_file_sequences(bytes)
  to <- cumsum(found$lengths)
  from <- to - found$lengths
  lapply(seq_along(to), function(k) found$values[from[k] + seq_len(found$lengths[k])])
}

# Name, checksum and sizes of each member, from the entries at the end of the archive (PKWARE's
# APPNOTE, 4.3); NULL when there are none.
zip_directory <- function(bytes) {
  n <- length(bytes)
  tail <- seq.int(max(1, n - 65557), length.out = max(0, min(n, 65558) - 21))
  end <- tail[bytes[tail] == 0x50 & bytes[tail + 1] == 0x4b & bytes[tail + 2] == 5 & bytes[tail + 3] == 6]
  if (length(end) == 0) return(NULL)
  number <- function(at, size) {
    sum(as.integer(bytes[at + seq_len(size)]) * 256^(seq_len(size) - 1))
  }
  at <- number(end[length(end)] + 15, 4)
  entries <- list()
  while (at + 46 <= n && number(at, 4) == 0x02014b50) {
    entries[[length(entries) + 1]] <- data.frame(
      name = rawToChar(bytes[at + 46 + seq_len(number(at + 28, 2))]), crc = number(at + 16, 4),
      packed = number(at + 20, 4), size = number(at + 24, 4))
    at <- at + 46 + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2)
  }
  do.call(rbind, entries)
}

# What compression can gain at most; sizes beyond are made up.
most_gain <- 1032

zip_member <- function(path, entry, call) {
  if (entry$packed > file.size(path) || entry$size > most_gain * entry$packed) {
    abort_broken_file(path, paste0("It cannot hold ", entry$name, " with ", entry$size, " bytes."), call)
  }
  bytes <- reading(path, {
    con <- unz(path.expand(path), entry$name, "rb")
    on.exit(close(con))
    readBin(con, "raw", entry$size)
  }, call)
  if (length(bytes) != entry$size || engine_file_crc32(bytes) != entry$crc) {
    abort_broken_file(path, paste0("The checksum of ", entry$name, " is wrong."), call)
  }
  bytes
}
