put_reviews <- function(dir, reviews) {
  folder <- file.path(withr::local_tempdir(), "aclImdb")
  for (part in unique(paste0(reviews$split, "/", reviews$group))) {
    dir.create(file.path(folder, part), recursive = TRUE)
  }
  for (k in seq_len(nrow(reviews))) {
    r <- reviews[k, ]
    path <- file.path(folder, r$split, r$group, paste0(r$id, "_", r$rating, ".txt"))
    writeBin(charToRaw(enc2utf8(r$text)), path)
  }
  for (split in c("train", "test")) for (group in c("pos", "neg")) {
    films <- sprintf("http://www.imdb.com/title/tt%s%s%d/usercomments", split, group, 0:2)
    writeLines(sub("traintest", "", gsub("tt(train|test)(pos|neg)", "tt00", films)),
               file.path(folder, split, paste0("urls_", group, ".txt")))
  }
  dir.create(file.path(folder, "train", "unsup"))
  writeLines("no label", file.path(folder, "train", "unsup", "0_0.txt"))
  put_tar(dirname(folder), file.path(dir, "aclImdb_v1.tar.gz"), "aclImdb")
  file.path(dir, "aclImdb_v1.tar.gz")
}

reviews <- function() {
  data.frame(text = c("good", "bad", "Am\u00e9lie: <br />fine", "", "long \"quote\", comma"),
             split = c("test", "train", "train", "test", "train"), group = c("pos", "neg", "pos", "neg", "neg"),
             id = c(0L, 2L, 1L, 1L, 0L), rating = c(10L, 1L, 7L, 4L, 2L))
}

test_that("reviews are read from the archive of their authors", {
  dir <- local_data_dir()
  put_reviews(dir, reviews())
  found <- dataset_imdb_reviews()
  rows <- c(5, 2, 3, 4, 1) # by split, label and id
  expected <- reviews()[rows, ]
  expect_identical(found, data.frame(
    text = expected$text, label = as.integer(expected$group == "pos"), split = expected$split,
    rating = expected$rating, id = expected$id, imdb_id = paste0("tt00", expected$id)))
  expect_identical(Encoding(found$text[3]), "UTF-8")
  put_table(file.path(dir, "imdb_reviews.csv"), found[1:2, ]) # the table comes first
  expect_identical(dataset_imdb_reviews(), found[1:2, ])
})

test_that("an archive that was cut off, or is another one, is refused", {
  dir <- local_data_dir()
  path <- put_reviews(dir, reviews())
  size <- file.size(path)
  whole <- readBin(path, "raw", size)
  for (n in c(20, size %/% 2, size - 4)) {
    writeBin(utils::head(whole, n), path)
    expect_error(dataset_imdb_reviews(), "aclImdb_v1.tar.gz", class = "tildenet_error_io")
  }
  made <- withr::local_tempdir()
  writeLines("x", file.path(made, "x"))
  put_tar(made, path, "x")
  expect_error(dataset_imdb_reviews(), "no reviews", class = "tildenet_error_io")
})
