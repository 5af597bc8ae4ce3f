skip_if_not_installed("jsonlite")

# Encoder and decoder as files of each generation tell them.
translator <- function(first, decode, output, ..., shape = "batch_input_shape", gate = "sigmoid",
                       class_name = "Functional") {
  lstm <- function(name, sequences, nodes) {
    keras_text_layer("LSTM", name, paste0("\"units\": 4, \"return_state\": true, \"return_sequences\": ", sequences,
                                          ", \"recurrent_activation\": \"", gate, "\", \"implementation\": 0"), nodes)
  }
  input <- function(name, size) keras_text_layer("InputLayer", name, sprintf("\"%s\": [null, null, %d]", shape, size), "[]")
  keras_text(c(input("in1", 3), input("in2", 2), lstm("encoder", "false", first), lstm("decoder", "true", decode),
               keras_text_layer("Dense", "out", "\"units\": 2", output)), class_name, ...)
}

built_translator <- function(gate) {
  a <- layer_input(shape = c(NA, 3))
  b <- layer_input(shape = c(NA, 2))
  states <- layer_lstm(a, 4, return_state = TRUE, recurrent_activation = gate)[2:3]
  decoder <- layer_lstm(units = 4, return_sequences = TRUE, return_state = TRUE, recurrent_activation = gate)
  keras_model(list(a, b), layer_dense(decoder(b, initial_state = states)[[1]], 2))
}

test_that("first states are found in every generation", {
  lists <- "\"input_layers\": [[\"in1\", 0, 0], [\"in2\", 0, 0]], \"output_layers\": [[\"out\", 0, 0]]"
  one <- function(name) sprintf("[[[\"%s\", 0, 0, {}]]]", name)
  old <- translator(one("in1"), "[[[\"in2\", 0, 0, {}], [\"encoder\", 0, 1, {}], [\"encoder\", 0, 2, {}]]]", one("decoder"),
                    gate = "hard_sigmoid", class_name = "Model", lists, version = "2.0.8")
  middle <- translator(one("in1"), paste0("[[[\"in2\", 0, 0, {\"initial_state\": [[\"encoder\", 0, 1], [\"encoder\", 0, 2]], ",
                                          "\"training\": null}]]]"), one("decoder"), lists)
  args <- function(name) keras_node_text(keras_tensor_text(name))
  new <- translator(
    args("in1"), keras_node_text(keras_tensor_text("in2"), paste0(
      "\"initial_state\": [", keras_tensor_text("encoder", 1), ", ", keras_tensor_text("encoder", 2),
      "], \"mask\": null, \"training\": false")),
    args("decoder"), shape = "batch_shape", version = "3.4.1",
    "\"input_layers\": [[\"in1\", 0, 0], [\"in2\", 0, 0]], \"output_layers\": [\"out\", 0, 0]")
  x <- list(array(sin(1:30), c(2, 5, 3)), array(cos(1:12), c(2, 3, 2)))
  for (case in list(list(old, "hard_sigmoid"), list(middle, "sigmoid"), list(new, "sigmoid"))) {
    model <- expect_silent(model_from_json(case[[1]]))
    same <- built_translator(case[[2]])
    set_weights(model, get_weights(same))
    expect_identical(predict(model, x), predict(same, x))
  }
})

sequential_of <- function(..., version = "2.1.6") model_from_json(keras_text(c(...), "Sequential", version = version))

first <- function(shape) sprintf("\"batch_input_shape\": [null, %s]", paste(shape, collapse = ", "))

