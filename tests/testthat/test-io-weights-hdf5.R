test_that("the file has Keras' layout", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_weights_hdf5(filed_model(), path)
  h5_with(path, "r", function(file) {
    expect_equal(h5_strings(file, "layer_names"), c("hidden", "between", "out"))
    expect_equal(h5_strings(file, "backend"), "tensorflow")
    expect_match(h5_strings(file, "keras_version"), "^2[.]")
    expect_equal(h5_strings(file[["hidden"]], "weight_names"), c("hidden/kernel:0", "hidden/bias:0"))
    expect_equal(h5_strings(file[["between"]], "weight_names"), character())
    expect_true(file$exists("top_level_model_weights"))
    kernel <- file[["hidden/hidden/kernel:0"]]
    expect_equal(kernel$dims, c(4, 3)) # hdf5r counts axes from the last
    expect_equal(as.vector(kernel$read()), row_major(get_weights(filed_model())[[1]]))
  })
})

test_that("weights of convolutions have Keras' names, those of Theano are refused", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  build <- function() {
    k_clear_session()
    keras_model_sequential() %>%
      layer_conv_2d(2, 3, input_shape = c(9, 9, 1)) %>%
      layer_separable_conv_2d(3, 2) %>%
      layer_depthwise_conv_2d(2) %>%
      layer_conv_2d_transpose(2, c(2, 3)) %>%
      layer_reshape(c(6, 14)) %>%
      layer_conv_1d(2, 2, use_bias = FALSE)
  }
  saved <- fill_weights(build())
  save_model_weights_hdf5(saved, path)
  h5_with(path, "r", function(file) {
    names <- function(layer) h5_strings(file[[layer]], "weight_names")
    expect_equal(names("conv2d_1"), c("conv2d_1/kernel:0", "conv2d_1/bias:0"))
    expect_equal(names("separable_conv2d_1"),
                 paste0("separable_conv2d_1/", c("depthwise_kernel:0", "pointwise_kernel:0", "bias:0")))
    expect_equal(names("depthwise_conv2d_1"), paste0("depthwise_conv2d_1/", c("depthwise_kernel:0", "bias:0")))
    expect_equal(names("conv2d_transpose_1"), paste0("conv2d_transpose_1/", c("kernel:0", "bias:0")))
    expect_equal(names("conv1d_1"), "conv1d_1/kernel:0")
    expect_equal(rev(file[["conv2d_transpose_1/conv2d_transpose_1/kernel:0"]]$dims), c(2, 3, 2, 3))
  })
  expect_identical(get_weights(load_model_weights_hdf5(zero_weights(build()), path)), get_weights(saved))
  h5_with(path, "r+", function(file) {
    file$attr_delete("backend")
    h5_write_string(file, "backend", "theano")
  })
  model <- build()
  before <- get_weights(model)
  expect_snapshot(error = TRUE, load_model_weights_hdf5(model, path),
                  transform = function(lines) gsub("\"[^\"]*[.]h5\"", "\"weights.h5\"", lines))
  expect_identical(get_weights(model), before)
})

test_that("weights of one name in a group get names of their own", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  part <- function(name) {
    keras_model_sequential(name = name) %>% layer_dense(2, input_shape = 2, name = "same", use_bias = FALSE)
  }
  both <- function() {
    inner <- keras_model_sequential(name = "inner") %>% (part("one")) %>% (part("two"))
    fill_weights(keras_model_sequential() %>% inner %>% layer_dense(1))
  }
  saved <- both()
  save_model_weights_hdf5(saved, path)
  expect_identical(get_weights(load_model_weights_hdf5(zero_weights(both()), path)), get_weights(saved))
})

