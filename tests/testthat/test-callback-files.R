test_that("a checkpoint writes the model after every epoch", {
  dir <- withr::local_tempdir()
  model <- scale_model(optimizer_sgd(0.25), metrics = "mae")
  path <- file.path(dir, "m-{epoch:02d}-{mean_absolute_error:.2f}.rds")
  quiet_fit(model, 1, 0, epochs = 2, callbacks = callback_model_checkpoint(path, monitor = "loss"))
  expect_setequal(list.files(dir), c("m-01-1.00.rds", "m-02-0.50.rds"))
  saved <- readRDS(file.path(dir, "m-01-1.00.rds"))
  expect_equal(scale_weight(saved), 0.5)
  expect_equal(evaluate(saved, 1, 0, verbose = 0)$mae, 0.5)
})

test_that("only better epochs are written if asked for, or the weights alone", {
  path <- withr::local_tempfile(fileext = ".rds")
  model <- scale_model(optimizer_sgd(1.5)) # grows
  keep <- callback_model_checkpoint(path, monitor = "loss", save_best_only = TRUE,
                                    save_weights_only = TRUE)
  quiet_fit(model, 1, 0, epochs = 3, callbacks = keep)
  expect_equal(readRDS(path), list(matrix(-2)))
  expect_equal(scale_weight(model), -8)
})

test_that("a checkpoint counts epochs or batches", {
  dir <- withr::local_tempdir()
  model <- scale_model()
  quiet_fit(model, 1, 0, epochs = 4,
            callbacks = callback_model_checkpoint(file.path(dir, "{epoch}.rds"), period = 2))
  expect_setequal(list.files(dir), c("2.rds", "4.rds"))
  dir <- withr::local_tempdir()
  quiet_fit(model, 1:4, 1:4, batch_size = 1, epochs = 2,
            callbacks = callback_model_checkpoint(file.path(dir, "{epoch}.rds"), save_freq = 3))
  expect_setequal(list.files(dir), c("1.rds", "2.rds"))
})

test_that("weights alone are written as the ending says", {
  dir <- withr::local_tempdir()
  model <- scale_model(optimizer_sgd(0.25))
  keep <- function(path) callback_model_checkpoint(file.path(dir, path), "loss", save_weights_only = TRUE)
  quiet_fit(model, 1, 0, epochs = 2, callbacks = keep("deep/cp-{epoch}.ckpt"))
  expect_equal(list.files(file.path(dir, "deep")), c("cp-1.ckpt", "cp-2.ckpt"))
  expect_equal(scale_weight(load_model_weights_tf(model, file.path(dir, "deep", "cp-1.ckpt"))), 0.5)
  skip_without_hdf5()
  quiet_fit(model, 1, 0, epochs = 1, callbacks = keep("w.hdf5"))
  expect_equal(scale_weight(load_model_weights_hdf5(scale_model(), file.path(dir, "w.hdf5"))), 0.25)
})

test_that("fields of a path are filled in", {
  values <- list(epoch = 3, val_accuracy = 0.98765)
  expect_equal(fill_path("w.{epoch:02d}-{val_acc:.2f}.h5", values), "w.03-0.99.h5")
  expect_equal(fill_path("plain.rds", values), "plain.rds")
})

test_that("the log has a row for each epoch", {
  path <- withr::local_tempfile(fileext = ".csv")
  model <- scale_model(optimizer_sgd(0.25), metrics = "mae")
  quiet_fit(model, 1, 0, epochs = 2, validation_data = list(1, 0), callbacks = callback_csv_logger(path))
  table <- utils::read.csv(path)
  expect_equal(names(table), c("epoch", "loss", "mae", "val_loss", "val_mae"))
  expect_equal(table$epoch, c(0, 1))
  expect_equal(table$loss, c(1, 0.25))
  quiet_fit(model, 1, 0, epochs = 1, validation_data = list(1, 0),
            callbacks = callback_csv_logger(path, append = TRUE))
  expect_equal(nrow(utils::read.csv(path)), 3)
})

test_that("paths that cannot work are refused", {
  expect_snapshot(error = TRUE, {
    callback_model_checkpoint(3)
    fill_path("{val_loss}.rds", list(epoch = 1, loss = 2))
  })
  model <- scale_model()
  nowhere <- file.path(tempdir(), "no", "such", "folder", "m.rds")
  expect_error(quiet_fit(model, 1, 0, callbacks = callback_model_checkpoint(nowhere, "loss")),
               "does not exist", class = "tildenet_error_io")
  expect_error(quiet_fit(model, 1, 0, callbacks = callback_csv_logger(nowhere)),
               "does not exist", class = "tildenet_error_io")
})

test_that("a log on a full disk waits for room, row by row", {
  dir <- local_small_disk()
  path <- file.path(dir, "log.csv")
  make_room <- function(epoch, logs) if (epoch == 4) unlink(file.path(dir, "filler"))
  fill <- function(epoch, logs) if (epoch == 1) fill_disk(dir, 65536)
  old <- paste0("epoch,loss\n", strrep("0,1\n", 1020)) # the next row needs another block
  writeBin(charToRaw(old), path)
  log <- function(begin) {
    quiet_fit(scale_model(optimizer_sgd(0.01)), 1, 0, epochs = 6,
              callbacks = list(callback_lambda(on_epoch_begin = begin), callback_csv_logger(path, append = TRUE)))
  }
  both <- function(epoch, logs) {
    fill(epoch)
    make_room(epoch)
  }
  expect_warning(h <- log(both), "cannot be written", class = "tildenet_warning_io")
  table <- utils::read.csv(path)
  expect_equal(utils::tail(table$epoch, 6), 0:5)
  expect_equal(utils::tail(table$loss, 6), h$metrics$loss)
  writeBin(charToRaw(old), path)
  said <- testthat::capture_warnings(log(fill))
  expect_length(said, 2)
  expect_match(said[2], "lacks the last rows")
  expect_true(all(utils::read.csv(path)$epoch %in% 0))
})

test_that("formats in paths of checkpoints are short ones of numbers", {
  for (path in c("{loss:99999999d}.rds", "{loss:.999f}.rds", "{epoch:s}.rds", "{epoch:02d}{loss:100f}.rds", "{loss:%d}.rds", "{loss:*d}.rds")) {
    expect_error(callback_model_checkpoint(path), "`filepath` must have formats", class = "tildenet_error_argument")
  }
  for (path in c("{epoch}.rds", "{epoch:02d}-{val_loss:.3f}.rds", "{loss:8.2e}.rds", "plain.rds", "{loss:+g}.rds")) {
    expect_type(callback_model_checkpoint(path, save_weights_only = TRUE), "closure")
  }
})
