# Data sets against Keras, each from a copy of its file in a cache.

golden_cache <- function(case, frame = parent.frame()) {
  folder <- file.path(local_data_dir(frame), "keras", "datasets")
  dir.create(folder, recursive = TRUE)
  file.copy(file.path(golden_dir(), case$file), folder)
}

expect_texts <- function(x, expected, label) {
  expect_identical(lapply(x, as.integer), lapply(expected, function(w) as.integer(unlist(w))), label = label)
  expect_true(all(vapply(x, is.integer, NA)), label = label)
}

check_golden_texts <- function(case) {
  golden_cache(case)
  read <- function() golden_call(case$kind, case$args)
  if (grepl("no sequence was kept", case$error %||% "")) {
    return(expect_error(read(), class = "tildenet_error_argument", label = case$name))
  }
  data <- read()
  expect_identical(names(data), c("train", "test"))
  expect_identical(lengths(data$train$x) > 0, rep(TRUE, length(data$train$x)))
  if (!is.null(case$error)) return() # an accident of the original that is none here
  for (part in c("train", "test")) {
    field <- function(name) case[[paste0(name, "_", part)]]
    expect_texts(data[[part]]$x, field("x"), paste(case$name, part))
    expect_identical(data[[part]]$y, as.integer(unlist(field("y"))), label = paste(case$name, part))
  }
}

check_golden_npz <- function(case) {
  first <- golden_cases("datasets_imdb")[[1]]$case
  path <- file.path(golden_dir(), case$file)
  found <- read_npz(path, list(x_train = npz_sequences, x_test = npz_sequences, y_train = npz_array,
                               y_test = npz_array), NULL)
  expect_texts(found$x_train, first$x_train, case$name)
  expect_texts(found$x_test, first$x_test, case$name)
  expect_identical(found$y_train, as.integer(unlist(first$y_train)), label = case$name)
  expect_identical(found$y_test, as.integer(unlist(first$y_test)), label = case$name)
}

check_golden_arrays <- function(case) {
  readers <- lapply(case$arrays, function(a) npz_array)
  found <- read_npz(file.path(golden_dir(), case$file), readers, NULL)
  for (name in names(found)) {
    expect_golden(found[[name]], golden_array(case$arrays[[name]]), name, 1e-7, 0)
  }
}

check_golden_housing <- function(case) {
  golden_cache(case)
  data <- golden_call(case$kind, case$args)
  for (part in c("train", "test")) {
    expect_identical(dim(data[[part]]$x), as.integer(unlist(case[[paste0("x_", part, "_shape")]])))
    x <- case[[paste0("x_", part)]]
    if (!is.null(x)) expect_golden(data[[part]]$x, golden_array(x), paste(case$name, part), 1e-7, 0)
    expect_golden(data[[part]]$y, golden_array(case[[paste0("y_", part)]]), paste(case$name, part), 1e-7, 0)
  }
}

check_golden_word_index <- function(case) {
  golden_cache(case)
  found <- golden_call(case$kind)
  expect_identical(found[unlist(case$words)],
                   stats::setNames(lapply(case$index, as.integer), unlist(case$words)))
}

check_golden_shuffle <- function(case) {
  found <- engine_file_shuffle(case$seed, case$n)[[1]]
  expect_identical(found - 1L, as.integer(unlist(case$result)), label = case$name)
}

check_golden_shuffle_facts <- function(case) {
  found <- engine_file_shuffle(case$seed, c(case$n, case$n))
  sum_of <- function(order) sum(seq_along(order) * (order - 1)) %% 2147483647
  expect_equal(vapply(found, sum_of, 0), c(case$check, case$second_check), tolerance = 0, label = case$name)
  expect_identical(found[[1]][1:20] - 1L, as.integer(unlist(case$first)))
  expect_identical(found[[2]][1:20] - 1L, as.integer(unlist(case$second_first)))
}

check_golden_dataset <- function(case, top) {
  check <- switch(case$kind,
    npz = check_golden_npz, npz_arrays = check_golden_arrays,
    dataset_imdb = , dataset_reuters = check_golden_texts,
    dataset_boston_housing = check_golden_housing,
    dataset_imdb_word_index = , dataset_reuters_word_index = check_golden_word_index,
    shuffle = check_golden_shuffle, shuffle_facts = check_golden_shuffle_facts
  )
  check(case)
}

test_that("imdb agrees with Keras", {
  golden_group("datasets_imdb", check_golden_dataset)
})

test_that("reuters, housing prices and shuffles agree with Keras and NumPy", {
  # The generator's own numbers are looked at in tests/c/test_files.c.
  golden_group("datasets_other", check_golden_dataset, left_out = "generator of seed 113")
})
