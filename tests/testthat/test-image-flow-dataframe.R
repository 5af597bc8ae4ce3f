films <- function(n = 4) {
  data.frame(filename = paste0("a/", seq_len(n), ".png"), class = rep(c("war", "Art"), length.out = n),
             budget = seq_len(n) * 1.5, year = 2000 + seq_len(n))
}

flow_of_films <- function(folder, frame = films(), ..., shuffle = FALSE) {
  quiet_dataframe(frame, folder, target_size = c(4, 4), shuffle = shuffle, ...)
}

test_that("every class mode gives its targets", {
  folder <- local_image_folder(c(a = 4))
  targets <- function(...) generator_next(flow_of_films(folder, ...))[[2]]
  columns <- rbind(c(0, 1), c(1, 0), c(0, 1), c(1, 0))
  expect_identical(targets(), columns)
  expect_identical(targets(class_mode = "binary"), array(c(1, 0, 1, 0), 4))
  expect_identical(targets(class_mode = "sparse", classes = c("war", "Art")), array(c(0, 1, 0, 1), 4))
  expect_identical(targets(class_mode = "raw", y_col = "budget"), array(films()$budget, 4))
  expect_identical(targets(class_mode = "raw", y_col = c("budget", "year")), cbind(films()$budget, films()$year))
  expect_equal(targets(class_mode = "multi_output", y_col = c("budget", "year")), list(array(films()$budget, 4), array(films()$year, 4)))
  x <- generator_next(flow_of_films(folder, class_mode = "input"))
  expect_identical(x[[1]], x[[2]])
  expect_identical(levels_of(generator_next(flow_of_films(folder, class_mode = NULL))), c(10, 20, 30, 40))
})

test_that("targets stay with their files through shuffling, subsets and batches", {
  folder <- local_image_folder(c(a = 10))
  generator <- image_data_generator(validation_split = 0.2)
  flow <- flow_of_films(folder, films(10), generator = generator, class_mode = "raw", y_col = "budget", batch_size = 3,
                        subset = "training", shuffle = TRUE)
  expect_length(flow, 3)
  batches <- lapply(1:3, function(i) generator_next(flow))
  expect_equal(unlist(lapply(batches, `[[`, 2)), unlist(lapply(batches, levels_of)) * 0.15)
  expect_setequal(unlist(lapply(batches, levels_of)), 3:10 * 10)
  several <- flow_of_films(folder, films(10), class_mode = "multi_output", y_col = c("budget", "year"), batch_size = 4,
                           shuffle = TRUE)
  batch <- generator_next(several)
  expect_equal(as.vector(batch[[2]][[2]]), 2000 + levels_of(batch) / 10)
})

test_that("rows of several labels, of vectors and of factors", {
  folder <- local_image_folder(c(a = 3))
  frame <- films(3)
  frame$genres <- list("war", c("art", "war"), "fun")
  flow <- flow_of_films(folder, frame, y_col = "genres")
  expect_identical(flow$class_indices, list(art = 0L, fun = 1L, war = 2L))
  expect_identical(flow$classes, list(2L, c(0L, 2L), 1L))
  expect_identical(generator_next(flow)[[2]], rbind(c(0, 0, 1), c(1, 0, 1), c(0, 1, 0)))
  flow <- flow_of_films(folder, frame, y_col = "genres", classes = c("war", "fun"))
  expect_identical(generator_next(flow)[[2]], rbind(c(1, 0), c(1, 0), c(0, 1)))
  frame$point <- list(c(1, 2), c(3, 4), c(5, 6))
  expect_identical(generator_next(flow_of_films(folder, frame, class_mode = "raw", y_col = "point"))[[2]],
                   rbind(c(1, 2), c(3, 4), c(5, 6)))
  frame$class <- factor(c("low", "high", "low"), levels = c("none", "low", "high"))
  expect_identical(flow_of_films(folder, frame)$class_indices, list(low = 0L, high = 1L))
})

