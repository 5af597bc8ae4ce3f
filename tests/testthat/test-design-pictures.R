test_that("a column of pictures is like a factor: files once, rows by their codes", {
  d <- pictures(6)
  settings <- image_check(list(size = c(5, 4), color_mode = "grayscale", interpolation = "box"), "image(file)", NULL)
  column <- read_pictures(d$file[c(3, 1, NA, 3)], settings, "image(file)", NULL)
  expect_identical(dim(attr(column, "pixels")), c(2L, 5L, 4L, 1L))
  expect_identical(is.na(column), c(FALSE, FALSE, TRUE, FALSE))
  expect_identical(as.character(column[2:3]), c(d$file[1], NA))
  expect_equal(as_samples_input(column[c(4, 2)]), read_images(d$file[c(3, 1)], c(5, 4), "grayscale", "box")$images)
  expect_output(print(column[1]), "p003.png.*5 x 4 x 1")
})

test_that("more files than are read together come in their order", {
  d <- pictures(pictures_together + 3, 2, 2)
  column <- read_pictures(d$file, image_check(list(size = 2), "image(file)", NULL), "image(file)", NULL)
  expect_equal(as_samples_input(column), read_images(d$file, c(2, 2))$images)
})

test_that("rows whose file is missing or cannot be read are left out, and NA in predictions", {
  d <- pictures(40)
  writeLines("no picture", d$file[4])
  writeBin(readBin(d$file[6], "raw", 60), d$file[6])
  d$file[9] <- NA
  d$file[12] <- "nowhere.png"
  d$x[15] <- NA
  expect_warning(
    expect_message(fit <- small_kms(kind ~ image(file, 6) + x, d), "Dropped 5 of 40 rows.*image\\(file, 6\\)`: 4, `x`: 1|`x`: 1, `image"),
    "3 of 39 files of `image\\(file, 6\\)` cannot be read: .*p004.png.*p006.png.*nowhere.png", class = "tildenet_warning_unreadable")
  expect_identical(fit$N, 35L)
  new <- d[c(3, 4, 9, 12, 15, 1), ]
  told <- capture_warnings(p <- predict(fit, new, type = "prob"))
  expect_length(told, 1)
  expect_match(told, "2 of 5 files")
  expect_identical(is.na(unname(p[, 1])), c(FALSE, TRUE, TRUE, TRUE, TRUE, FALSE))
  expect_identical(p[c(1, 6), ], predict(fit, d[c(3, 1), ], type = "prob"))
  expect_error(suppressWarnings(small_kms(kind ~ image(file, 6), d, na.action = "na.fail")), "no missing values",
               class = "tildenet_error_data")
  d$file <- "nowhere.png"
  expect_error(suppressWarnings(small_kms(kind ~ image(file, 6), d)), "have a row without missing values",
               class = "tildenet_error_data")
  condition <- tryCatch(predict(fit, d[1:2, ]), tildenet_warning_unreadable = identity)
  expect_named(condition$files, "nowhere.png")
})

test_that("files are named from a directory, by factors and expressions", {
  d <- pictures(20)
  folder <- dirname(d$file[1])
  whole <- d$file
  d$file <- factor(basename(whole))
  fit <- small_kms(level ~ image(file, 4, directory = folder), d)
  d$whole <- whole
  expect_identical(small_kms(level ~ image(whole, 4, directory = "elsewhere"), d)$predictions, fit$predictions)
  expect_identical(small_kms(level ~ image(file.path(folder, file), 4), d)$predictions, fit$predictions)
  withr::local_dir(folder)
  expect_identical(small_kms(level ~ image(file, 4), d)$predictions, fit$predictions)
  expect_identical(as.character(model.frame(fit, d[2:3, ])[[2]]), basename(whole)[2:3])
  expect_null(attr(fit, "design")$types$file)
})

test_that("folds and curves read each file once, single calls anew", {
  d <- pictures(20)
  gone <- callback_lambda(on_train_begin = function(logs) unlink(d$file[-(1:5)]))
  folds <- kms_kcv(x ~ image(file, 3), d, k_folds = 2, N_layers = 2, units = 4, Nepochs = 1, seed = 1, verbose = 0,
                   callbacks = list(gone))
  expect_false(anyNA(folds$predictions))
  turns <- 0
  known <- function(x) {
    turns <<- turns + 1
    if (turns == 3) unlink(d$file[1:4])
    x
  }
  fit <- small_kms(kind ~ image(file, 3) + known(x), d[1:5, ], pTraining = 1, validation_split = 0)
  expect_no_warning(partial_dependence(fit, d[1:5, ], "x", grid_size = 3))
  expect_identical(turns, 4)
  expect_warning(predict(fit, d[1:5, ]), "4 of 5 files", class = "tildenet_warning_unreadable")
})
