sequences <- function(n = 4, steps = 5, features = 3) {
  array(stats::rnorm(n * steps * features), c(n, steps, features))
}

last_axis <- function(...) {
  parts <- list(...)
  dim <- dim(parts[[1]])
  array(unlist(parts), c(dim[-length(dim)], sum(vapply(parts, function(p) dim(p)[length(dim)], 0L))))
}

turn <- function(x) x[, rev(seq_len(dim(x)[2])), , drop = FALSE]

# What the two directions give when each is a layer by itself.
both_ways <- function(wrapper, make, x) {
  w <- get_weights(wrapper)
  half <- seq_len(length(w) / 2)
  ahead <- make(go_backwards = FALSE)
  back <- make(go_backwards = TRUE)
  ahead(x)
  back(x)
  set_weights(ahead, w[half])
  set_weights(back, w[-half])
  list(as.array(ahead(x)), as.array(back(x)))
}

test_that("both directions are merged in every way", {
  set.seed(1)
  x <- sequences()
  merges <- list(concat = last_axis, sum = `+`, ave = function(a, b) (a + b) / 2, mul = `*`)
  for (kind in c("layer_simple_rnn", "layer_gru", "layer_lstm")) {
    for (sequence in c(FALSE, TRUE)) {
      make <- function(...) do.call(kind, list(units = 2, return_sequences = sequence, ...))
      for (mode in names(merges)) {
        wrapper <- bidirectional(layer = make(), merge_mode = mode)
        y <- as.array(wrapper(x))
        parts <- both_ways(wrapper, make, x)
        if (sequence) parts[[2]] <- turn(parts[[2]])
        expect_equal(y, merges[[mode]](parts[[1]], parts[[2]]), tolerance = 1e-6, label = paste(kind, mode))
      }
      wrapper <- bidirectional(layer = make(), merge_mode = NULL)
      y <- lapply(wrapper(x), as.array)
      parts <- both_ways(wrapper, make, x)
      if (sequence) parts[[2]] <- turn(parts[[2]])
      expect_equal(y, parts, tolerance = 1e-6)
    }
  }
})

test_that("a layer that goes backwards is turned in both directions", {
  set.seed(2)
  x <- sequences()
  plain <- bidirectional(layer = layer_gru(units = 2))
  turned <- bidirectional(layer = layer_gru(units = 2, go_backwards = TRUE))
  plain(x)
  turned(x)
  w <- get_weights(plain)
  set_weights(turned, w[c(4:6, 1:3)])
  expect_equal(as.array(turned(x)), as.array(plain(x))[, c(3, 4, 1, 2)], tolerance = 1e-6)
})

test_that("names, weights and sizes are those of Keras", {
  k_clear_session()
  model <- keras_model_sequential() %>%
    bidirectional(input_shape = c(10, 8), layer = layer_gru(units = 4)) %>%
    layer_dense(1)
  expect_identical(model$layers[[1]]$name, "bidirectional_1")
  expect_identical(model$layers[[1]]$forward_layer$name, "forward_gru_1")
  expect_identical(model$layers[[1]]$backward_layer$name, "backward_gru_1")
  expect_identical(vapply(model$layers[[1]]$weights, function(p) p$name, ""),
                   paste0("bidirectional_1/", rep(c("forward", "backward"), each = 3), "_gru_1/gru_cell/",
                          c("kernel", "recurrent_kernel", "bias")))
  expect_identical(count_params(model$layers[[1]]), 2 * (8 * 12 + 4 * 12 + 2 * 12))
  expect_output(print(model), "bidirectional_1 \\(Bidirectional\\) +\\(None, 8\\) +336")
  inside <- keras_model_sequential() %>% bidirectional(layer_lstm(units = 3, input_shape = c(6, 2)))
  expect_identical(inside$output_shape, list(NULL, 6L))
})

