# ONNX files against Keras: rearranged weights and results as recorded, and every layer with reference numbers
# through its file.

onnx_golden <- list(
  dense_softmax = function() layer_dense(units = 3, activation = "softmax"),
  conv_valid = function() layer_conv_2d(filters = 4, kernel_size = c(3, 2)),
  conv_same = function() layer_conv_2d(filters = 4, kernel_size = 3, padding = "same"),
  conv_same_stride = function() layer_conv_2d(filters = 4, kernel_size = 3, padding = "same", strides = 2),
  conv_dilated = function() layer_conv_2d(filters = 2, kernel_size = 2, dilation_rate = 2),
  separable_conv = function() layer_separable_conv_2d(filters = 4, kernel_size = 3, padding = "same", depth_multiplier = 2),
  max_pool = function() layer_max_pooling_2d(pool_size = 2),
  max_pool_same = function() layer_max_pooling_2d(pool_size = 3, strides = 2, padding = "same"),
  average_pool_same = function() layer_average_pooling_2d(pool_size = 2, padding = "same"),
  global_average_pool = function() layer_global_average_pooling_2d(),
  flatten = function() layer_flatten(),
  batch_norm = function() layer_batch_normalization(),
  embedding = function() layer_embedding(input_dim = 6, output_dim = 3),
  lstm = function() layer_lstm(units = 3),
  gru_reset_after = function() layer_gru(units = 3),
  lstm_sequences = function() layer_lstm(units = 3, return_sequences = TRUE),
  gru_reset_after_sequences = function() layer_gru(units = 3, return_sequences = TRUE),
  gru_reset_before = function() layer_gru(units = 3, reset_after = FALSE),
  lstm_hard_sigmoid_relu = function() layer_lstm(units = 3, activation = "relu", recurrent_activation = "hard_sigmoid"),
  simple_rnn = function() layer_simple_rnn(units = 3),
  lstm_backwards = function() layer_lstm(units = 3, go_backwards = TRUE),
  bidirectional_lstm = function() bidirectional(layer = layer_lstm(units = 3, return_sequences = TRUE)),
  embedding_gru_padded_behind = function() list(layer_embedding(input_dim = 7, output_dim = 4, mask_zero = TRUE),
                                                layer_gru(units = 3)),
  embedding_gru_padded_front = function() list(layer_embedding(input_dim = 7, output_dim = 4, mask_zero = TRUE),
                                               layer_gru(units = 3)))

onnx_golden_model <- function(case) {
  x <- layer_input(shape = unlist(case$x$shape)[-1])
  model <- keras_model(x, Reduce(function(t, layer) layer(t), golden_list(onnx_golden[[case$name]]()), x))
  if (length(case$keras_weights) > 0) set_weights(model, golden_arrays(case$keras_weights))
  model
}

# Weights of the file, both directions of a recurrent layer in one array.
onnx_file_weights <- function(file, case) {
  found <- file$initializers[!grepl("constant|^float|^ints", names(file$initializers))]
  if (case$name == "bidirectional_lstm") {
    found <- lapply(1:3, function(k) abind_first(found[[k]], found[[k + 3]]))
  }
  unname(found)
}

abind_first <- function(a, b) {
  out <- array(0, c(2, dim(a)[-1]))
  at <- rep(list(TRUE), length(dim(a)) - 1)
  out <- do.call(`[<-`, c(list(out, 1), at, list(value = a)))
  do.call(`[<-`, c(list(out, 2), at, list(value = b)))
}

test_that("weights are rearranged as recorded, and results agree", {
  golden_group("files_onnx", function(case, top) {
    model <- onnx_golden_model(case)
    path <- withr::local_tempfile(fileext = ".onnx")
    save_onnx(model, path)
    file <- read_onnx(path)
    sizes <- vapply(case$initializers, function(t) length(t$data) > 0 && length(t$shape) > 0, NA)
    wanted <- golden_arrays(case$initializers[sizes & grepl("^[A-Z]$|^[bgmv]$", names(case$initializers))])
    found <- onnx_file_weights(file, case)
    expect_identical(length(found), length(wanted), label = paste(case$name, "weights"))
    Map(function(v, e) expect_golden(v, e, paste(case$name, "weight"), 0, 0), found, wanted)
    missing <- setdiff(case$op_types, c(file$nodes, if (grepl("bidirectional", case$name)) "Reshape", if (grepl("front", case$name)) "Slice"))
    expect_identical(missing, list(), label = paste(case$name, "nodes"))
    out <- run_onnx(path, stats::setNames(list(golden_array(case$x)), tildenet:::input_names(tildenet:::self_of(model))))[[1]]
    expect_golden(out, golden_array(case$result), paste(case$name, "result"), 1e-5, 1e-5)
  })
})

# A file's nodes without names, so that cases which differ in weights only are run once.
nodes_key <- function(fields) {
  graph <- Filter(function(f) f[[1]] == 7, fields)[[1]][[3]]
  nodes <- Filter(function(f) f[[1]] == 1, graph)
  rlang::hash(lapply(nodes, function(node) node[[3]][-(1:3)]))
}

test_that("every layer with reference numbers gives them from its file", {
  seen <- new.env()
  kinds <- c("activation", "conv", "core", "embedding", "merge", "norm", "pool", "recurrent", "wrappers")
  for (kind in kinds) golden_group(paste0("layers_", kind), function(case, top) {
    call <- if (is.null(case$calls)) case else case$calls[[1]]
    if (isTRUE(case$args$stateful) || isTRUE(call$training)) return()
    model <- layer_model(case)
    fields <- tildenet:::onnx_file(tildenet:::self_of(model))
    key <- nodes_key(fields)
    if (!is.null(seen[[key]])) return()
    assign(key, TRUE, envir = seen)
    path <- withr::local_tempfile(fileext = ".onnx")
    tildenet:::onnx_write(path, fields)
    inputs <- stats::setNames(golden_arrays(call$inputs), tildenet:::input_names(tildenet:::self_of(model)))
    Map(function(v, e) expect_golden(v, e, paste(case$name, "output"), 1e-5, 1e-5),
        unname(run_onnx(path, inputs)), golden_arrays(call$output))
  })
  expect_gt(length(ls(seen)), 200)
})

test_that("whole models of Keras' files predict as there", {
  skip_without_golden()
  skip_without_hdf5()
  for (group in c("vgg_adam", "dot_rmsprop", "rnn_adam", "norm_dropout_adagrad_new", "nested_adamax")) {
    case <- jsonlite::fromJSON(file.path(golden_dir(), paste0("files_", group, ".json")), simplifyVector = FALSE)
    model <- load_model_hdf5(file.path(golden_dir(), case$file))
    found <- expect_onnx(model, golden_arrays(case$x))
    Map(function(v, e) expect_golden(v, e, paste(group, "predictions"), 1e-5, 1e-5), unname(found),
        golden_arrays(case$predictions))
  }
})

test_that("trained models drawn at random predict the same from their files", {
  for (seed in seq_len(25)) {
    made <- random_model(seed)
    expect_onnx(made$model, made$x)
  }
})
