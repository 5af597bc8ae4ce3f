test_that("functions are generators, models and layers are not", {
  expect_true(is_generator(function() 1))
  expect_false(is_generator(scale_model()))
  expect_false(is_generator(matrix(0)))
  expect_equal(generator_next(function() 3), 3)
  expect_equal(generator_next(function() NULL, completed = "end"), "end")
  expect_error(generator_next(3), class = "tildenet_error_argument")
})