test_that("weights are given, read, set, frozen, copied and saved", {
  set.seed(3)
  x <- sequences()
  w <- get_weights(keras_model_sequential() %>% bidirectional(layer_lstm(units = 2), input_shape = c(5, 3)))
  model <- keras_model_sequential() %>%
    bidirectional(layer_lstm(units = 2), weights = w, input_shape = c(5, 3), name = "both")
  expect_identical(get_weights(model), w)
  w[[1]] <- w[[1]] * 2
  set_weights(model, w)
  expect_equal(get_weights(model$layers[[1]]$forward_layer)[[1]], w[[1]])
  freeze_weights(model, which = "both")
  expect_length(model$trainable_weights, 0)
  unfreeze_weights(model)
  expect_length(get_layer(model, "both")$trainable_weights, 6)
  copy <- clone_model(model)
  expect_false(identical(get_weights(copy), w))
  set_weights(copy, w)
  expect_identical(predict(copy, x), predict(model, x))
  file <- withr::local_tempfile()
  saveRDS(model, file)
  expect_identical(predict(readRDS(file), x), predict(model, x))
  config <- get_layer(model, "both")$get_config()
  expect_identical(config$merge_mode, "concat")
  expect_identical(config$layer$config$go_backwards, FALSE)
  frozen <- bidirectional(layer = layer_lstm(units = 2, trainable = FALSE))
  frozen(x)
  expect_length(frozen$trainable_weights, 0)
})

test_that("trained, half frozen weights stay as they are", {
  set.seed(4)
  x <- sequences(16)
  y <- rowSums(x[, , 1])
  model <- keras_model_sequential() %>% bidirectional(layer_gru(units = 4), input_shape = c(5, 3)) %>%
    layer_dense(1)
  layer <- model$layers[[1]]$backward_layer
  layer$trainable <- FALSE
  compile(model, optimizer_adam(0.02), "mse")
  before <- get_weights(model)
  history <- fit(model, x, y, epochs = 30, verbose = 0)
  expect_lt(utils::tail(history$metrics$loss, 1), history$metrics$loss[1] / 2)
  after <- get_weights(model)
  expect_identical(after[4:6], before[4:6])
  expect_false(any(mapply(identical, after[c(1:3, 7)], before[c(1:3, 7)])))
})

test_that("states come out and go in, those of the forward layer first", {
  set.seed(5)
  x <- sequences()
  states <- lapply(1:4, function(i) matrix(stats::rnorm(8), 4))
  make <- function(...) layer_lstm(units = 2, return_state = TRUE, ...)
  wrapper <- bidirectional(layer = make())
  out <- lapply(wrapper(x), as.array)
  expect_length(out, 5)
  expect_equal(out[[1]], last_axis(out[[2]], out[[4]]), tolerance = 1e-6)
  started <- lapply(wrapper(x, initial_state = states), as.array)
  w <- get_weights(wrapper)
  ahead <- make()
  back <- make(go_backwards = TRUE)
  ahead(x)
  back(x)
  set_weights(ahead, w[1:3])
  set_weights(back, w[4:6])
  expected <- c(ahead(x, initial_state = states[1:2]), back(x, initial_state = states[3:4]))
  expected <- lapply(expected, as.array)
  expect_equal(started[2:5], expected[c(2, 3, 5, 6)], tolerance = 1e-6)
  input <- layer_input(shape = c(5, 3))
  encoder <- layer_input(shape = 2)
  both <- bidirectional(layer = layer_gru(units = 2))
  model <- keras_model(list(input, encoder), both(input, initial_state = list(encoder, encoder)))
  expect_identical(dim(predict(model, list(x, states[[1]]))), c(4L, 4L))
})