test_that("layers without a setting have the default of their time", {
  config <- function(class_name, more = "", version = "2.1.6") {
    get_config(sequential_of(keras_text_layer(class_name, "a", paste0(first(c(5, 2)), ", \"units\": 3", more)),
                             version = version)$layers[[1]])
  }
  expect_identical(config("GRU")[c("reset_after", "recurrent_activation")],
                   list(reset_after = FALSE, recurrent_activation = "hard_sigmoid"))
  expect_true(config("GRU", ", \"reset_after\": true, \"recurrent_activation\": \"sigmoid\"")$reset_after)
  expect_identical(config("CuDNNGRU")[c("reset_after", "recurrent_activation")],
                   list(reset_after = TRUE, recurrent_activation = "sigmoid"))
  expect_identical(config("CuDNNLSTM")$recurrent_activation, "sigmoid")
  cell <- paste0(first(c(5, 2)), ", \"return_sequences\": true, \"cell\": {\"class_name\": \"GRUCell\", \"config\": ",
                 "{\"name\": \"cell\", \"units\": 7, \"reset_after\": true, \"activation\": \"relu\"}}")
  layer <- sequential_of(keras_text_layer("RNN", "rnn", cell))$layers[[1]]
  expect_identical(get_config(layer)[c("name", "units", "activation", "return_sequences", "reset_after")],
                   list(name = "rnn", units = 7L, activation = "relu", return_sequences = TRUE, reset_after = TRUE))
})

test_that("old and new forms of values are read", {
  object <- function(class_name, config, module = "keras.initializers") {
    sprintf("{\"module\": \"%s\", \"class_name\": \"%s\", \"config\": %s, \"registered_name\": null}", module, class_name, config)
  }
  dense <- function(...) {
    get_config(sequential_of(keras_text_layer("Dense", "a", paste(c(first(3), "\"units\": 2", ...), collapse = ", ")))$layers[[1]])
  }
  expect_identical(dense("\"kernel_initializer\": \"he_normal\"")$kernel_initializer$class_name, "HeNormal")
  old <- "{\"class_name\": \"VarianceScaling\", \"config\": {\"scale\": 1.0, \"mode\": \"fan_avg\", \"distribution\": \"%s\", \"seed\": null, \"dtype\": \"float32\"}}"
  expect_identical(dense(paste0("\"kernel_initializer\": ", sprintf(old, "uniform")))$kernel_initializer$class_name,
                   "GlorotUniform")
  expect_identical(dense(paste0("\"kernel_initializer\": ", sprintf(old, "normal")))$kernel_initializer$class_name,
                   "GlorotNormal")
  expect_identical(dense(paste0("\"kernel_initializer\": ", object("OrthogonalInitializer", "{\"gain\": 2.0, \"seed\": 4}")))$
                     kernel_initializer$config, list(gain = 2, seed = 4L))
  l2 <- dense("\"kernel_regularizer\": {\"class_name\": \"L1L2\", \"config\": {\"l1\": 0.0, \"l2\": 0.009999999776482582}}")
  expect_identical(l2$kernel_regularizer[c("class_name", "config")], list(class_name = "L2", config = list(l2 = 0.009999999776482582)))
  expect_identical(dense("\"kernel_regularizer\": \"l1\"")$kernel_regularizer$class_name, "L1")
  expect_identical(dense(paste0("\"bias_constraint\": ", object("MaxNorm", "{\"max_value\": 3, \"axis\": 0}", "keras.constraints")))$
                     bias_constraint$config, list(max_value = 3, axis = 0L))
  expect_identical(dense("\"activation\": {\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"silu\"}")$activation,
                   "swish")
  relu <- keras_text_layer("Dense", "a", paste0(
    first(3), ", \"units\": 2, \"activation\": {\"class_name\": \"ReLU\", \"config\": {\"name\": \"r\", \"max_value\": 0.5}}"))
  model <- sequential_of(relu)
  expect_true(all(predict(model, matrix(sin(1:30) * 9, 10)) %in% c(0, 0.5) | predict(model, matrix(sin(1:30) * 9, 10)) < 0.5))
  expect_identical(model_to_json(model_from_json(model_to_json(model))), model_to_json(model))
  expect_identical(dense("\"activation\": null, \"dtype\": {\"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"mixed_float16\"}}")$
                     activation, "linear")
  relu <- function(class_name, config, version = "2.1.0") {
    get_config(sequential_of(keras_text_layer(class_name, "a", paste0(first(3), ", ", config)), version = version)$layers[[1]])
  }
  expect_identical(relu("LeakyReLU", "\"alpha\": {\"type\": \"ndarray\", \"value\": 0.25}")$alpha, 0.25)
  expect_identical(relu("LeakyReLU", "\"negative_slope\": 0.25", "3.1.0")$alpha, 0.25)
  expect_identical(relu("BatchNormalization", "\"axis\": [1], \"momentum\": 0.5")$axis, list(1L))
})

