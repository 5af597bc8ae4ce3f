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

# again: whether to save it once more in between, too.
check_golden_model <- function(case, again = TRUE) {
  models <- list(load_model_hdf5(golden_file(case)))
  if (again) {
    path <- withr::local_tempfile(fileext = ".h5")
    save_model_hdf5(models[[1]], path)
    models[[2]] <- load_model_hdf5(path)
  }
  model <- models[[1]]
  x <- single(golden_arrays(case$x))
  for (m in models) expect_predictions(m, x, case$predictions, case$name)
  expect_golden(as.numeric(evaluate(model, x, single(golden_arrays(case$y)), verbose = 0)),
                as.numeric(unlist(case$evaluate)), paste(case$name, "evaluate"))
  if (is.null(case$next_losses)) return()
  for (m in models) expect_next_steps(m, case, case$name)
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
    check_golden_model(case, again = grepl("nadam|centered_new|decaying", case$name))
  })
})

test_that("files of Keras 2.1 and 2.2 are read, and archives and weights of Keras 3", {
  skip_without_golden()
  skip_without_hdf5()
  cases <- lapply(golden_cases("files_old"), `[[`, "case")
  for (case in cases) {
    weights <- grepl("weights", case$name)
    model <- load_model_hdf5(golden_file(if (weights) cases[[1]] else case), compile = !grepl("dot", case$name))
    if (weights) load_model_weights_hdf5(zero_weights(model), golden_file(case))
    x <- if (weights) cases[[1]]$x else case$x
    expect_predictions(model, single(golden_arrays(x)), case$predictions, case$name)
  }
  case <- jsonlite::fromJSON(file.path(golden_dir(), "files_keras3.json"), simplifyVector = FALSE)
  model <- load_model_hdf5(golden_file(case))
  expect_predictions(model, single(golden_arrays(case$x)), case$predictions, case$name)
  expect_next_steps(model, case, case$name)
  case <- jsonlite::fromJSON(file.path(golden_dir(), "files_vgg_weights.json"), simplifyVector = FALSE)
  for (path in c(case$file, case$newer_file)) {
    model <- load_model_weights_hdf5(model_from_json(case$to_json), file.path(golden_dir(), path))
    expect_predictions(model, single(golden_arrays(case$x)), case$predictions, path)
  }
})

test_that("damaged files are refused by name, at once; a state that does not fit is left out", {
  skip_without_golden()
  skip_without_hdf5()
  bad <- lapply(golden_cases("files_broken"), `[[`, "case")
  expect_gt(length(bad), 20)
  for (case in bad) {
    path <- golden_file(case)
    begun <- proc.time()[[1]]
    if (isFALSE(case$keras_refuses)) {
      expect_warning(load_model_hdf5(path), "begins anew", class = "tildenet_warning_optimizer", info = case$name)
    } else {
      error <- expect_error(load_model_hdf5(path), basename(path), class = "tildenet_error", info = case$name)
      expect_true(inherits(error, c("tildenet_error_io", "tildenet_error_shape", "tildenet_error_unsupported")), info = case$name)
    }
    expect_lt(proc.time()[[1]] - begun, 1)
  }
})

# The layout of a file in the form of the reference: path, kind, shape and storage of everything in it.
type_text <- function(type) {
  class <- tolower(sub("H5T_", "", as.character(type$get_class())))
  if (class != "string") return(paste(if (class == "integer") "int" else class, type$get_size()))
  paste(class, if (type$is_vlen()) "variable" else type$get_size(),
        if (type$get_cset() == hdf5r::h5const$H5T_CSET_UTF8) "utf8" else "ascii")
}

layout_of_file <- function(path) {
  h5_with(path, "r", function(file) {
    names <- file$ls(recursive = TRUE)$name
    objects <- c(list(file), lapply(names, function(name) file[[name]]))
    lines <- Map(function(object, name) {
      attributes <- vapply(sort(hdf5r::h5attr_names(object)), function(a) {
        attribute <- object$attr_open(a)
        paste0(name, " @", a, " [", paste(attribute$get_space()$dims, collapse = ","), "] ", type_text(attribute$get_type()))
      }, "")
      data <- inherits(object, "H5D")
      c(paste0(name, if (data) paste0(" [", paste(rev(object$dims), collapse = ","), "] ", type_text(object$get_type()))), attributes)
    }, objects, c("/", paste0("/", names)))
    sort(unlist(lines, use.names = FALSE), method = "radix")
  })
}

layout_of_case <- function(h5) {
  type <- function(t) {
    if (t$class != "string") return(paste(t$class, t$size))
    paste("string", t$size, t$cset)
  }
  shape <- function(s) paste(unlist(s), collapse = ",")
  lines <- lapply(h5, function(o) {
    attributes <- vapply(o$attrs, function(a) paste0(o$path, " @", a$name, " [", shape(a$shape), "] ", type(a$type)), "")
    c(if (o$kind == "dataset") paste0(o$path, " [", shape(o$shape), "] ", type(o$type)) else o$path, attributes)
  })
  sort(unlist(lines), method = "radix")
}

test_that("files are laid out as Keras lays them out", {
  skip_without_golden()
  skip_without_hdf5()
  # Each takes a second or two; TILDENET_TEST_MODELS tries all.
  groups <- if (nzchar(Sys.getenv("TILDENET_TEST_MODELS"))) single_models else c("files_rnn_adam", "files_nested_adamax")
  for (group in groups) {
    case <- jsonlite::fromJSON(file.path(golden_dir(), paste0(group, ".json")), simplifyVector = FALSE)
    path <- withr::local_tempfile(fileext = ".h5")
    save_model_hdf5(load_model_hdf5(golden_file(case)), path)
    own <- layout_of_file(path)
    own <- own[!grepl("@tildenet_training", own)]
    expect_identical(own, layout_of_case(case$h5), info = group)
  }
})

test_that("archives are laid out as Keras 3 lays them out", {
  skip_without_golden()
  skip_without_hdf5()
  case <- jsonlite::fromJSON(file.path(golden_dir(), "files_keras3.json"), simplifyVector = FALSE)
  path <- withr::local_tempfile(fileext = ".keras")
  save_model_keras(load_model_keras(golden_file(case)), path)
  again <- load_model_keras(path)
  expect_predictions(again, single(golden_arrays(case$x)), case$predictions, case$name)
  expect_next_steps(again, case, case$name)
  members <- utils::unzip(path, list = TRUE)
  expect_identical(members$Name, vapply(case$members, `[[`, "", "name"))
  folder <- withr::local_tempdir()
  utils::unzip(path, exdir = folder)
  own <- layout_of_file(file.path(folder, "model.weights.h5"))
  expect_identical(own[!grepl("@tildenet_training", own)], layout_of_case(case$h5))
  # Settings that a version of Keras 3 adds, and what it notes of shapes, play no part.
  plain <- function(x) {
    if (!is.list(x)) return(x)
    if (!is.null(names(x))) x <- x[!names(x) %in% c("shared_object_id", "build_config", "quantization_config", "input_axes", "output_axes", "activity_regularizer")]
    if (!is.null(names(x))) x <- x[order(names(x), method = "radix")]
    lapply(x, plain)
  }
  config <- jsonlite::fromJSON(file.path(folder, "config.json"), simplifyVector = FALSE)
  keras <- jsonlite::fromJSON(case$config, simplifyVector = FALSE)
  expect_equal(plain(config), plain(keras), tolerance = 1e-7) # rates as 32-bit floats
})