test_that("masked steps change nothing and are zeros in sequences", {
  set.seed(6)
  ids <- rbind(c(1, 2, 0, 0), c(0, 0, 3, 4), c(1, 2, 3, 4))
  input <- layer_input(shape = 4)
  masked <- layer_embedding(input, 5, 3, mask_zero = TRUE)
  wrapper <- bidirectional(layer = layer_lstm(units = 2, return_sequences = TRUE))
  out <- wrapper(masked)
  expect_true(has_mask(out))
  model <- keras_model(input, list(out, masked))
  values <- predict(model, ids)
  expect_true(all(values[[1]][1, 3:4, ] == 0) && all(values[[1]][2, 1:2, ] == 0))
  short <- as.array(wrapper(values[[2]][1, 1:2, , drop = FALSE]))
  expect_equal(values[[1]][1, 1:2, ], short[1, , ], tolerance = 1e-6)
  late <- as.array(wrapper(values[[2]][2, 3:4, , drop = FALSE]))
  expect_equal(values[[1]][2, 3:4, ], late[1, , ], tolerance = 1e-6)
  last <- bidirectional(masked, layer_lstm(units = 2))
  expect_false(has_mask(last))
  pair <- bidirectional(masked, layer_lstm(units = 2, return_sequences = TRUE), merge_mode = NULL)
  expect_identical(vapply(pair, has_mask, NA), c(TRUE, TRUE))
})

test_that("a backward layer of its own goes the other way", {
  set.seed(7)
  x <- sequences()
  back <- layer_gru(units = 3, go_backwards = TRUE, return_sequences = TRUE, name = "back")
  wrapper <- bidirectional(layer = layer_lstm(units = 2, return_sequences = TRUE), backward_layer = back)
  expect_identical(dim(wrapper(x)), c(4L, 5L, 5L))
  expect_identical(wrapper$backward_layer$name, "backward_back")
  w <- get_weights(wrapper)
  back(x)
  set_weights(back, w[4:6])
  expect_equal(as.array(wrapper(x))[, , 3:5], turn(as.array(back(x))), tolerance = 1e-6)
})

test_that("stateful layers go on in both directions until they are reset", {
  set.seed(8)
  x <- sequences(2)
  model <- keras_model_sequential() %>%
    bidirectional(layer_lstm(units = 2, stateful = TRUE), batch_input_shape = c(2, 5, 3))
  first <- predict(model, x)
  second <- predict(model, x)
  expect_true(all(first != second))
  reset_states(model)
  expect_identical(predict(model, x), first)
  reset_states(model$layers[[1]])
  expect_identical(predict(model, x), first)
  wrapper <- bidirectional(layer = layer_gru(units = 2, stateful = TRUE))
  first <- as.array(wrapper(x))
  expect_true(all(as.array(wrapper(x)) != first))
})

test_that("penalties of both directions count", {
  set.seed(9)
  x <- sequences()
  model <- keras_model_sequential() %>% bidirectional(input_shape = c(5, 3), layer_gru(
    units = 2, activity_regularizer = regularizer_l2(0.5), kernel_regularizer = regularizer_l2(0.1),
    bias_regularizer = function(b) k_sum(b * 0) + 3))
  compile(model, "sgd", "mse")
  p <- predict(model, x)
  w <- get_weights(model)
  expected <- 0.5 * sum(p^2) / 4 + 0.1 * (sum(w[[1]]^2) + sum(w[[4]]^2)) + 6
  expect_equal(evaluate(model, x, p, verbose = 0)[["loss"]], expected, tolerance = 1e-6)
})

test_that("wrappers wrap each other, layers that are used already give new ones", {
  set.seed(10)
  x <- array(stats::rnorm(48), c(2, 4, 3, 2))
  words <- time_distributed(layer = bidirectional(layer = layer_gru(units = 3)))
  model <- keras_model_sequential() %>% (words) %>% bidirectional(layer_lstm(units = 2))
  expect_identical(dim(predict(model, x)), c(2L, 4L))
  alone <- as.array(words$layer(x[, 2, , ]))
  expect_equal(as.array(words(x))[, 2, ], alone, tolerance = 1e-6)
  used <- layer_lstm(units = 2)
  used(sequences())
  wrapper <- bidirectional(layer = used)
  wrapper(sequences())
  expect_false(identical(get_weights(wrapper)[1:3], get_weights(used)))
})

