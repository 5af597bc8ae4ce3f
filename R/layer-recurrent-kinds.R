# What the recurrent layers share: their arguments as a checked configuration, weights, the op.

recurrent_ops <- c(SimpleRNN = "simple_rnn", LSTM = "lstm", GRU = "gru")

# frame: the environment of the layer function, with its arguments under their names; what it has not
# got takes the default of the plain layer. prefix: of the automatic name.
recurrent_layer <- function(class_name, object, frame, dots, prefix = "") {
  force_object(object)
  given <- function(name, default = NULL) get0(name, frame, inherits = FALSE, ifnotfound = default)
  extra <- recurrent_dots(dots, is_tensor(if (!missing(object)) object), frame)
  config <- recurrent_config(class_name, given, frame)
  common <- common_args(extra$input_shape %||% given("input_shape"), given("batch_input_shape"),
                        given("batch_size"), given("dtype"), given("name"), given("trainable"),
                        given("weights"))
  if (is.null(common$name)) common$name <- next_name(paste0(prefix, class_name))
  layer <- new_layer(class_name, config, common, call = frame)
  if (is.null(extra$initial_state)) return(compose_layer(object, layer))
  layer(object, initial_state = extra$initial_state)
}

# Arguments of old scripts that came through `...`.
recurrent_dots <- function(dots, on_tensor, call) {
  known <- c("initial_state", "input_length", "input_dim", "implementation", "time_major", "zero_output_for_mask")
  unknown <- setdiff(names(dots) %||% rep("", length(dots)), known)
  if (length(unknown) > 0) {
    abort_tn(if (nzchar(unknown[1])) paste0("Recurrent layers do not know `", unknown[1], "`.")
             else "Recurrent layers take no more arguments without a name.", "argument", call = call)
  }
  if (!isFALSE(dots$time_major %||% FALSE)) abort_time_major(call)
  if (!isFALSE(dots$zero_output_for_mask %||% FALSE)) {
    abort_tn("Recurrent layers repeat the last output at masked steps: `zero_output_for_mask` cannot be TRUE.",
             "unsupported", call = call)
  }
  if (!is.null(dots$initial_state) && !on_tensor) {
    abort_arg("initial_state", "go with a tensor as `object`", call = call,
              how = "Call the layer: `layer <- layer_lstm(units = 8); layer(x, initial_state = states)`.")
  }
  shape <- if (!is.null(dots$input_dim)) {
    c(check_count(dots$input_length, "input_length", null_ok = TRUE, call = call) %||% NA,
      check_count(dots$input_dim, "input_dim", call = call))
  }
  list(initial_state = dots$initial_state, input_shape = shape)
}

abort_time_major <- function(call) {
  abort_tn("Samples are the first axis of the data: `time_major` cannot be TRUE.", "unsupported",
           how = "Swap the axes with `aperm(x, c(2, 1, 3))`.", call = call)
}

recurrent_config <- function(class_name, given, call) {
  flag <- function(name, default = FALSE) check_flag(given(name, default), name, call = call)
  rate <- function(name) check_rate(given(name, 0), name, call)
  if (flag("time_major")) abort_time_major(call)
  gated <- class_name != "SimpleRNN"
  config <- c(
    list(units = recurrent_units(given, call),
         activation = cell_activation(given("activation", "tanh"), "activation", call)),
    if (gated) list(recurrent_activation = cell_activation(given("recurrent_activation", "sigmoid"),
                                                           "recurrent_activation", call)),
    list(use_bias = bias_flag(given("use_bias", TRUE), call),
         return_sequences = flag("return_sequences"), return_state = flag("return_state"),
         go_backwards = flag("go_backwards"), stateful = flag("stateful"), unroll = flag("unroll"),
         dropout = rate("dropout"), recurrent_dropout = rate("recurrent_dropout")),
    if (class_name == "LSTM") list(unit_forget_bias = flag("unit_forget_bias", TRUE)),
    if (class_name == "GRU") list(reset_after = flag("reset_after", TRUE)))
  c(config, recurrent_parts(given, call))
}

# call: the layer function's frame.
recurrent_units <- function(given, call) {
  if (eval(quote(missing(units)), call)) abort_missing_arg("units", call)
  check_count(given("units"), "units", max = 2^24, call = call)
}

# Inside the steps only the engine's own functions run.
cell_activation <- function(x, arg, call) {
  own <- is.function(x) && is.null(as_activation(x, arg, call)$name)
  if (own || !(is.null(x) || is.function(x) || (is.character(x) && length(x) == 1 && x %in% activation_names()))) {
    abort_arg(arg, paste0("be one of ", quoted_list(activation_names()),
                          ", or the activation_*() function of that name, in a recurrent layer"),
              describe(x), class = if (own) "unsupported" else "argument", call = call)
  }
  as_activation(x, arg, call)$name
}

recurrent_parts <- function(given, call) {
  parts <- c("kernel", "recurrent", "bias")
  made <- function(what, as) {
    names <- paste0(parts, "_", what)
    stats::setNames(lapply(names, function(name) as(given(name), name, call)), names)
  }
  defaults <- c(kernel_initializer = "glorot_uniform", recurrent_initializer = "orthogonal",
                bias_initializer = "zeros")
  c(made("initializer", function(x, name, call) as_initializer(x %||% defaults[[name]], name, call)),
    made("regularizer", as_regularizer),
    list(activity_regularizer = as_regularizer(given("activity_regularizer"), "activity_regularizer", call)),
    made("constraint", as_constraint))
}

# ---- weights and op --------------------------------------------------------------------------------

# zero_masked: masked steps of returned sequences are zeros (set by bidirectional()).
recurrent_attrs <- function(self) {
  wanted <- c("units", "activation", "recurrent_activation", "use_bias", "return_sequences",
              "return_state", "go_backwards", "stateful", "dropout", "recurrent_dropout",
              "reset_after", "zero_masked")
  self$config[intersect(wanted, names(self$config))]
}

recurrent_build <- function(self, inputs) {
  c <- self$config
  if (c$stateful && is.na(inputs[[1]]$shape[1])) abort_open_batch(self)
  if (isTRUE(c$unit_forget_bias)) c$bias_initializer <- forget_ones(c$bias_initializer, c$units)
  op <- recurrent_ops[[self$class_name]]
  build_params(self, op, recurrent_attrs(self), inputs, how = list(
    kernel = weight_how(c, "kernel"), recurrent_kernel = weight_how(c, "recurrent"),
    bias = weight_how(c, "bias")),
    scope = paste0(self$name, "/", op, "_cell"))
}

# The columns of the forget gate are ones, the others as `initializer` makes each gate's.
forget_ones <- function(initializer, units) {
  force(initializer) # the caller puts the result in its place
  new_initializer("zeros", r_function = function(shape) {
    gates <- function(n) as.vector(engine_raw_read(initial_data(initializer, n * units), n * units))
    c(gates(1), rep(1, units), gates(2))
  })
}

recurrent_emit <- function(self, inputs) {
  check_state_rows(self, inputs[[1]]$shape[1])
  out <- emit_op(recurrent_ops[[self$class_name]], inputs, recurrent_attrs(self),
                 c(self$params, self$states))
  list(outputs = out, penalties = activity_penalty(self, out, self$config$activity_regularizer))
}

for (class_name in names(recurrent_ops)) {
  define_layer(class_name, build = recurrent_build, emit = recurrent_emit, several = TRUE)
}
rm(class_name)
