test_that("padding and truncating on either side", {
  s <- list(c(1, 2, 3), 4, integer())
  expect_identical(pad_sequences(s), rbind(1:3, c(0L, 0L, 4L), 0L))
  expect_identical(pad_sequences(s, 2), rbind(2:3, c(0L, 4L), 0L))
  expect_identical(pad_sequences(s, 2, padding = "post", truncating = "post", value = 9),
                   rbind(1:2, c(4L, 9L), 9L))
  expect_identical(pad_sequences(list(c(1.5, -1.5)), dtype = "float32"), rbind(c(1.5, -1.5)))
  expect_identical(pad_sequences(list(c(1.5, -1.5))), rbind(c(1L, -1L)))
  expect_identical(pad_sequences(list(list(1, 2), list(3))), rbind(1:2, c(0L, 3L)))
  expect_identical(dim(pad_sequences(list(), maxlen = 3)), c(0L, 3L))
  expect_identical(dim(pad_sequences(list(1:3), maxlen = 0)), c(1L, 0L))
  expect_identical(pad_sequences(list(3e9)), rbind(3e9))
})

test_that("vectors as items give one axis more", {
  out <- pad_sequences(list(list(1:2, 3:4), list(5:6)), value = -1)
  expect_identical(dim(out), c(2L, 2L, 2L))
  expect_identical(out[2, , ], rbind(c(-1L, -1L), 5:6))
})

test_that("padding is that of a loop over the rows, whatever the type", {
  by_rows <- function(sequences, maxlen, padding, truncating, value) {
    t(vapply(sequences, function(s) {
      s <- unlist(s)
      if (length(s) > maxlen) s <- if (truncating == "pre") utils::tail(s, maxlen) else utils::head(s, maxlen)
      filling <- rep(value, maxlen - length(s))
      as.numeric(if (padding == "pre") c(filling, s) else c(s, filling))
    }, numeric(maxlen)))
  }
  set.seed(3)
  kinds <- list(integer = lapply(sample(0:9, 41, TRUE), function(n) sample.int(100, n, TRUE)),
                double = lapply(sample(0:9, 41, TRUE), function(n) round(stats::rnorm(n, 0, 100), 3)),
                logical = list(TRUE, c(FALSE, TRUE), logical()), mixed = list(1L, c(2.5, 3), list(4L, TRUE), NULL))
  for (s in kinds) for (padding in c("pre", "post")) for (truncating in c("pre", "post")) {
    expected <- by_rows(s, 5, padding, truncating, -1.5)
    got <- function(dtype) pad_sequences(s, 5, dtype, padding, truncating, value = -1.5)
    expect_identical(got("float32"), expected)
    expect_identical(got("int32"), matrix(as.integer(trunc(expected)), nrow(expected)))
  }
  expect_identical(pad_sequences(list(c(3e9, 1), 2), maxlen = 1), rbind(1L, 2L))
  expect_identical(pad_sequences(list(c(3e9, 1.5), 2)), rbind(c(3e9, 1), c(0, 2)))
  expect_identical(pad_sequences(list(1), 2, value = -3e9), rbind(c(-3e9, 1)))
})

test_that("what is no list of sequences is refused", {
  expect_snapshot(error = TRUE, {
    pad_sequences(1:3)
    pad_sequences(list())
    pad_sequences(list("a"))
    pad_sequences(list(1), maxlen = -1)
    pad_sequences(list(1), padding = "both")
    pad_sequences(list(1), truncating = "middle")
    pad_sequences(list(1), dtype = "string")
    pad_sequences(list(1), value = NA)
    pad_sequences(list(list(1:2), list(1:3)))
  })
})

test_that("missing and infinite items are refused, rows no memory holds too", {
  for (bad in list(NA, c(1, NaN), list(c(1, NA)))) {
    expect_error(pad_sequences(list(1:3, bad)), class = "tildenet_error")
  }
  expect_error(pad_sequences(list(1:3, NA)), "`sequences` must hold no missing values", class = "tildenet_error_missing")
  for (bad in c(Inf, -Inf, 1e300)) {
    expect_error(pad_sequences(list(1:3, bad), dtype = "float32"), class = "tildenet_error_data")
    expect_error(pad_sequences(list(1:3), value = bad), class = "tildenet_error_argument")
  }
  for (bad in c(1e10, Inf, NA, 1.5, -1)) expect_error(pad_sequences(list(1), maxlen = bad), class = "tildenet_error_argument")
})
