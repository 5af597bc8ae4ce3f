# Models in files of Keras: golden/files, golden/files/bad.

golden_file <- function(case) file.path(golden_dir(), case$file)

expect_predictions <- function(model, x, expected, label) {
  predictions <- golden_list(predict(model, x, verbose = 0))
  Map(function(p, e) expect_golden(p, e, label), predictions, golden_arrays(expected))
}

single <- function(x) if (length(x) == 1) x[[1]] else x

# The three steps after loading, each on all data: relative tolerances by step.
expect_next_steps <- function(model, case, label) {
  x <- single(golden_arrays(case$x))
  y <- single(golden_arrays(case$y))
  tolerances <- c(1e-5, 5e-5, 1e-4)
  for (i in seq_along(case$next_losses)) {
    expect_golden(as.numeric(train_on_batch(model, x, y)), as.numeric(unlist(case$next_losses[[i]])),
                  paste(label, "step", i), rtol = tolerances[i], atol = 0)
  }
  Map(function(p, e) expect_golden(p, e, paste(label, "after"), rtol = 1e-4, atol = 1e-5),
      golden_list(predict(model, x, verbose = 0)), golden_arrays(case$next_predictions))
}

check_golden_model <- function(case) {
  model <- load_model_hdf5(golden_file(case))
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_hdf5(model, path)
  again <- load_model_hdf5(path)
  x <- single(golden_arrays(case$x))
  for (m in list(model, again)) expect_predictions(m, x, case$predictions, case$name)
  expect_golden(as.numeric(evaluate(model, x, single(golden_arrays(case$y)), verbose = 0)),
                as.numeric(unlist(case$evaluate)), paste(case$name, "evaluate"))
  if (is.null(case$next_losses)) return()
  expect_next_steps(model, case, case$name)
  expect_next_steps(again, case, paste(case$name, "saved again"))
}

single_models <- c("files_vgg_adam", "files_vgg_adam_new", "files_dot_rmsprop", "files_dot_adam_new", "files_rnn_adam",
                   "files_rnn_rmsprop_new", "files_norm_sgd", "files_norm_dropout_adagrad_new", "files_nested_adamax")

test_that("models of Keras predict and train on as there, also when they were saved here in between", {
  skip_without_golden()
  skip_without_hdf5()
  for (group in single_models) {
    case <- jsonlite::fromJSON(file.path(golden_dir(), paste0(group, ".json")), simplifyVector = FALSE)
    check_golden_model(case)
  }
})

test_that("every optimizer of both generations goes on", {
  skip_without_hdf5()
  first <- NULL
  golden_group("files_optimizers", function(case, top) {
    if (is.null(first)) first <<- case
    if (!golden_is_tensor(golden_list(case$x)[[1]])) case$x <- first$x
    if (!golden_is_tensor(golden_list(case$y)[[1]])) case$y <- first$y
    check_golden_model(case)
  })
})
