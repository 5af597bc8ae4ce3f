# Optimizers as Keras files describe them: list(class_name, config). There are two generations. Up to Keras
# 2.10 ("old", class_name "Adam") the rate may decay by itself; from 2.11 on ("Custom>Adam") it may not, and
# RMSprop, Adagrad and Nadam have other formulas, which old files therefore bring along.

# Factors by weights are none of Keras' settings: they stand beside them.
optimizer_config <- function(self) {
  c(keras_optimizer(self), lapply(given_weight_rules(self), as.list))
}

# Whole numbers as integers, all else as doubles: that is how the text of the file tells them apart.
keras_optimizer <- function(self) {
  settings <- optimizer_settings(self)
  own <- lapply(settings[self$own], function(x) if (is.logical(x)) x else as.double(x))
  rate <- rate_config(self$learning_rate)
  class <- optimizer_kinds[[self$kind]]
  if (is_old_optimizer(self)) {
    decay <- if (self$kind == "nadam") self$schedule_decay else self$decay
    clips <- settings[intersect(c("clipnorm", "clipvalue", "global_clipnorm"), names(settings))]
    config <- c(list(name = self$name), clips, list(learning_rate = rate, decay = as.double(decay)), own)
    return(c(list(class_name = class, config = config), if (!isTRUE(self$old)) list(formula = "2.11")))
  }
  general <- list(name = self$name, weight_decay = self$weight_decay, clipnorm = self$clipnorm,
                  global_clipnorm = self$global_clipnorm, clipvalue = self$clipvalue, use_ema = FALSE,
                  ema_momentum = 0.99, ema_overwrite_frequency = if (self$kind == "rmsprop") 100L,
                  jit_compile = FALSE, is_legacy_optimizer = FALSE, learning_rate = rate)
  decay <- if (self$decay > 0) list(decay = self$decay) # which Keras does not take
  c(list(class_name = paste0("Custom>", class), config = c(general, own, decay)),
    if (self$kind == "nadam") list(momentum_power = as.double(self$momentum_power %||% 1)))
}

# Only old optimizers know a decay. Where that is all there is of the old, the file says so besides.
is_old_optimizer <- function(self) {
  isTRUE(self$old) || self$decay > 0 && is.null(self$weight_decay) && self$kind != "nadam"
}

rate_config <- function(rate) {
  if (!is_schedule(rate)) return(as.double(rate))
  settings <- lapply(schedule_settings(rate), function(x) if (is.logical(x)) x else as.double(x))
  lists <- names(settings) %in% c("boundaries", "values")
  settings[lists] <- lapply(settings[lists], as.list)
  list(module = if (rate$schedule == "coslog") "tildenet" else "keras.optimizers.schedules",
       class_name = schedule_kinds[[rate$schedule]], config = c(settings, list(name = NULL)),
       registered_name = NULL)
}

# ---- reading ---------------------------------------------------------------------------------------

# What a file says of an optimizer -> an optimizer. version: of the Keras that wrote it, may be NULL. What
# cannot be had here is an error of class tildenet_error_unsupported.
optimizer_of_config <- function(x, version = NULL) {
  name <- x$class_name
  config <- x$config
  if (!rlang::is_string(name) || !is.list(config)) abort_optimizer("is not described as Keras does it")
  if (startsWith(name, "Addons>")) abort_optimizer("is one of TensorFlow Addons")
  class <- sub("^.*>", "", name)
  if (!class %in% optimizer_kinds) abort_optimizer(paste0("is of the class ", quoted(class)))
  if (isTRUE(config$use_ema)) abort_optimizer("averages the weights (use_ema)")
  if (!is.null(config$gradient_accumulation_steps)) abort_optimizer("gathers the gradients of several batches")
  kind <- names(optimizer_kinds)[optimizer_kinds == class]
  old <- is_old_config(x, version)
  made <- do.call(paste0("optimizer_", kind), c(optimizer_arguments_of(kind, config, old), weight_rules_of(x)))
  self <- self_of(made)
  self$old <- old && !identical(x$formula, "2.11")
  if (kind == "nadam" && old) self$schedule_decay <- config$schedule_decay %||% config$decay %||% 0.004
  if (kind == "nadam" && !old) self$momentum_power <- x$momentum_power # else see restore_training()
  made
}

abort_optimizer <- function(what) {
  abort_tn(paste0("Its optimizer ", what, "."), "unsupported", call = NULL)
}

is_old_config <- function(x, version) {
  if (!is.null(x$config$is_legacy_optimizer)) return(isTRUE(x$config$is_legacy_optimizer))
  !startsWith(x$class_name, "Custom>") && !is_keras3(version)
}

is_keras3 <- function(version) isTRUE(numeric_version(version %||% "2", strict = FALSE) >= "3")

# The arguments of optimizer_<kind>(): `lr` is the name of the rate up to Keras 2.2.
optimizer_arguments_of <- function(kind, config, old) {
  config$learning_rate <- rate_of_config(config$learning_rate %||% config$lr)
  own <- setdiff(names(formals(paste0("optimizer_", kind))), "...")
  more <- c("clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "name", if (kind != "nadam" || !old) "decay")
  args <- config[intersect(c(own, more), names(config))]
  args <- args[!vapply(args, is.null, NA)]
  if (isFALSE(args$weight_decay)) args$weight_decay <- NULL
  args
}

weight_rules_of <- function(x) {
  rules <- lapply(x[intersect(weight_rules[1:2], names(x))], lapply, unlist)
  c(rules, if (!is.null(x$exclude_from_weight_decay)) list(exclude_from_weight_decay = unlist(x$exclude_from_weight_decay)))
}

rate_of_config <- function(x) {
  if (!is.list(x)) return(x)
  class <- sub("^.*>", "", x$class_name %||% "")
  if (!class %in% schedule_kinds) abort_optimizer(paste0("has the schedule ", quoted(class)))
  settings <- x$config[setdiff(names(x$config), "name")]
  schedule_of(names(schedule_kinds)[schedule_kinds == class], settings[!vapply(settings, is.null, NA)])
}
