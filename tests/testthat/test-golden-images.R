# Image files as Keras reads them.

golden_file <- function(case) file.path(golden_dir(), case$file)

test_that("image files give Keras' grey levels", {
  skip_if_not_installed("png")
  skip_if_not_installed("jpeg")
  golden_group("image_load", function(case, top) {
    if (case$kind == "image_refused") {
      return(expect_error(read_image(golden_file(case)), class = "tildenet_error_io", label = case$name))
    }
    got <- do.call(read_image, c(list(golden_file(case)), lapply(case$args, golden_value)))
    expect_golden(got, golden_array(case$result), case$name, 0, case$tolerance %||% 0)
  })
})
