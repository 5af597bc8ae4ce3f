# What comes back from a file is looked at once, before it is used: the file may have been changed or cut, or
# be that of another version. Every environment that is reached from a model must have the fields of its kind.

# self: the fields of a model. Raises an error that names the first field that cannot be.
check_stored_model <- function(self) {
  if (!is.environment(self)) abort_stored("self")
  todo <- list(list(self, "model", "model"))
  seen <- new.env(parent = emptyenv())
  at <- 0
  while (at < length(todo)) {
    at <- at + 1
    one <- todo[[at]]
    kind <- if (one[[2]] == "layer" && is_model_self(one[[1]])) "model" else one[[2]]
    key <- paste(kind, rlang::obj_address(one[[1]]))
    if (!is.null(seen[[key]])) next
    assign(key, TRUE, envir = seen)
    todo <- c(todo, check_stored_fields(one[[1]], kind, one[[3]]))
  }
}

# Checks the fields of one environment; gives those it leads to as list(environment, kind, place).
check_stored_fields <- function(self, kind, place) {
  found <- list()
  fields <- stored_kinds[[kind]]
  for (name in names(fields)) {
    field <- fields[[name]]
    here <- paste0(place, "$", name)
    value <- get0(name, self, inherits = FALSE)
    if (is.function(field)) {
      if (!isTRUE(field(value))) abort_stored(here)
      next
    }
    items <- if (field$many) value else if (!is.null(value)) list(value)
    if (!(is.list(items) || is.null(items)) || length(items) < field$least) abort_stored(here)
    for (item in items) found[[length(found) + 1]] <- list(stored_self(item, here), field$kind, here)
  }
  if (!isTRUE(stored_whole[[kind]](self))) abort_stored(place)
  found
}

stored_self <- function(item, place) {
  if (is.function(item) && is_object(item)) item <- self_of(item)
  if (is.environment(item)) item else abort_stored(place)
}

abort_stored <- function(place, what = "model") {
  abort_tn(paste0("The ", what, " is damaged: its part ", sub("^model[$]", "", place), " cannot be."), "state",
           call = NULL, how = "It comes from a file that was changed, or from another version.")
}

# ---- fields ----------------------------------------------------------------------------------------

one_of_kind <- function(kind, null_ok = TRUE) list(kind = kind, many = FALSE, least = if (null_ok) 0 else 1)
all_of_kind <- function(kind, least = 0) list(kind = kind, many = TRUE, least = least)

is_word <- function(x) is.character(x) && length(x) == 1 && !is.na(x)
is_switch <- function(x) is.logical(x) && length(x) == 1 && !is.na(x)
is_amount <- function(x) is.numeric(x) && length(x) == 1 && is.finite(x)
is_positive <- function(x) is_amount(x) && x >= 0
is_number_of <- function(x) is_positive(x) && x == round(x) && x <= 2^53
is_named_list <- function(x) is.list(x) && (length(x) == 0 || !is.null(names(x)))
or_null <- function(test) function(x) is.null(x) || test(x)

# Sizes of axes, NA where they are open.
is_open_shape <- function(x) {
  (is.numeric(x) || is.logical(x) && all(is.na(x))) && length(x) <= 8 &&
    all(is.na(x) | (x >= 0 & x == round(x) & x < 2^31))
}
is_shape <- function(x) is_open_shape(x) && !anyNA(x)

is_stored_penalty <- function(x) {
  is.list(x) && is_positive(x$l1) && is_positive(x$l2) && (is.null(x$r_function) || is.function(x$r_function))
}

is_stored_constraint <- function(x) {
  is.list(x) && is_word(x$kind) &&
    (is.function(x$r_function) || is.numeric(x$axis) && length(x$axis) > 0 && all(x$axis == round(x$axis)) &&
       is_positive(x$min_value) && is_positive(x$max_value) && is_positive(x$rate))
}

is_stored_rate <- function(x) {
  if (!is.list(x)) return(is_positive(x))
  is_schedule(x) && is_word(x$schedule) && x$schedule %in% names(schedule_kinds) &&
    tryCatch(identical(schedule_of(x$schedule, schedule_settings(x)), x), error = function(e) FALSE)
}

is_stored_factors <- function(x) {
  tryCatch(identical(check_factors(x, "factors"), x), error = function(e) FALSE)
}

# Settings of an op or a layer: nothing that the engine could take for a size is missing.
is_stored_attrs <- function(x) {
  is_named_list(x) && all(vapply(x, function(v) !is.numeric(v) || !anyNA(v), NA))
}

is_own_setting <- function(x) is_amount(x) || is_switch(x)

# ---- kinds -----------------------------------------------------------------------------------------

stored_layer <- list(
  class_name = function(x) is_word(x) && exists(x, envir = layer_kinds, inherits = FALSE), name = is_word,
  .class = is.character, built = is_switch, trainable = is_switch, calls = all_of_kind("call"),
  batch_input_shape = or_null(is_open_shape), config = or_null(is.list),
  params = all_of_kind("parameter"), states = all_of_kind("parameter"), penalties = all_of_kind("tensor"),
  layers = all_of_kind("layer")
)

