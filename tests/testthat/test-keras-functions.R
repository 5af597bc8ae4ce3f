# Functions of tensors between layers in files of Keras.
skip_if_not_installed("jsonlite")

x <- matrix(c(-3, -1.5, -0.5, 0.25, 0.5, 1), 2)

value_of <- function(layers, last, input = "\"batch_input_shape\": [null, 3]", version = "2.4.0", data = x) {
  begin <- keras_text_layer("InputLayer", "a", input, "[]")
  places <- sprintf("\"%s_layers\": [[\"%s\", 0, 0]]", c("input", "output"), c("a", last))
  model <- model_from_json(keras_text(c(begin, layers), "Functional", places, version = version))
  again <- model_from_json(model_to_json(model))
  expect_identical(predict(again, data), predict(model, data))
  predict(model, data)
}

tf_layer <- function(symbol, node, name = "f", class_name = "TFOpLambda") {
  keras_text_layer(class_name, name, sprintf("\"trainable\": true, \"dtype\": \"float32\", \"function\": \"%s\"", symbol), sprintf("[%s]", node))
}

test_that("functions of TensorFlow of one tensor", {
  value <- function(symbol, options = "\"name\": null") value_of(tf_layer(symbol, sprintf("[\"a\", 0, 0, {%s}]", options)), "f")
  expect_equal(value("math.abs"), abs(x))
  expect_equal(value("math.negative"), -x)
  expect_equal(value("nn.relu"), pmax(x, 0))
  expect_equal(value("nn.relu6"), pmin(pmax(x, 0), 6))
  expect_equal(value("nn.leaky_relu", "\"alpha\": 0.5"), ifelse(x > 0, x, 0.5 * x))
  expect_equal(value("math.reduce_mean", "\"axis\": 1, \"keepdims\": true"), cbind(rowMeans(x)), tolerance = 1e-6)
  expect_equal(value("math.reduce_sum", "\"axis\": [-1], \"keepdims\": true"), cbind(rowSums(x)), tolerance = 1e-6)
  expect_equal(value("clip_by_value", "\"clip_value_min\": -1, \"clip_value_max\": 0.5"), pmin(pmax(x, -1), 0.5))
  expect_equal(value("expand_dims", "\"axis\": 1"), array(x, c(2, 1, 3)))
  expect_equal(value("reshape", "\"shape\": [-1, 1, 3]"), array(x, c(2, 1, 3)))
  expect_equal(value("cast", "\"dtype\": \"int32\""), trunc(x))
  expect_equal(value("nn.softmax", "\"axis\": -1"), exp(x) / rowSums(exp(x)), tolerance = 1e-6)
  expect_equal(value("math.pow", "\"y\": 2"), x^2)
})

test_that("operands are numbers, arrays or tensors, on either side", {
  dense <- keras_text_layer("Dense", "d", "\"units\": 3, \"activation\": \"linear\", \"use_bias\": false, \"kernel_initializer\": \"identity\"", "[[[\"a\", 0, 0, {}]]]")
  value <- function(symbol, node) value_of(c(tf_layer(symbol, node), dense), "f")
  expect_equal(value("math.multiply", "[\"a\", 0, 0, {\"y\": 2.5, \"name\": null}]"), x * 2.5)
  expect_equal(value("__operators__.add", "[\"a\", 0, 0, {\"y\": [\"d\", 0, 0], \"name\": null}]"), 2 * x)
  expect_equal(value("math.subtract", "[\"_CONSTANT_VALUE\", -1, 1.0, {\"y\": [\"d\", 0, 0]}]"), 1 - x)
  expect_equal(value("math.truediv", "[\"a\", 0, 0, {\"y\": [[1.0, 2.0, 4.0]]}]"), t(t(x) / c(1, 2, 4)))
  expect_equal(value("concat", "[[\"a\", 0, 0, {\"axis\": -1}], [\"d\", 0, 0, {\"axis\": -1}]]"), cbind(x, x))
  expect_equal(value("stack", "[[\"a\", 0, 0, {\"axis\": 1}], [\"d\", 0, 0, {\"axis\": 1}]]"), aperm(array(c(x, x), c(2, 3, 2)), c(1, 3, 2)))
})

