skip_if_not_installed("jsonlite")

graph_text <- function(layers, inputs = "[[\"i\", 0, 0]]", outputs = "[[\"a\", 0, 0]]") {
  input <- keras_text_layer("InputLayer", "i", "\"batch_input_shape\": [null, 3]", "[]")
  keras_text(c(input, layers), "Functional", paste0("\"input_layers\": ", inputs), paste0("\"output_layers\": ", outputs))
}

dense <- function(name, nodes, config = "\"units\": 2") keras_text_layer("Dense", name, config, nodes)

from <- function(name, node = 0, output = 0) sprintf("[[[\"%s\", %d, %d, {}]]]", name, node, output)

test_that("damaged graphs are refused, naming the layer", {
  refused <- function(text, says) {
    expect_error(model_from_json(text), says, class = "tildenet_error_io")
  }
  refused(graph_text(c(dense("a", from("b")), dense("b", from("a")))), "\"a\"")
  refused(graph_text(dense("a", from("a"))), "\"a\"")
  refused(graph_text(dense("a", from("nowhere"))), "nowhere")
  refused(graph_text(dense("a", from("i", 3))), "call 3")
  refused(graph_text(dense("a", from("i", 0, 2))), "output 2")
  refused(graph_text(c(dense("a", from("i")), dense("a", from("i")))), "Two layers")
  refused(graph_text(dense("a", "[]")), "`output_layers`|call 0")
  refused(graph_text(dense("a", "[[]]")), "\"a\"")
  refused(graph_text(dense("a", "3")), "\"a\"")
  refused(graph_text(dense("a", "[[[\"i\", 0.5, 0, {}]]]")), "\"a\"")
  refused(graph_text(dense("a", "[[[\"i\", 0, 0, 7]]]")), "\"a\"")
  refused(graph_text(dense("a", "[{\"args\": [1], \"kwargs\": {}}]")), "\"a\"")
  refused(graph_text(dense("a", from("i")), outputs = "[]"), "output_layers")
  refused(graph_text(dense("a", from("i")), inputs = "7"), "input_layers")
  refused(graph_text(dense("a", from("i")), outputs = "[[\"z\", 0, 0]]"), "\"z\"")
  refused(graph_text("3"), "class name")
  refused(graph_text(dense("a", from("i"), "\"units\": [1, 2]")), "\"a\"")
  refused(graph_text(dense("a", from("i"), "\"units\": 2, \"trainable\": \"yes\"")), "\"a\"")
  refused(graph_text(dense("a", from("i"), "\"units\": 2, \"kernel_initializer\": 5")), "initializer")
  refused(graph_text(dense("a", from("i"), "\"units\": 2, \"batch_input_shape\": [null, \"x\"]")), "shape")
  refused(graph_text(dense("a", from("i"), "\"activation\": \"relu\"")), "`units`")
  refused(graph_text("{\"class_name\": \"Dense\", \"config\": 4, \"name\": \"a\"}"), "no object")
  for (json in c("3", "[]", "{}", "\"x\"", "null", "{\"class_name\": \"Dense\", \"config\": {\"units\": 3}}",
                 "{\"class_name\": \"Sequential\", \"config\": 3}",
                 "{\"class_name\": \"Sequential\", \"config\": {\"layers\": {\"a\": 1}}}")) refused(json, "damaged")
})

test_that("what is not available is refused by name", {
  refused <- function(class_name, config, says) {
    text <- keras_text(keras_text_layer(class_name, "a", paste0("\"batch_input_shape\": [null, 5, 4], ", config)), "Sequential")
    expect_error(model_from_json(text), says, class = "tildenet_error_unsupported")
  }
  refused("MultiHeadAttention", "\"num_heads\": 2", "MultiHeadAttention")
  refused("LSTM", "\"units\": 2, \"time_major\": true", "time_major")
  refused("LSTM", "\"units\": 2, \"zero_output_for_mask\": true", "zero_output_for_mask")
  refused("LayerNormalization", "\"rms_scaling\": true", "rms_scaling")
  refused("Dense", "\"units\": 2, \"activation\": \"relu7\"", "relu7")
  refused("Dense", "\"units\": 2, \"kernel_initializer\": \"magic\"", "magic")
  refused("UpSampling2D", "\"interpolation\": \"bicubic\"", "bicubic")
})

# One place of a configuration at random holds something else.
changed_somewhere <- function(x) {
  junk <- list(NULL, 3L, -1, 1e300, "x", TRUE, list(), list(1L, 2L), list("a", 0L, 0L), list(a = 1L))
  i <- sample(length(x), 1)
  if (is.list(x[[i]]) && length(x[[i]]) > 0 && runif(1) < 0.8) x[i] <- list(changed_somewhere(x[[i]]))
  else x[i] <- junk[sample(length(junk), 1)]
  x
}

test_that("whatever a configuration holds, errors are ours", {
  x <- layer_input(shape = c(6, 2))
  lstm <- bidirectional(x, layer_lstm(units = 2, return_sequences = TRUE))
  conv <- layer_conv_1d(x, 4, 3, padding = "same", kernel_regularizer = "l2", bias_constraint = "nonneg")
  all <- layer_concatenate(list(lstm, conv)) %>% layer_batch_normalization() * 2
  config <- tildenet:::json_config(model_to_json(keras_model(x, layer_dense(all, 1))))
  set.seed(1)
  for (i in 1:60) {
    changed <- changed_somewhere(config)
    made <- tryCatch(tildenet:::model_of_config(changed), error = function(e) e)
    if (inherits(made, "error")) expect_s3_class(made, "tildenet_error") else expect_true(nzchar(model_to_json(made)))
  }
})

test_that("names from files are not given again", {
  k_clear_session()
  model <- model_from_json(keras_text(keras_text_layer("Dense", "dense_1", "\"batch_input_shape\": [null, 3], \"units\": 2"),
                                      "Sequential"))
  expect_silent(model %>% layer_dense(1) %>% layer_dense(1))
  expect_identical(vapply(model$layers, function(l) l$name, ""), c("dense_1", "dense_2", "dense_3"))
  expect_identical(model$to_json(), model_to_json(model))
  expect_identical(model$get_config(), get_config(model))
  expect_identical(model$layers[[1]]$get_config(), get_config(model$layers[[1]]))
  copy <- from_config(model$get_config())
  expect_identical(model_to_json(copy), model_to_json(model))
})

test_that("other objects have no configuration", {
  for (x in list(3, "model", layer_input(shape = 2))) expect_error(get_config(x), class = "tildenet_error_argument")
  for (x in list(3, list(), list(units = 3))) expect_error(from_config(x), class = "tildenet_error_argument")
})
