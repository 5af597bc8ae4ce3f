# Values of configurations: initializers, regularizers, constraints and activations as objects of Keras, numbers
# as integers or floats. The key says how a value is written and read. Functions written in R have no form in
# a file: they are written by name and come back through `custom_objects`.

# A value under its key. owner: name of the layer, which names functions that have no name.
keras_value <- function(value, key, owner, codec = codec_of(key)) {
  keras_codecs[[codec]]$write(value, paste0(owner, "/", key))
}

# The other way: what a layer function takes.
r_value <- function(value, key, context, codec = codec_of(key)) keras_codecs[[codec]]$read(value, context)

codec_of <- function(key) {
  found <- regmatches(key, regexpr("(initializer|regularizer|constraint|activation)$", key))
  if (length(found) == 1) return(found)
  if (key %in% integer_keys) "integer" else if (key %in% list_keys) "integers" else "plain"
}

integer_keys <- c("units", "members", "frequencies", "filters", "input_dim", "output_dim", "input_length", "n", "groups", "depth_multiplier",
                  "axis", "axes", "seed", "max_tokens", "output_sequence_length")

list_keys <- c("kernel_size", "strides", "dilation_rate", "pool_size", "target_shape", "dims", "noise_shape",
               "output_padding", "shared_axes", "size")

# ---- numbers ---------------------------------------------------------------------------------------

# Numbers of several places as an array, NULL for one left open.
number_list <- function(x, as) {
  if (!is.null(x)) lapply(as.list(unname(x)), function(v) if (is.na(v)) NULL else as(v))
}

# An array of numbers is a vector, one of arrays a list of vectors; null stays NULL.
r_numbers <- function(value) {
  if (!is.list(value)) return(value)
  if (length(value) > 0 && all(vapply(value, is.list, NA))) return(lapply(value, r_numbers))
  single <- vapply(value, function(v) is.atomic(v) && length(v) == 1 && !is.null(v), NA)
  if (all(single)) unlist(value) else value
}

# ---- objects ---------------------------------------------------------------------------------------

# family: "initializers", "regularizers" or "constraints".
keras_object <- function(family, class_name, config) {
  list(module = paste0("keras.", family), class_name = class_name,
       config = if (length(config) > 0) config else empty_object(), registered_name = NULL)
}

empty_object <- function() stats::setNames(list(), character())

# list(class_name, config) of what stands for an object in a file: a name, or an object of any generation.
object_parts <- function(value, what, context) {
  if (is.character(value) && length(value) == 1) return(list(class_name = value, config = list()))
  if (!is.list(value) || !is_word(value[["class_name"]])) {
    abort_config(paste0("Where the name of ", what, " should be stands something else."), context)
  }
  config <- value[["config"]]
  is_function <- identical(value[["class_name"]], "function") && is_word(config)
  if (is_function) return(list(class_name = config, config = list()))
  if (!is.list(config) && !is.null(config)) {
    abort_config(paste0("The settings of \"", value[["class_name"]], "\" are no object."), context)
  }
  list(class_name = value[["class_name"]], config = config)
}

# Builds what parts say by the function that makes it; settings it does not know are ignored.
call_with_config <- function(f, config) {
  config <- lapply(config, r_numbers)
  do.call(f, config[intersect(names(config), names(formals(f)))], quote = TRUE)
}

# "GlorotUniform", "glorot_uniform" -> "glorotuniform".
plain_name <- function(name) gsub("[^a-z0-9]", "", tolower(name))

# An object of a family: the user's own first, then ours by name.
read_object <- function(value, family, context) {
  if (is.null(value)) return(NULL)
  parts <- object_parts(value, family, context)
  own <- custom_object(parts$class_name, context)
  if (!is.null(own)) return(own)
  names <- keras_names[[family]]
  at <- match(plain_name(parts$class_name), plain_name(names(names)))
  if (is.na(at)) abort_unknown(paste0(family, " \"", parts$class_name, "\""), parts$class_name, context)
  call_with_config(get(paste0(family, "_", names[[at]]), envir = topenv(), mode = "function"), parts$config)
}

