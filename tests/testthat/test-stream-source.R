test_that("sources of the same rows give the same fit", {
  d <- stream_rows(400)
  d$b[is.na(d$b)] <- 0
  path <- withr::local_tempfile(fileext = ".csv")
  utils::write.csv(d, path, row.names = FALSE)
  fits <- with_table(d, function(con) {
    skip_if_not_installed("dbplyr")
    lapply(list(data_query(con, "d"), data_query(con, "SELECT * FROM d ORDER BY id"), dplyr::tbl(con, "d"), data_csv(path),
                frame_source(d)), function(source) stream_kms(y ~ a + b + f, source))
  })
  for (fit in fits[-1]) expect_equal(get_weights(fit$model), get_weights(fits[[1]]$model), tolerance = 1e-5)
})

test_that("columns whose first chunk does not tell their type are read", {
  d <- stream_rows(300)
  d$b[1:100] <- NA
  d$g <- as.integer(d$g)
  d$g[150] <- 2.5
  types <- new_chunk_types()
  seen <- list()
  parts <- list(transform(d[1:100, ], b = NA, g = as.integer(g)), d[101:300, ])
  source <- new_row_source("parts", function(chunk) {
    i <- 0
    list(read = function() {
      i <<- i + 1
      if (i <= 2) parts[[i]]
    }, close = function() NULL)
  })
  each_chunk(source, 100, types, function(rows) seen <<- c(seen, list(rows)))
  expect_type(types$types$b, "double")
  expect_type(types$types$g, "double")
  fit <- stream_kms(y ~ a + b + g, source)
  expect_identical(fit$N, 200)
  expect_error(each_chunk(source, 100, new_chunk_types(list(f = numeric())), identity), class = "tildenet_error_data")
})

test_that("CSV files are read in chunks, with other separators, texts with line ends, and types that are named", {
  path <- withr::local_tempfile(fileext = ".csv")
  d <- data.frame(a = c(1.5, NA, 3, 4), s = c("x;y", "two\nlines", "say \"so\"", "z"), code = c("01", "02", "03", "04"))
  utils::write.table(d, path, sep = ";", row.names = FALSE, qmethod = "double", na = "")
  rows <- list()
  each_chunk(data_csv(path, sep = ";", types = c(code = "character")), 3, new_chunk_types(), function(r) rows <<- c(rows, list(r)))
  expect_identical(vapply(rows, nrow, 0L), c(3L, 1L))
  back <- do.call(rbind, rows)
  expect_identical(back$a, d$a)
  expect_identical(back$s[-3], d$s[-3])
  expect_identical(back$code[4], "04")
  expect_error(data_csv(path, nrows = 3), class = "tildenet_error_argument")
  expect_error(data_csv(path, types = "numeric"), class = "tildenet_error_argument")
  expect_error(each_chunk(data_csv("none.csv"), 3, new_chunk_types(), identity), class = "tildenet_error_data")
  expect_error(data_query("con", "d"), class = "tildenet_error_argument")
  expect_output(print(data_csv("films.csv")), "films.csv")
})

test_that("Parquet files are read one after the other", {
  skip_if(rlang::is_installed("arrow"), "package arrow reads them")
  skip_if_not_installed("nanoparquet")
  d <- stream_rows(300)
  folder <- withr::local_tempdir()
  getExportedValue("nanoparquet", "write_parquet")(d[1:180, ], file.path(folder, "a.parquet"))
  getExportedValue("nanoparquet", "write_parquet")(d[181:300, ], file.path(folder, "b.parquet"))
  rows <- list()
  each_chunk(data_parquet(folder), 100, new_chunk_types(), function(r) rows <<- c(rows, list(r)))
  expect_identical(vapply(rows, nrow, 0L), c(100L, 80L, 100L, 20L))
  expect_equal(do.call(rbind, rows), d, ignore_attr = TRUE)
  one <- stream_kms(y ~ a + f, data_parquet(file.path(folder, c("a.parquet", "b.parquet"))))
  expect_equal(one$train_scale, stream_kms(y ~ a + f, frame_source(d))$train_scale)
  expect_error(stream_kms(y ~ a, data_parquet("none.parquet")), class = "tildenet_error_data")
})

test_that("objects of arrow are read batch by batch", {
  skip_if_not_installed("arrow")
  d <- stream_rows(300)
  table <- getExportedValue("arrow", "arrow_table")(d)
  one <- stream_kms(y ~ a + f, table)
  expect_equal(one$train_scale, stream_kms(y ~ a + f, frame_source(d))$train_scale)
  expect_error(stream_kms(y ~ a + f, getExportedValue("arrow", "as_record_batch_reader")(table)), class = "tildenet_error_argument")
})

test_that("sums over chunks are those of all rows", {
  withr::local_seed(2)
  x <- cbind(stats::rnorm(500, 1e6), rep(1, 500), rbinom(500, 1, 0.5), rbinom(500, 3, 0.5), 0)
  sums <- new_column_sums()
  sparse <- new_column_sums()
  for (rows in split(seq_len(500), rep(1:7, length.out = 500))) {
    column_sums_add(sums, x[rows, ])
    column_sums_add(sparse, methods::as(x[rows, ], "CsparseMatrix"))
  }
  expect_equal(sums$m, colMeans(x))
  expect_equal(sqrt(sums$s / 499), apply(x, 2, stats::sd))
  expect_identical(sums$many, apply(x, 2, function(v) length(unique(v)) > 2))
  expect_identical(sums$filled, colSums(x != 0))
  for (name in c("m", "lo", "hi", "many", "filled")) expect_equal(sparse[[name]], sums[[name]])
  expect_equal(sparse$s, sums$s, tolerance = 1e-6)
})

test_that("the reservoir holds each row with the same chance, whatever the chunks are", {
  rows <- data.frame(i = seq_len(1000))
  draw <- function(seed, size) {
    kept <- reservoir(100, seed)
    for (part in split(rows$i, ceiling(rows$i / size))) kept$add(rows[part, , drop = FALSE])
    kept$rows()$i
  }
  expect_identical(draw(1, 70), draw(1, 1000))
  expect_identical(anyDuplicated(draw(2, 30)), 0L)
  means <- vapply(1:60, function(seed) mean(draw(seed, 300)), 0)
  expect_lt(abs(mean(means) - 500.5), 15)
})

test_that("chunks of more rows than the root of the largest integer are summed", {
  withr::local_seed(3)
  x <- matrix(stats::rnorm(120000))
  sums <- new_column_sums()
  column_sums_add(sums, x[1:60000, , drop = FALSE])
  column_sums_add(sums, x[60001:120000, , drop = FALSE])
  expect_equal(sqrt(sums$s / (sums$n - 1)), stats::sd(x))
  state <- list2env(list(seen = list(), values = list(), labelled = character()))
  survey_new(state, data.frame(y = x[, 1]), NULL)
  expect_null(state$values)
  survey_new(state, data.frame(y = x[, 1]), NULL)
  expect_null(state$values)
})