test_that("slices take places as Python does", {
  value <- function(spec) {
    value_of(tf_layer("__operators__.getitem", sprintf("[\"a\", 0, 0, {\"slice_spec\": %s}]", spec), class_name = "SlicingOpLambda"), "f")
  }
  slice <- function(from = "null", to = "null", step = "null") sprintf("{\"start\": %s, \"stop\": %s, \"step\": %s}", from, to, step)
  expect_equal(value(sprintf("[%s, %s]", slice(), slice(1))), x[, 2:3])
  expect_equal(value(sprintf("[%s, %s]", slice(), slice(0, 1))), x[, 1, drop = FALSE])
  expect_equal(value(sprintf("[%s, %s]", slice(), slice("null", -1))), x[, 1:2])
  expect_equal(value(sprintf("[%s, %s]", slice(), slice("null", "null", 2))), x[, c(1, 3)])
  expect_equal(value(sprintf("[%s, null, %s]", slice(), slice())), array(x, c(2, 1, 3)))
  expect_equal(value(sprintf("[{\"class_name\": \"__ellipsis__\"}, %s]", slice(-2))), x[, 2:3])
  expect_equal(as.vector(value(sprintf("[%s, -1]", slice()))), x[, 3])
})

test_that("operations of Keras 3, by their module and in HDF5 files without", {
  value <- function(class_name, args, config = "", kwargs = "", module = "keras.src.ops.numpy") {
    layer <- keras_text_layer(class_name, "f", config, keras_node_text(args, kwargs))
    if (!is.null(module)) layer <- sub("{", sprintf("{\"module\": \"%s\", ", module), layer, fixed = TRUE)
    value_of(layer, "f", "\"batch_shape\": [null, 3], \"dtype\": \"float32\"", "3.3.0")
  }
  a <- keras_tensor_text("a")
  for (module in list("keras.src.ops.numpy", NULL)) {
    expect_equal(value("Add", paste0(a, ", 2.0"), module = module), x + 2)
    expect_equal(value("Subtract", paste0("1.0, ", a), module = module), 1 - x)
    expect_equal(value("Multiply", paste0(a, ", ", a), module = module), x * x)
    expect_equal(value("Mean", a, "\"axis\": [1], \"keepdims\": true", module = module), cbind(rowMeans(x)), tolerance = 1e-6)
  }
  expect_equal(value("Relu", a, module = "keras.src.ops.nn"), pmax(x, 0))
  expect_equal(value("HardSigmoid", a, module = "keras.src.ops.nn"), pmin(pmax(x / 6 + 0.5, 0), 1), tolerance = 1e-6)
  expect_equal(value("Concatenate", sprintf("[%s, %s]", a, a), "\"axis\": -1"), cbind(x, x))
  expect_equal(value("Reshape", a, "\"newshape\": [-1, 1, 3]"), array(x, c(2, 1, 3)))
  expect_equal(value("Transpose", a, "\"axes\": [0, 1]"), x)
  expect_equal(value("Cast", a, "\"dtype\": \"float32\"", module = "keras.src.ops.core"), x)
  expect_equal(value("Multiply", paste0(a, ", {\"class_name\": \"__numpy__\", \"config\": {\"value\": [1.0, 2.0, 4.0], \"dtype\": \"float32\"}}")),
               t(t(x) * c(1, 2, 4)))
  slice <- "{\"class_name\": \"__slice__\", \"config\": {\"start\": 1, \"stop\": null, \"step\": null}}"
  all <- "{\"class_name\": \"__slice__\", \"config\": {\"start\": null, \"stop\": null, \"step\": null}}"
  key <- sprintf("{\"class_name\": \"__tuple__\", \"config\": {\"value\": [%s, %s]}}", all, slice)
  expect_equal(value("GetItem", paste0(a, ", ", key)), x[, 2:3])
})

test_that("what is not in the table is refused by name, also an argument of what is", {
  refused <- function(layer, words) expect_error(value_of(layer, "f"), words, class = "tildenet_error_unsupported")
  refused(tf_layer("image.resize", "[\"a\", 0, 0, {\"size\": [2, 2]}]"), "image.resize")
  refused(tf_layer("math.reduce_logsumexp", "[\"a\", 0, 0, {}]"), "reduce_logsumexp")
  refused(tf_layer("nn.gelu", "[\"a\", 0, 0, {\"approximate\": true}]"), "approximate")
  refused(tf_layer("math.add", "[\"a\", 0, 0, {\"y\": 1, \"strange\": 2}]"), "strange")
  refused(keras_text_layer("TensorFlowOpLayer", "f", "\"node_def\": \"x\"", "[[[\"a\", 0, 0, {}]]]"), "TensorFlowOpLayer")
  damaged <- function(layer) expect_error(value_of(layer, "f"), class = "tildenet_error_io")
  damaged(tf_layer("math.add", "[1, 2]"))
  damaged(tf_layer("math.add", "[\"a\", 0, 0, {\"y\": [[1, 2], [3]]}]"))
  damaged(tf_layer("math.add", "[\"b\", 0, 0, {\"y\": 1}]"))
  damaged(keras_text_layer("TFOpLambda", "f", "\"function\": 3", "[[\"a\", 0, 0, {}]]"))
})