# Keras' classes and names, and what makes them here.
keras_names <- list(
  initializer = c(
    Zeros = "zeros", Zero = "zeros", Ones = "ones", One = "ones", Constant = "constant",
    RandomNormal = "random_normal", Normal = "random_normal", RandomUniform = "random_uniform",
    Uniform = "random_uniform", TruncatedNormal = "truncated_normal", VarianceScaling = "variance_scaling",
    GlorotUniform = "glorot_uniform", XavierUniform = "glorot_uniform", GlorotNormal = "glorot_normal",
    XavierNormal = "glorot_normal", HeUniform = "he_uniform", HeNormal = "he_normal",
    LecunUniform = "lecun_uniform", LecunNormal = "lecun_normal", Orthogonal = "orthogonal",
    OrthogonalInitializer = "orthogonal", Identity = "identity", IdentityInitializer = "identity"),
  regularizer = c(L1 = "l1_l2", L2 = "l1_l2", L1L2 = "l1_l2"),
  constraint = c(MaxNorm = "maxnorm", NonNeg = "nonneg", UnitNorm = "unitnorm", MinMaxNorm = "minmaxnorm"))

# ---- initializers ----------------------------------------------------------------------------------

initializer_classes <- c(
  zeros = "Zeros", ones = "Ones", constant = "Constant", random_normal = "RandomNormal",
  random_uniform = "RandomUniform", truncated_normal = "TruncatedNormal", variance_scaling = "VarianceScaling",
  orthogonal = "Orthogonal", identity = "Identity")

# Settings of variance_scaling that have a name of their own.
scaled_classes <- c("1 fan_avg uniform" = "GlorotUniform", "1 fan_avg truncated_normal" = "GlorotNormal",
                    "2 fan_in uniform" = "HeUniform", "2 fan_in truncated_normal" = "HeNormal",
                    "1 fan_in uniform" = "LecunUniform", "1 fan_in truncated_normal" = "LecunNormal")

write_initializer <- function(x, name) {
  if (is.null(x)) return(NULL)
  if (!is.null(x$r_function)) return(function_name_of(x$r_function, name))
  attrs <- x$attrs
  class_name <- initializer_classes[[x$kind]]
  short <- if (x$kind == "variance_scaling") scaled_classes[paste(attrs$scale, attrs$mode, attrs$distribution)]
  if (!is.null(short) && !is.na(short)) {
    class_name <- short[[1]]
    attrs <- list()
  }
  # Keras calls the plain normal of R "untruncated".
  if (identical(attrs$distribution, "normal")) attrs$distribution <- "untruncated_normal"
  fixed <- x$kind %in% c("zeros", "ones", "constant", "identity")
  seed <- if (!fixed) list(seed = number_list(x$seed, as_integers)[[1]])
  keras_object("initializers", class_name, c(attrs, seed))
}

# In files "normal" means the truncated one.
read_initializer <- function(value, context) {
  if (is.list(value) && is.list(value$config) && identical(value$config$distribution, "normal")) {
    value$config$distribution <- "truncated_normal"
  }
  read_object(value, "initializer", context)
}

# ---- regularizers and constraints ------------------------------------------------------------------

write_regularizer <- function(x, name) {
  if (is.null(x)) return(NULL)
  if (!is.null(x$r_function)) return(function_name_of(x$r_function, name))
  used <- c(l1 = x$l1, l2 = x$l2) > 0
  factors <- lapply(list(l1 = x$l1, l2 = x$l2), float32)
  if (all(used)) return(keras_object("regularizers", "L1L2", factors))
  if (used[["l1"]]) keras_object("regularizers", "L1", factors["l1"])
  else keras_object("regularizers", "L2", factors["l2"])
}

# A factor that the object does not name is 0, but that of a bare name 0.01. Keras 2.0 wrote both.
read_regularizer <- function(value, context) {
  if (is.character(value) && is.null(custom_object(value, context))) {
    value <- list(class_name = value, config = list(l1 = 0.01, l2 = 0.01)[c(value != "l2", value != "l1")])
  }
  if (is.list(value) && (is.list(value$config) || is.null(value$config))) {
    value$config <- utils::modifyList(list(l1 = 0, l2 = 0), as.list(value$config))
  }
  read_object(value, "regularizer", context)
}

constraint_settings <- list(maxnorm = c("max_value", "axis"), nonneg = character(), unitnorm = "axis",
                            minmaxnorm = c("min_value", "max_value", "rate", "axis"))

