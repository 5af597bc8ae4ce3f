# Standardised batches, folders and subsets as Keras gives them.

golden_flow_x <- function(case, name) {
  value <- case[[name]]
  if (!identical(value, "as in the first case")) return(golden_array(value))
  first <- Filter(function(c) c$case$kind == case$kind, golden_cases("image_arrays"))[[1]]$case
  golden_array(first[[name]])
}

check_golden_standardize <- function(case) {
  generator <- suppressWarnings(golden_call("image_data_generator", case$args))
  if (any(grepl("^featurewise", names(case$args)))) fit_image_data_generator(generator, golden_flow_x(case, "train"))
  x <- golden_flow_x(case, "x")
  got <- generator_next(flow_images_from_data(x, generator = generator, batch_size = dim(x)[1], shuffle = FALSE))
  expect_golden(got, golden_array(case$result), case$name, 1e-5, 1e-5)
}

check_golden_directory <- function(case) {
  of_generator <- names(case$args) %in% c("rescale", "validation_split")
  generator <- golden_call("image_data_generator", case$args[of_generator])
  flow <- suppressMessages(golden_call("flow_images_from_directory", case$args[!of_generator],
                                       list(file.path(golden_dir(), case$directory), generator)))
  expect_identical(flow$class_indices, lapply(case$class_indices, as.integer), label = case$name)
  expect_identical(flow$filenames, as.character(unlist(case$files)), label = case$name)
  expect_identical(flow$classes, as.integer(unlist(case$labels)), label = case$name)
  expect_equal(flow$samples, case$samples, label = case$name)
  for (batch in case$batches) check_golden_batch(generator_next(flow), batch, case)
}

check_golden_batch <- function(got, batch, case) {
  x <- inputs_of(got)
  expect_identical(dim(x), as.integer(unlist(batch$x_shape)), label = case$name)
  expect_golden(mean(x), batch$x_mean, case$name, 1e-5, 2 * case$args$rescale) # decoders of JPEG differ by two levels
  if (golden_is_tensor(batch$y) && !is.null(batch$y$data)) expect_golden(got[[2]], golden_array(batch$y), case$name, 0, 0)
  else if (is.null(case$args$class_mode)) expect_false(is.list(got), label = case$name)
  else expect_identical(got[[2]], x, label = case$name)
}

check_golden_subset <- function(case) {
  generator <- image_data_generator(validation_split = case$args$validation_split)
  flow <- flow_images_from_data(numbered_images(case$n) - 1, generator = generator, batch_size = case$n, shuffle = FALSE,
                                subset = case$args$subset)
  expect_equal(levels_of(generator_next(flow)), as.numeric(unlist(case$rows)), label = case$name)
}

check_golden_sizes <- function(case) {
  flow <- flow_images_from_data(numbered_images(case$n), batch_size = case$args$batch_size, shuffle = FALSE)
  sizes <- vapply(case$sizes, function(s) dim(generator_next(flow))[1], 0L)
  expect_equal(sizes, as.numeric(unlist(case$sizes)), label = case$name)
}

test_that("flows give Keras' batches", {
  skip_if_not_installed("png")
  skip_if_not_installed("jpeg")
  golden_group("image_arrays", function(case, top) {
    switch(case$kind,
      standardize = check_golden_standardize(case),
      flow_images_from_directory = check_golden_directory(case),
      flow_subset = check_golden_subset(case),
      flow_batches = check_golden_sizes(case))
  })
})