test_that("weights that Keras saved give Keras' predictions", {
  skip_without_golden()
  skip_without_hdf5()
  top <- jsonlite::fromJSON(file.path(golden_dir(), "files_dot_rmsprop.json"), simplifyVector = FALSE)
  ratings <- function() {
    user <- layer_input(1, name = "user")
    item <- layer_input(1, name = "item")
    users <- user %>% layer_embedding(6, 3, name = "user_embedding") %>% layer_flatten()
    items <- item %>% layer_embedding(10, 3, name = "item_embedding") %>% layer_flatten()
    bias <- item %>% layer_embedding(10, 1, name = "item_bias") %>% layer_flatten()
    keras_model(list(user, item), layer_add(list(layer_dot(list(users, items), axes = 1), bias)))
  }
  path <- file.path(golden_dir(), top$file)
  for (by_name in c(FALSE, TRUE)) {
    model <- load_model_weights_hdf5(ratings(), path, by_name = by_name)
    expect_golden(predict(model, golden_arrays(top$x), verbose = 0), golden_arrays(top$predictions)[[1]],
                  paste("dot_rmsprop, by name", by_name))
  }
  weights <- get_weights(model)
  expect_equal(lapply(weights, dim), lapply(top$weights, function(w) as.integer(unlist(w$shape))))
  for (i in seq_along(weights)) expect_equal(sum(weights[[i]]), top$weights[[i]]$sum, tolerance = 1e-5)
})

# The file's expectations and what it holds by name of the weight, "dense/kernel:0".
keras_file <- function(name) {
  top <- jsonlite::fromJSON(file.path(golden_dir(), paste0("files_", name, ".json")), simplifyVector = FALSE)
  list(top = top, path = file.path(golden_dir(), top$file),
       weights = stats::setNames(top$weights, vapply(top$weights, `[[`, "", "name")))
}

test_that("batch normalizations that Keras saved are read, the moving values in their places", {
  skip_without_golden()
  skip_without_hdf5()
  for (name in c("norm_sgd", "norm_dropout_adagrad_new")) {
    file <- keras_file(name)
    x <- layer_input(4)
    model <- keras_model(x, x %>% layer_batch_normalization(name = "batch_normalization") %>%
                           layer_dense(3) %>%
                           layer_batch_normalization(scale = FALSE, name = "batch_normalization_1") %>%
                           layer_dense(2, name = "dense"))
    load_model_weights_hdf5(model, file$path, by_name = TRUE)
    for (layer in c("batch_normalization", "batch_normalization_1", "dense")) {
      for (weight in get_layer(model, layer)$weights) {
        wanted <- file$weights[[paste0(weight$name, ":0")]]
        found <- golden_row_major(as.array(weight))
        expect_equal(sum(found), wanted$sum, tolerance = 1e-6, label = weight$name)
        expect_equal(found[seq_along(wanted$first)], unlist(wanted$first), tolerance = 1e-6)
      }
    }
  }
})

test_that("convolutions with batch normalizations that Keras saved give Keras' predictions", {
  skip_without_golden()
  skip_without_hdf5()
  for (name in c("norm_sgd", "norm_dropout_adagrad_new")) {
    file <- keras_file(name)
    x <- golden_arrays(file$top$x)[[1]]
    model <- keras_model_sequential() %>%
      layer_separable_conv_2d(4, c(3, 3), padding = "same", depth_multiplier = 2, input_shape = dim(x)[-1]) %>%
      layer_batch_normalization() %>%
      layer_activation("relu") %>%
      layer_max_pooling_2d(c(2, 2)) %>%
      layer_separable_conv_2d(3, c(2, 2), strides = c(2, 2), use_bias = FALSE) %>%
      layer_batch_normalization(momentum = 0.9, scale = FALSE) %>%
      layer_global_average_pooling_2d() %>%
      layer_dense(2)
    load_model_weights_hdf5(model, file$path)
    expect_golden(predict(model, x, verbose = 0), golden_arrays(file$top$predictions)[[1]], name)
  }
})

test_that("files of Keras 2.2.4 with strings of fixed length are read", {
  skip_without_golden()
  skip_without_hdf5()
  case <- Filter(function(item) item$case$name == "dot 2.2.4", golden_cases("files_old"))[[1]]$case
  user <- layer_input(1)
  item <- layer_input(1)
  vectors <- list(user %>% layer_embedding(5, 3), item %>% layer_embedding(6, 3))
  model <- keras_model(list(user, item), vectors %>% layer_dot(axes = 2) %>% layer_flatten())
  load_model_weights_hdf5(model, file.path(golden_dir(), case$file))
  expect_golden(predict(model, golden_arrays(case$x), verbose = 0), golden_arrays(case$predictions)[[1]], "dot 2.2.4")
})