test_that("weights that Keras saved give Keras' predictions and names", {
  skip_without_golden()
  skip_without_hdf5()
  for (file in c("files_rnn_adam.json", "files_rnn_rmsprop_new.json")) {
    top <- jsonlite::fromJSON(file.path(golden_dir(), file), simplifyVector = FALSE)
    make <- function() {
      keras_model_sequential() %>%
        layer_embedding(11, 4, mask_zero = TRUE, input_length = 5, name = "embedding") %>%
        layer_lstm(4, return_sequences = TRUE, name = "lstm") %>%
        layer_gru(3, return_sequences = TRUE, name = "gru") %>%
        bidirectional(layer_lstm(units = 3, name = "lstm_1"), name = "bidirectional") %>%
        layer_dense(1, activation = "sigmoid", name = "dense")
    }
    model <- load_model_weights_hdf5(make(), file.path(golden_dir(), top$file))
    x <- golden_arrays(top$x)[[1]]
    expect_golden(predict(model, x), golden_arrays(top$predictions)[[1]], file)
    names <- paste0(vapply(model$weights, function(p) p$name, ""), ":0")
    expect_identical(names, vapply(top$weights, function(w) w$name, ""))
    path <- withr::local_tempfile(fileext = ".h5")
    save_model_weights_hdf5(model, path)
    again <- load_model_weights_hdf5(make(), path, by_name = TRUE)
    expect_identical(get_weights(again), get_weights(model))
  }
})

test_that("weights of Keras 2.2.4 give its predictions", {
  skip_without_golden()
  skip_without_hdf5()
  case <- Filter(function(item) item$case$name == "rnn 2.2.4", golden_cases("files_old"))[[1]]$case
  model <- keras_model_sequential() %>% layer_embedding(11, 3, mask_zero = TRUE, input_length = 4) %>%
    layer_gru(3, return_sequences = TRUE, reset_after = FALSE, recurrent_activation = "hard_sigmoid") %>%
    layer_lstm(4, recurrent_activation = "hard_sigmoid") %>% layer_dense(1, activation = "sigmoid")
  load_model_weights_hdf5(model, file.path(golden_dir(), case$file))
  expect_golden(predict(model, golden_arrays(case$x)[[1]]), golden_arrays(case$predictions)[[1]], case$name)
})

test_that("mistakes are told", {
  x <- sequences()
  expect_snapshot(error = TRUE, {
    bidirectional(layer_lstm(units = 3))
    bidirectional(layer = layer_dense(units = 3))
    bidirectional(layer = "lstm")
    bidirectional(layer = layer_lstm(units = 3), merge_mode = "average")
    bidirectional(layer = layer_lstm(units = 3), backward_layer = layer_lstm(units = 3))
    bidirectional(layer = layer_lstm(units = 3), backward_layer = layer_dense(units = 3))
    bidirectional(layer = layer_lstm(units = 3), backward_layer = layer_lstm(
      units = 3, go_backwards = TRUE, return_sequences = TRUE))
    bidirectional(layer = layer_lstm(units = 3, name = "l"), merge_mode = "sum", name = "b",
                  backward_layer = layer_lstm(units = 2, go_backwards = TRUE))(x)
    bidirectional(layer = layer_lstm(units = 3, name = "l"), name = "b")(x[, 1, ])
    bidirectional(layer = layer_gru(units = 3, name = "l"), name = "b")(x, initial_state = matrix(0, 4, 3))
    bidirectional(layer = layer_lstm(units = 3, name = "l"), name = "b")(
      x, initial_state = list(matrix(0, 4, 3), matrix(0, 4, 3)))
    bidirectional(layer = layer_lstm(units = 3), weights = list(1, 2))(x)
    keras_model_sequential() %>%
      bidirectional(layer_lstm(units = 3, stateful = TRUE, name = "l"), input_shape = c(5, 3), name = "b")
    time_distributed(layer = bidirectional(layer = layer_lstm(units = 3, stateful = TRUE)))
    keras_model_sequential(name = "m") %>%
      bidirectional(layer_lstm(units = 3), merge_mode = NULL, input_shape = c(5, 3), name = "b")
  })
})