test_that("activations that have no name here are computed as Keras does", {
  value <- function(name, version) {
    model <- sequential_of(keras_text_layer("Activation", "a", paste0(first(5), ", \"activation\": \"", name, "\"")), version = version)
    if (name != "hard_sigmoid") expect_identical(get_config(model$layers[[1]])$activation, name)
    as.vector(predict(model, matrix(x, 1)))
  }
  x <- c(-4, -1, 0, 1, 7)
  expect_equal(value("hard_sigmoid", "2.9.0"), pmin(pmax(0.2 * x + 0.5, 0), 1), tolerance = 1e-6)
  expect_equal(value("hard_sigmoid", "3.3.0"), pmin(pmax(x / 6 + 0.5, 0), 1), tolerance = 1e-6)
  expect_equal(value("relu6", "3.3.0"), pmin(pmax(x, 0), 6))
  expect_equal(value("leaky_relu", "3.3.0"), ifelse(x > 0, x, 0.2 * x), tolerance = 1e-6)
  expect_equal(value("mish", "3.3.0"), x * tanh(log1p(exp(x))), tolerance = 1e-6)
  expect_equal(value("hard_silu", "3.3.0"), x * pmin(pmax(x + 3, 0), 6) / 6, tolerance = 1e-6)
  expect_equal(value("log_softmax", "3.3.0"), x - log(sum(exp(x))), tolerance = 1e-6)
})

test_that("sequential models of every form are read", {
  layers <- c(keras_text_layer("Dense", "a", paste0(first(3), ", \"units\": 4")), keras_text_layer("Dense", "b", "\"units\": 2"))
  bare <- sprintf("{\"class_name\": \"Sequential\", \"config\": [%s], \"keras_version\": \"2.1.6\"}", paste(layers, collapse = ", "))
  expect_identical(count_params(model_from_json(bare)), 26)
  without <- c(keras_text_layer("Dense", "a", "\"units\": 4"), layers[2])
  expect_false(sequential_of(without)$built)
  built <- model_from_json(keras_text(without, "Sequential", "\"build_input_shape\": [null, 3]"))
  expect_identical(count_params(built), 26)
  input <- keras_text_layer("InputLayer", "begin", "\"batch_shape\": [null, 3], \"dtype\": \"float32\"")
  new <- sequential_of(input, without, version = "3.0.5")
  expect_match(model_to_json(new), "\"name\": \"begin\"", fixed = TRUE)
  wrapped <- "\"merge_mode\": \"sum\", \"layer\": {\"class_name\": \"LSTM\", \"config\": {\"name\": \"l\", \"units\": 2, \"trainable\": false}}"
  both <- sequential_of(keras_text_layer("Bidirectional", "both", paste0(first(c(5, 3)), ", ", wrapped)))
  expect_identical(dim(predict(both, array(0, c(1, 5, 3)))), c(1L, 2L))
  expect_length(both$layers[[1]]$trainable_weights, 0)
})

test_that("nodes of nested models count from 0 or 1", {
  nested <- function(class_name, node, version) {
    inner <- keras_text(c(keras_text_layer("InputLayer", "i", "\"batch_input_shape\": [null, 3]", "[]"),
                          keras_text_layer("Dense", "d", "\"units\": 3", "[[[\"i\", 0, 0, {}]]]")), class_name,
                        "\"input_layers\": [[\"i\", 0, 0]], \"output_layers\": [[\"d\", 0, 0]]")
    inner <- sub("}$", ", \"name\": \"m\", \"inbound_nodes\": [[[\"x\", 0, 0, {}]], [[\"y\", 0, 0, {}]]]}", inner)
    input <- function(name) keras_text_layer("InputLayer", name, "\"batch_input_shape\": [null, 3]", "[]")
    keras_text(c(input("x"), input("y"), inner,
                 keras_text_layer("Subtract", "s", "", sprintf("[[[\"m\", %d, 0, {}], [\"m\", %d, 0, {}]]]", node, node + 1))),
               "Functional", "\"input_layers\": [[\"x\", 0, 0], [\"y\", 0, 0]], \"output_layers\": [[\"s\", 0, 0]]",
               version = version)
  }
  x <- list(diag(3), matrix(1:9, 3))
  for (case in list(list("Functional", 1, "2.4.0"), list("Sequential", 1, "2.4.0"), list("Sequential", 0, "3.2.0"),
                    list("Functional", 1, "3.2.0"))) {
    model <- model_from_json(sub("\"inbound_nodes\": []", "\"inbound_nodes\": []", do.call(nested, case), fixed = TRUE))
    weights <- get_weights(model)
    expect_equal(predict(model, x), (x[[1]] - x[[2]]) %*% weights[[1]], tolerance = 1e-5)
  }
})

