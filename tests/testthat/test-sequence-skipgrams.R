test_that("a seed fixes the draws and leaves R's generator alone", {
  set.seed(1)
  before <- .Random.seed
  a <- skipgrams(1:20, 21, seed = 3)
  expect_identical(.Random.seed, before)
  expect_identical(skipgrams(1:20, 21, seed = 3), a)
  expect_false(identical(skipgrams(1:20, 21), a))
  expect_false(identical(.Random.seed, before))
})

test_that("pairs and labels belong together after shuffling", {
  got <- skipgrams(1:3, 4, window_size = 1, negative_samples = 1, seed = 2)
  pairs <- do.call(rbind, got$couples)
  positive <- unlist(got$labels) == 1
  expect_setequal(paste(pairs[positive, 1], pairs[positive, 2]), c("1 2", "2 1", "2 3", "3 2"))
  expect_equal(sum(!positive), 4)
  categorical <- skipgrams(1:3, 4, window_size = 1, seed = 2, categorical = TRUE)
  expect_identical(vapply(categorical$labels, `[`, 0L, 2L), as.integer(positive))
})

test_that("a sampling table drops first words by chance", {
  set.seed(1)
  got <- skipgrams(rep(1:2, 500), 3, 1, 0, sampling_table = c(0, 0.2, 1))
  first <- vapply(got$couples, `[`, 0L, 1L)
  expect_lt(abs(sum(first == 1) / 1000 - 0.2), 0.06)
  expect_gt(sum(first == 2), 990)
})

test_that("ranks are kept as the frequencies of Zipf's law say", {
  table <- make_sampling_table(1000)
  expect_identical(table[1], table[2])
  expect_false(is.unsorted(table))
  expect_equal(table[11], sqrt(1e-5 * (10 * (log(10) + 0.577) + 0.5 - 1 / 120)))
  expect_identical(make_sampling_table(0), numeric())
})

test_that("indices above the vocabulary have their neighbours, random words stay below", {
  set.seed(2)
  got <- skipgrams(c(1, 5, 90), 5, window_size = 2, negative_samples = 50)
  positive <- unlist(got$labels) == 1
  second <- vapply(got$couples, `[`, 0L, 2L)
  expect_setequal(second[positive], c(1, 5, 90))
  expect_setequal(second[!positive], 1:4)
  expect_setequal(vapply(got$couples, `[`, 0L, 1L), c(1, 5, 90))
  expect_length(skipgrams(10:13, 1, negative_samples = 0)$couples, 12)
  expect_error(skipgrams(c(1, 5), 3, sampling_table = make_sampling_table(4)), class = "tildenet_error_argument")
})

test_that("indices outside are refused", {
  expect_snapshot(error = TRUE, {
    skipgrams(c(1, -1), 5)
    skipgrams(c(1, NA), 5)
    skipgrams("a", 5)
    skipgrams(1:3, 4, sampling_table = c(1, 1))
    skipgrams(1:3, 4, negative_samples = -1)
    make_sampling_table(-1)
  })
})