stored_kinds <- list(
  layer = stored_layer,
  model = c(stored_layer[c("class_name", "name", ".class", "built", "trainable", "calls", "layers")],
            list(inputs = all_of_kind("tensor"), outputs = all_of_kind("tensor"), tensors = all_of_kind("tensor"),
                 .cache = is.environment, stop_training = is_switch, compiled = one_of_kind("compiled"),
                 training = one_of_kind("training"))),
  call = list(layer = one_of_kind("layer", FALSE), inputs = all_of_kind("tensor"), outputs = all_of_kind("tensor", 1),
              losses = all_of_kind("tensor")),
  tensor = list(shape = is_open_shape, dtype = is_word, index = function(x) is_number_of(x) && x >= 1,
                mask_axes = is_number_of, name = or_null(is_word), node = one_of_kind("node"),
                history = one_of_kind("call")),
  node = list(op = is_word, attrs = or_null(is_stored_attrs), inputs = all_of_kind("tensor"),
              params = all_of_kind("parameter"), outputs = all_of_kind("tensor", 1), layer = one_of_kind("layer")),
  parameter = list(name = is_word, shape = is_shape, trainable = is_switch, data = is.raw,
                   regularizer = or_null(is_stored_penalty), constraint = or_null(is_stored_constraint)),
  compiled = list(optimizer = one_of_kind("optimizer", FALSE), losses = is.list, loss_weights = is.numeric,
                  metric_lists = is.list, weighted_lists = is.list, frozen = or_null(is.list)),
  measure = list(kind = or_null(is_word), attrs = is_named_list, name = or_null(is_word),
                 r_function = or_null(is.function), reduction = or_null(is_word)),
  optimizer = list(kind = function(x) is_word(x) && x %in% names(optimizer_kinds), name = is_word, own = is.character,
                   learning_rate = is_stored_rate, decay = is_positive, updates = is_number_of,
                   clipnorm = or_null(is_positive), clipvalue = or_null(is_positive),
                   global_clipnorm = or_null(is_positive), weight_decay = or_null(is_positive),
                   rate_factors = is_stored_factors, weight_decay_factors = is_stored_factors,
                   exclude_from_weight_decay = or_null(is.character),
                   old = or_null(is_switch), schedule_decay = or_null(is_positive), momentum_power = or_null(is_positive)),
  training = list(seed = or_null(is_number_of), step = is_number_of, epoch = is_number_of, state = or_null(is.raw),
                  layout = or_null(is.character), optimizer = one_of_kind("optimizer"))
)

# What fields must be together.
stored_whole <- list(
  layer = function(self) TRUE,
  model = function(self) !self$built || length(self$inputs) > 0 && length(self$outputs) > 0,
  call = function(self) TRUE,
  # One that knows no node has a value, one that knows it is among its outputs.
  tensor = function(self) {
    node <- self$node
    if (is.null(node)) return(is.numeric(self$value))
    is.environment(node) && is.list(node$outputs) && self$index <= length(node$outputs) &&
      is.environment(node$outputs[[self$index]]) && identical(node$outputs[[self$index]]$node, node)
  },
  node = function(self) switch(self$op, input = is_word(self$kind), text = is.environment(self$layer), TRUE),
  parameter = function(self) length(self$data) == 4 * prod(self$shape),
  compiled = function(self) {
    objects <- c(list(), self$losses, unlist(c(self$metric_lists, self$weighted_lists)))
    is_measure <- function(x) is.null(x) || is_object(x) && is.environment(self_of(x)) &&
      length(check_stored_fields(self_of(x), "measure", "compiled")) == 0
    frozen <- self$frozen
    all(vapply(objects, is_measure, NA)) && length(self$loss_weights) == length(self$losses) &&
      (is.null(frozen) || length(frozen) == 1 && all(vapply(frozen[[1]], inherits, NA, "tildenet_parameter")))
  },
  measure = function(self) !is.null(self$kind) || is.function(self$r_function),
  optimizer = function(self) all(vapply(self$own, function(name) is_own_setting(self[[name]]), NA)),
  training = function(self) is.null(self$state) || !is.null(self$layout)
)

# ---- recipes of formulas ---------------------------------------------------------------------------

stored_design <- list(
  formula = or_null(function(x) inherits(x, "formula")), terms = or_null(function(x) inherits(x, "terms")),
  xlevels = or_null(is.list), colnames_x = or_null(is.character), assign = or_null(is.numeric),
  columns = or_null(is.character), y_columns = or_null(is.character), raw_levels = or_null(is.list),
  outcome = function(x) is.list(x) && is_word(x$type) && is_number_of(x$n_values),
  sparse = is_switch, drop_intercept = or_null(is_switch), pairs = or_null(is.list), ids = or_null(is.list), shares = or_null(is.list),
  missing = or_null(is_named_list),
  specials = function(x) is.null(x) || is.list(x) && all(vapply(x, is_stored_special, NA))
)

is_stored_special <- function(x) {
  is.list(x) && is_word(x$kind) && x$kind %in% ls(special_kinds) && is_word(x$label) && is_word(x$input) &&
    !is.null(x$expr) && is_switch(x$joined) && is_named_list(x$state) && length(x$state) > 0
}

# The recipe of a fit for new data; its own numbers are seen when it is used.
check_stored_design <- function(design) {
  if (!is.list(design)) abort_stored("design", "fit")
  for (name in names(stored_design)) {
    if (!isTRUE(stored_design[[name]](design[[name]]))) abort_stored(paste0("design$", name), "fit")
  }
  design
}
