# The film reviews as their authors publish them: an archive with a file for each review,
# aclImdb/<split>/<neg or pos>/<id>_<rating>.txt, whose film stands in line id + 1 of urls_<neg or
# pos>.txt. It is read from beginning to end; nothing is unpacked.

acl_reviews <- function(path, call) {
  con <- reading(path, gzfile(path, "rb"), call)
  on.exit(close(con))
  files <- reading(path, acl_files(con), call)
  check_gzip_end(con, path, call)
  names <- names(files)
  part <- function(k) sub("^aclImdb/([a-z]+)/([a-z]+)/([0-9]+)_([0-9]+)[.]txt$", paste0("\\", k), names[text])
  text <- !grepl("urls_", names, fixed = TRUE)
  if (!any(text)) abort_broken_file(path, "It holds no reviews.", call)
  reviews <- data.frame(text = unlist(files[text], use.names = FALSE), label = as.integer(part(2) == "pos"),
                        split = part(1), rating = as.integer(part(4)), id = as.integer(part(3)))
  Encoding(reviews$text) <- "UTF-8"
  reviews$imdb_id <- acl_films(files[!text], reviews)
  reviews <- reviews[order(reviews$split != "train", reviews$label, reviews$id), ]
  rownames(reviews) <- NULL
  reviews
}

acl_films <- function(urls, reviews) {
  films <- lapply(urls, function(text) sub(".*/title/(tt[0-9]+).*", "\\1", strsplit(text, "\n")[[1]]))
  list <- paste0("aclImdb/", reviews$split, "/urls_", ifelse(reviews$label == 1, "pos", "neg"), ".txt")
  out <- rep(NA_character_, nrow(reviews))
  for (name in names(films)) {
    here <- list == name
    out[here] <- films[[name]][reviews$id[here] + 1]
  }
  out
}

# The texts of reviews and films, by name. In a tar archive blocks of 512 bytes follow one another: a
# header (name, size as octal digits), then the file.
acl_files <- function(con) {
  wanted <- "^aclImdb/(train|test)/((neg|pos)/[0-9]+_[0-9]+|urls_(neg|pos))[.]txt$"
  out <- new.env()
  repeat {
    header <- readBin(con, "raw", 512)
    if (length(header) < 512 || header[1] == 0) break
    name <- rawToChar(header[1:100][cumsum(header[1:100] == 0) == 0])
    size <- strtoi(rawToChar(header[125:135]), 8)
    body <- readBin(con, "raw", 512 * ceiling(size / 512))
    if (grepl(wanted, name)) assign(name, rawToChar(body[seq_len(size)]), envir = out)
  }
  read_to_end(con)
  as.list(out)
}