test_that("weights of recurrent layers are read from Keras 2.2.4, and written as Keras names them", {
  skip_without_golden()
  skip_without_hdf5()
  case <- Filter(function(item) item$case$name == "rnn 2.2.4", golden_cases("files_old"))[[1]]$case
  model <- keras_model_sequential() %>%
    layer_embedding(11, 3, mask_zero = TRUE, input_length = 4, name = "embedding_1") %>%
    layer_gru(3, recurrent_activation = "hard_sigmoid", reset_after = FALSE, return_sequences = TRUE, name = "gru_1") %>%
    layer_lstm(4, recurrent_activation = "hard_sigmoid", name = "lstm_1") %>%
    layer_dense(1, activation = "sigmoid", name = "dense_1")
  expected <- golden_arrays(case$predictions)[[1]]
  for (by_name in c(FALSE, TRUE)) {
    load_model_weights_hdf5(zero_weights(model), file.path(golden_dir(), case$file), by_name = by_name)
    expect_golden(predict(model, golden_arrays(case$x), verbose = 0), expected, "rnn 2.2.4")
  }
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_weights_hdf5(model, path)
  h5_with(path, "r", function(file) {
    expect_equal(h5_strings(file[["gru_1"]], "weight_names"),
                 paste0("gru_1/gru_cell/", c("kernel", "recurrent_kernel", "bias"), ":0"))
  })
  load_model_weights_hdf5(zero_weights(model), path)
  expect_golden(predict(model, golden_arrays(case$x), verbose = 0), expected, "written and read")
})

test_that("damaged files are refused and leave the model as it was", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  model <- filed_model()
  save_model_weights_hdf5(model, path)
  bytes <- readBin(path, "raw", file.size(path))
  refused <- function(class, change) {
    writeBin(bytes, path)
    edit_hdf5(path, change)
    expect_refused_load(model, path, class)
  }
  refused("tildenet_error_io", function(file) file$attr_delete("layer_names"))
  expect_match(conditionMessage(refused("tildenet_error_io", function(file) file$link_delete("out"))),
               "names the layer \"out\"")
  expect_match(conditionMessage(refused("tildenet_error_io", function(file) file$link_delete("out/out/bias:0"))),
               "names the weight \"out/out/bias:0\"")
  refused("tildenet_error_io", function(file) {
    file$link_delete("out/out/bias:0")
    file[["out/out"]]$create_dataset("bias:0", c("a", "b"))
  })
  refused("tildenet_error_shape", function(file) {
    file$link_delete("out/out/bias:0")
    h5_write_numbers(file, "out/out/bias:0", 1:3, 3)
  })
  refused("tildenet_error_io", function(file) {
    file[["out"]]$attr_delete("weight_names")
    file[["out"]]$create_attr("weight_names", c(1, 2))
  })
  refused("tildenet_error_shape", function(file) file[["out"]]$attr_delete("weight_names"))
  for (n in c(0, 8, 100, length(bytes) %/% 2, length(bytes) - 1)) {
    writeBin(bytes[seq_len(n)], path)
    expect_refused_load(model, path, "tildenet_error_io")
  }
})

test_that("files that claim too much or point nowhere are refused", {
  skip_without_golden()
  skip_without_hdf5()
  model <- keras_model_sequential() %>% layer_dense(4, input_shape = 3, name = "dense") %>% layer_dense(1)
  bad <- function(name) file.path(golden_dir(), "files", "bad", name)
  expect_refused_load(model, bad("superblock.h5"), "tildenet_error_io")
  expect_refused_load(model, bad("root.h5"), "tildenet_error_io")
  expect_refused_load(model, bad("kernel_huge.h5"), "tildenet_error_shape")
})
