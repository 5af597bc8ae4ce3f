# Image files as Keras reads them.

golden_file <- function(case) file.path(golden_dir(), case$file)

test_that("image files give Keras' grey levels", {
  skip_if_not_installed("png")
  skip_if_not_installed("jpeg")
  golden_group("image_load", function(case, top) {
    if (case$kind == "image_refused") {
      return(expect_error(image_load(golden_file(case)), class = "tildenet_error_io", label = case$name))
    }
    got <- do.call(image_load, c(list(golden_file(case)), lapply(case$args, golden_value)))
    expect_golden(image_to_array(got), golden_array(case$result), case$name, 0, case$tolerance %||% 0)
  })
})

test_that("transforms give the values about the true centre", {
  golden_group("image_transform", function(case, top) {
    parameters <- lapply(case$parameters, golden_value)
    names(parameters)[names(parameters) == "channel_shift_intensity"] <- "channel_shift"
    got <- do.call(image_apply_transform, c(list(golden_array(top$image)), parameters, lapply(case$args, golden_value)))
    expect_golden(got, golden_array(case$centred %||% case$keras_1_1_2), case$name, 1e-5, 1e-5)
  })
})

test_that("preprocessing gives Keras' values", {
  # The other kinds of this group are tested with the generators.
  golden_group("image_arrays", function(case, top) {
    if (case$kind != "imagenet_preprocess_input") return()
    got <- golden_call(case$kind, case$args, list(golden_array(case$x)))
    expect_golden(got, golden_array(case$result), case$name, 1e-5, 1e-5)
  })
})
