# Padding, skip-grams, windows over series, one-hot coding, norms against Keras.

# Items of one sequence: a vector, a list of vectors, or (not a sequence) a bare number.
items_of <- function(s) {
  if (!is.list(s)) return(s)
  if (any(vapply(s, is.list, NA))) lapply(s, function(v) as.numeric(unlist(v))) else as.numeric(unlist(s))
}

check_golden_pad <- function(case) {
  sequences <- lapply(case$sequences, items_of)
  # In R a list of numbers is a list of sequences of length 1; a plain vector is not.
  if (grepl("not sequences", case$name)) sequences <- unlist(sequences)
  pad <- function() golden_call("pad_sequences", case$args, list(sequences))
  if (!is.null(case$error)) return(expect_error(pad(), class = "tildenet_error", label = case$name))
  expect_golden(pad(), golden_array(case$result), case$name, 1e-6, 0)
  expect_identical(is.integer(pad()), grepl("int", case$dtype), label = case$name)
}

two_columns <- function(x) matrix(as.numeric(unlist(x)), ncol = 2, byrow = TRUE)

skipgrams_of <- function(case) {
  golden_call("skipgrams", case$args, list(as.integer(unlist(case$sequence))))
}

check_golden_skipgrams <- function(case) {
  got <- skipgrams_of(case)
  expect_equal(two_columns(got$couples), two_columns(case$couples), label = case$name)
  expect_equal(as.numeric(unlist(got$labels)), as.numeric(unlist(case$labels)), label = case$name)
}

check_golden_skipgrams_facts <- function(case) {
  got <- skipgrams_of(case)
  couples <- two_columns(got$couples)
  positive <- unlist(got$labels) == 1
  expect_equal(c(sum(positive), sum(!positive)), c(case$positive, case$negative), label = case$name)
  words <- case$first_words_of_positive
  expect_equal(as.numeric(table(factor(couples[positive, 1], unlist(words$word)))), as.numeric(unlist(words$count)))
  range <- unlist(case$negative_second_range)
  expect_true(all(couples[!positive, 2] >= range[1] & couples[!positive, 2] <= range[2]))
  expect_true(all(couples[!positive, 1] %in% couples[positive, 1]))
}

series_of <- function(case) {
  golden_call("timeseries_generator", case$args, list(golden_array(case$data), golden_array(case$targets)))
}

check_golden_series <- function(case) {
  if (!is.null(case$error)) return(expect_error(series_of(case), class = "tildenet_error", label = case$name))
  generator <- series_of(case)
  expect_length(generator, case$length)
  for (batch in c(case$batches, case$batches[1])) {
    got <- generator_next(generator)
    expect_golden(got[[1]], golden_array(batch$x), case$name, 1e-6, 0)
    expect_golden(got[[2]], golden_array(batch$y), case$name, 1e-6, 0)
  }
}

check_golden_series_facts <- function(case) {
  generator <- series_of(case)
  data <- as.numeric(golden_array(case$data))
  for (i in seq_len(case$length)) {
    got <- generator()
    starts <- match(got[[1]][, 1], data)
    expect_equal(dim(got[[1]]), as.integer(unlist(case$x_shape)))
    expect_equal(got[[1]], outer(starts, seq_len(case$args$length) - 1, function(s, k) data[s + k]))
    expect_equal(as.numeric(got[[2]]), as.numeric(golden_array(case$targets))[starts + case$args$length])
  }
}

check_golden_categorical <- function(case) {
  call <- function() golden_call("to_categorical", case$args, list(golden_array(case$y)))
  # Keras counts negative labels from the end; here they are an error.
  if (is.null(case$result)) return(expect_error(call(), class = "tildenet_error", label = case$name))
  expect_golden(call(), golden_array(case$result), case$name, 0, 0)
}

test_that("sequence functions give Keras' numbers", {
  golden_group("sequences", function(case, top) {
    switch(case$kind,
      pad_sequences = check_golden_pad(case),
      skipgrams = check_golden_skipgrams(case),
      skipgrams_facts = check_golden_skipgrams_facts(case),
      sampling_table = expect_golden(golden_call("make_sampling_table", case$args),
                                     golden_numbers(case$result$data), case$name, 1e-7, 0),
      sampling_table_at = {
        got <- golden_call("make_sampling_table", case$args)
        expect_golden(got[unlist(case$position) + 1], unlist(case$values), case$name, 1e-7, 0)
        expect_golden(sum(got), case$sum, case$name, 1e-7, 0)
      },
      timeseries_generator = check_golden_series(case),
      timeseries_facts = check_golden_series_facts(case),
      to_categorical = , to_categorical_facts = check_golden_categorical(case),
      normalize = expect_golden(normalize(golden_array(case$x), case$r_axis, case$args$order),
                                golden_array(case$result), case$name, 1e-6, 1e-9),
      stop(case$kind))
  })
})