test_that("rows without a file, of other classes and repeated ones are left out", {
  folder <- local_image_folder(c(a = 4))
  frame <- films()
  frame$filename[2:3] <- c("a/none.png", "notes.txt")
  file.create(file.path(folder, "notes.txt"))
  expect_warning(flow <- flow_of_films(folder, frame), "2 rows are left out", class = "tildenet_warning_files")
  expect_identical(flow$filenames, c("a/1.png", "a/4.png"))
  expect_identical(flow$filepaths, file.path(folder, flow$filenames))
  expect_identical(levels_of(generator_next(flow)), c(10, 40))
  war <- flow_of_films(folder, classes = "war", class_mode = "categorical")
  expect_identical(war$filenames, c("a/1.png", "a/3.png"))
  expect_identical(generator_next(war)[[2]], matrix(1, 2, 1))
  twice <- films()[c(1, 1, 2), ]
  expect_identical(flow_of_films(folder, twice)$n, 3L)
  expect_identical(flow_of_films(folder, twice, drop_duplicates = TRUE)$filenames, c("a/1.png", "a/2.png"))
  whole <- transform(films(), filename = file.path(folder, filename))
  expect_identical(levels_of(generator_next(flow_of_films(NULL, whole))), c(10, 20, 30, 40))
  expect_message(flow_images_from_dataframe(films(), folder), "Found 4 validated image filenames belonging to 2 classes.")
  expect_message(flow_images_from_dataframe(films(), folder, class_mode = NULL), "Found 4 validated image filenames.")
  expect_warning(flow_of_films(folder, class_mode = "raw", y_col = "year", classes = "a"), "no effect")
})

test_that("columns that cannot be used are refused by name", {
  folder <- local_image_folder(c(a = 4))
  withr::local_dir(folder)
  frame <- films()
  gaps <- transform(frame, class = c("a", NA, "b", NA), budget = c(1, NA, 2, 3))
  gaps$ragged <- list(1, 1:2, 1, 1)
  halves <- image_data_generator(validation_split = 0.1)
  flow <- function(...) flow_images_from_dataframe(directory = ".", ...)
  expect_snapshot(error = TRUE, {
    flow_images_from_dataframe("a.csv")
    flow_images_from_dataframe(frame, "nowhere")
    flow_images_from_dataframe(frame[0, ], ".")
    flow_images_from_dataframe(frame, "a")
    flow(frame, x_col = "path")
    flow(frame, x_col = "year")
    flow(frame, y_col = "genre")
    flow(frame, y_col = "year")
    flow(frame, y_col = c("class", "year"))
    flow(gaps)
    flow(gaps, y_col = "budget", class_mode = "raw")
    flow(gaps, y_col = "ragged", class_mode = "raw")
    flow(frame, class_mode = "raw")
    flow(frame, class_mode = "other")
    flow(frame, class_mode = "binary", classes = "war")
    flow(transform(frame, class = letters[1:4]), class_mode = "binary")
    flow(frame, classes = "music")
    flow(frame, generator = halves, subset = "validation")
    flow(frame, drop_duplicates = "yes")
  })
})

test_that("regressions and models of several outputs train on data frames", {
  folder <- local_image_folder(c(a = 6), c(4, 4))
  generator <- image_data_generator(rescale = 1 / 255)
  model <- image_model(c(4, 4, 3), activation = "linear", loss = "mse")
  flow <- flow_of_films(folder, films(6), generator = generator, class_mode = "raw", y_col = "budget", batch_size = 4)
  expect_true(is.finite(fit(model, flow, epochs = 1, verbose = 0)$metrics$loss))
  input <- layer_input(c(4, 4, 3))
  flat <- layer_flatten(input)
  two <- keras_model(input, list(layer_dense(flat, 1), layer_dense(flat, 1)))
  compile(two, "sgd", "mse")
  flow <- flow_of_films(folder, films(6), generator = generator, class_mode = "multi_output", y_col = c("budget", "budget"))
  expect_length(fit(two, flow, epochs = 1, verbose = 0)$metrics, 3)
})