test_that("a call with training = FALSE is told of, one with TRUE refused", {
  text <- function(layer, value) {
    keras_text(c(keras_text_layer("InputLayer", "i", "\"batch_input_shape\": [null, 3]", "[]"),
                 keras_text_layer(layer, "a", if (layer == "Dropout") "\"rate\": 0.5" else "\"units\": 2",
                                  sprintf("[[[\"i\", 0, 0, {\"training\": %s}]]]", value))),
               "Functional", "\"input_layers\": [[\"i\", 0, 0]], \"output_layers\": [[\"a\", 0, 0]]")
  }
  expect_warning(model_from_json(text("Dropout", "false")), "\"a\"", class = "tildenet_warning_training")
  expect_error(model_from_json(text("Dropout", "true")), "\"a\"", class = "tildenet_error_unsupported")
  expect_silent(model_from_json(text("Dense", "false")))
  expect_silent(model_from_json(text("Dense", "true")))
})

test_that("code of Python is refused by name and comes from custom_objects", {
  code <- "[\"4wEAAAAAAAAAAQAAAAIAAABDAAAAcwgAAAB8AGQBGwBTACkCTmcAAAAAAAA=\\n\", null, null]"
  text <- function(f, more = "") keras_text(
    c(keras_text_layer("Lambda", "halves", paste0(first(3), ", \"function\": ", f, ", \"function_type\": \"lambda\"", more))), "Sequential")
  half <- function(x, by = 2) x / by
  new <- "{\"class_name\": \"__lambda__\", \"config\": {\"code\": \"4wEAAAA=\", \"defaults\": null, \"closure\": null}}"
  for (f in c(code, new)) {
    e <- expect_error(model_from_json(text(f)), "halves", class = "tildenet_error_unsupported")
    expect_match(conditionMessage(e), "custom_objects = list\\(halves")
    expect_identical(predict(model_from_json(text(f), list(halves = half)), diag(3)), diag(3) / 2)
  }
  named <- text("\"my_half\"", ", \"arguments\": {\"by\": 4}")
  expect_error(model_from_json(named), "my_half", class = "tildenet_error_unsupported")
  expect_identical(predict(model_from_json(named, list(my_half = half)), diag(3)), diag(3) / 4)
})

test_that("classes of one's own come from custom_objects", {
  text <- keras_text(c(keras_text_layer("InputLayer", "i", "\"batch_input_shape\": [null, 3]"),
                       keras_text_layer("MyScale", "scale", "\"trainable\": true, \"factor\": 3.0, \"other\": [1, 2]"),
                       keras_text_layer("Dense", "d", "\"units\": 2, \"activation\": \"my_act\"")), "Sequential")
  expect_error(model_from_json(text), "MyScale", class = "tildenet_error_unsupported")
  own <- list(MyScale = function(factor, name) layer_rescaling(scale = factor, name = name))
  expect_error(model_from_json(text, own), "my_act", class = "tildenet_error_unsupported")
  own$my_act <- function(x) x * 2
  model <- model_from_json(text, own)
  expect_identical(model$layers[[1]]$config$scale, 3)
  again <- model_from_json(model_to_json(model), own["my_act"])
  expect_identical(get_config(again$layers[[2]])$activation, "my_act")
  expect_error(model_from_json(text, list(MyScale = function(...) 3, my_act = identity)), class = "tildenet_error_io")
  for (bad in list(3, list(function(x) x), "x")) {
    expect_error(model_from_json(text, bad), "custom_objects", class = "tildenet_error_argument")
  }
})