write_constraint <- function(x, name) {
  if (is.null(x)) return(NULL)
  if (!is.null(x$r_function)) return(function_name_of(x$r_function, name))
  settings <- unclass(x)[constraint_settings[[x$kind]]]
  if (!is.null(settings$axis)) settings$axis <- one_or_list(number_list(settings$axis, as_integers))
  class_name <- names(keras_names$constraint)[match(x$kind, keras_names$constraint)]
  keras_object("constraints", class_name, settings)
}

read_constraint <- function(value, context) {
  if (is.list(value) && is.list(value$config)) {
    names(value$config)[names(value$config) == "m"] <- "max_value" # of Keras 1
  }
  read_object(value, "constraint", context)
}

# ---- activations -----------------------------------------------------------------------------------

write_activation <- function(x, name) {
  activation <- as_activation(x)
  activation$name %||% attr(activation$fn, "keras_layer") %||% function_name_of(activation$fn, name)
}

read_activation <- function(value, context) {
  if (is.null(value)) return(NULL)
  name <- object_parts(value, "activation", context)$class_name
  if (is.list(value) && name %in% activation_layers) return(layer_activation_function(value, context))
  own <- custom_object(name, context)
  if (!is.null(own)) return(own)
  if (name %in% c("silu", "SiLU")) name <- "swish"
  if (context$new) name <- older_activation(name)
  if (name %in% activation_names()) return(name)
  if (!is.null(more_activations[[name]])) return(named_function(name, more_activations[[name]]))
  abort_unknown(paste0("activation \"", name, "\""), name, context)
}

# A layer without weights where an activation stands; it goes into files as it came.
activation_layers <- c("ReLU", "LeakyReLU", "ELU", "ThresholdedReLU", "Softmax")

layer_activation_function <- function(entry, context) {
  if (is.list(entry$config)) entry$config$name <- entry$config[["name"]] %||% "activation"
  layer <- layer_of_config(entry, context)
  structure(function(x) layer(x), keras_layer = entry)
}

# Activations that have no function of their own here.
more_activations <- list(
  relu6 = function(x) activation_relu(x, max_value = 6),
  leaky_relu = function(x) activation_relu(x, alpha = 0.2),
  log_softmax = function(x) k_log(activation_softmax(x)),
  hard_silu = function(x) x * activation_relu(x + 3, max_value = 6) / 6,
  hard_swish = function(x) x * activation_relu(x + 3, max_value = 6) / 6)

# ---- functions written in R ------------------------------------------------------------------------

# A function that remembers the name it has in files.
named_function <- function(name, f) structure(f, py_function_name = name)

function_name_of <- function(f, otherwise) attr(f, "py_function_name") %||% otherwise

# The user's object of this name; functions remember it. NULL when there is none.
custom_object <- function(name, context) {
  own <- if (is_word(name)) context$custom_objects[[name]]
  if (is.function(own) && !is_object(own)) named_function(name, own) else own
}

keras_codecs <- list(
  initializer = list(write = write_initializer, read = read_initializer),
  regularizer = list(write = write_regularizer, read = read_regularizer),
  constraint = list(write = write_constraint, read = read_constraint),
  activation = list(write = write_activation, read = read_activation),
  integer = list(write = function(value, name) one_or_list(number_list(value, as_integers)),
                 read = function(value, context) r_numbers(value)),
  integers = list(write = function(value, name) number_list(value, as_integers),
                  read = function(value, context) r_numbers(value)),
  float32 = list(write = function(value, name) if (!is.null(value)) float32(value),
                 read = function(value, context) r_numbers(value)),
  axes = list(write = function(value, name) one_or_list(number_list(unique(value), as_integers)),
              read = function(value, context) r_numbers(value)),
  # One number in an array is a length, one without it the longest.
  lengths = list(write = function(value, name) number_list(value, as_integers), read = function(value, context) value),
  # A word, or a function of texts.
  method = list(write = function(value, name) if (is.function(value)) function_name_of(value, name) else value,
                read = function(value, context) custom_object(value, context) %||% value),
  # A list of vectors; one of a single number stays an array.
  vectors = list(write = function(value, name) lapply(unname(value), number_list, as.double),
                 read = function(value, context) lapply(value, r_numbers)),
  # Pairs of cells for each axis; one axis has no list around its pair.
  sides = list(write = function(value, name) one_or_list(lapply(value, number_list, as_integers)),
               read = function(value, context) r_numbers(value)),
  plain = list(write = function(value, name) if (is.null(value) || !is.numeric(value)) value else as.double(value),
               read = function(value, context) r_numbers(value)))
