# Optimizers are references: a rate set from outside acts on the next batch of every model that is
# compiled with them. What they have learned (moments, update count) belongs to the model.

optimizer_kinds <- c(sgd = "SGD", rmsprop = "RMSprop", adam = "Adam", adamw = "AdamW",
                     adagrad = "Adagrad", adadelta = "Adadelta", adamax = "Adamax", nadam = "Nadam")

# kind: name in optimizer_kinds; own: the arguments only this kind has; more: the dots of the user.
new_optimizer <- function(kind, learning_rate, own, more, call = rlang::caller_env()) {
  more <- optimizer_more(more, call)
  if (!is.null(more$lr)) learning_rate <- more$lr
  self <- new.env(parent = emptyenv())
  self$kind <- kind
  self$name <- more$name %||% optimizer_kinds[[kind]]
  self$learning_rate <- check_learning_rate(learning_rate, call = call)
  for (arg in names(own)) self[[arg]] <- check_own(own[[arg]], arg, call)
  self$decay <- check_number(more$decay %||% 0, "decay", min = 0, call = call)
  for (arg in c("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")) {
    self[[arg]] <- check_number(more[[arg]], arg, min = 0, null_ok = TRUE, call = call)
  }
  set_weight_rules(self, more, call)
  self$own <- names(own)
  self$old <- FALSE # see old_formula()
  self$updates <- 0 # done last with this optimizer, for the rate of a schedule
  class <- c(paste0("keras.optimizers.", optimizer_kinds[[kind]]), "tildenet_optimizer")
  new_object(self, class)
}

# What may differ by weights: see optimizer-weights.R.
weight_rules <- c("rate_factors", "weight_decay_factors", "exclude_from_weight_decay")

# Arguments that every optimizer takes besides its own, and with those that do nothing here.
common_arguments <- c("lr", "decay", "schedule_decay", "clipnorm", "clipvalue", "global_clipnorm", "weight_decay", weight_rules)
optimizer_arguments <- c(common_arguments, "name", "use_ema", "ema_momentum", "ema_overwrite_frequency", "jit_compile", "amsgrad")

# The arguments in the dots: those every optimizer has, those of old scripts, those without effect.
optimizer_more <- function(more, call) {
  unknown <- setdiff(if (length(more) > 0) names(more) %||% "", optimizer_arguments)
  if (length(unknown) > 0) {
    given <- ifelse(nzchar(unknown), paste0("`", unknown, "`"), "one without a name")
    abort_tn("Optimizers have no such argument.",
             given = paste0("Given: ", paste(given, collapse = ", "), "."),
             how = paste0("Besides its own, every optimizer takes ",
                          paste0("`", common_arguments, "`", collapse = ", "), "."),
             call = call)
  }
  if (isTRUE(more$use_ema)) {
    abort_arg("use_ema", "be FALSE", how = "Averaged weights are not available.", call = call)
  }
  more
}

# Shares of the past in a moving mean: at 1 nothing new would come in.
decays <- c("beta_1", "beta_2", "rho")

check_own <- function(value, arg, call) {
  if (arg %in% c("nesterov", "amsgrad", "centered")) return(check_flag(value, arg, call = call))
  if (arg == "epsilon" && is.null(value)) return(1e-7)
  if (arg %in% decays) return(check_rate(value, arg, call = call))
  limit <- if (arg %in% c("epsilon", "initial_accumulator_value")) Inf else 1
  check_number(value, arg, min = 0, max = limit, call = call)
}

check_learning_rate <- function(rate, arg = "learning_rate", call = rlang::caller_env()) {
  if (is_schedule(rate)) return(rate)
  if (is_tensor(rate)) rate <- as.numeric(rate$value)
  check_number(rate_number(rate), arg, min = 0, call = call)
}

is_optimizer <- function(x) inherits(x, "tildenet_optimizer")

object_member.tildenet_optimizer <- function(x, name, self) {
  switch(name,
    lr = , learning_rate = rate_of(x),
    get_config = function() optimizer_settings(self),
    self[[name]]
  )
}

object_assign.tildenet_optimizer <- function(x, name, value, self) {
  if (name %in% c("lr", "learning_rate")) {
    self$learning_rate <- check_learning_rate(value, name, call = rlang::caller_env(2))
  } else if (name == "name") {
    self$name <- check_string(value, "name")
  } else {
    abort_tn(paste0("The member `", name, "` of an optimizer cannot be set."),
             how = "Make a new optimizer and compile the model with it.")
  }
}

# Settings by the names of the arguments, as text formats and print() want them.
optimizer_settings <- function(self) {
  more <- list(decay = if (self$decay > 0) self$decay, clipnorm = self$clipnorm,
               clipvalue = self$clipvalue, global_clipnorm = self$global_clipnorm,
               weight_decay = self$weight_decay)
  c(list(name = self$name, learning_rate = self$learning_rate), mget(self$own, envir = self),
    more[!vapply(more, is.null, NA)], given_weight_rules(self))
}

# The same as the engine reads it.
optimizer_engine_config <- function(self) {
  config <- optimizer_settings(self)
  config <- config[setdiff(names(config), weight_rules)] # see weight_paces()
  rate <- config$learning_rate
  config$name <- NULL
  config$learning_rate <- NULL
  c(list(optimizer = self$kind), config, old_formula(self),
    if (is_schedule(rate)) unclass(rate) else list(learning_rate = rate))
}

# Optimizers from files of Keras go on with the formulas of their time: see the engine's optimizer_config.h.
old_formula <- function(self) {
  if (!isTRUE(self$old)) return(if ((self$momentum_power %||% 1) != 1) list(momentum_power = self$momentum_power))
  switch(self$kind, rmsprop = , adagrad = list(epsilon_outside = TRUE),
         nadam = list(schedule_decay = self$schedule_decay))
}

# What compile() accepts: an optimizer, a name, a function that makes one; NULL is "rmsprop".
resolve_optimizer <- function(optimizer, call = rlang::caller_env()) {
  if (is_optimizer(optimizer)) return(optimizer)
  optimizer <- optimizer %||% "rmsprop"
  if (is.function(optimizer)) {
    made <- optimizer()
    if (is_optimizer(made)) return(made)
  }
  kind <- if (is.character(optimizer) && length(optimizer) == 1) {
    sub("^optimizer_", "", tolower(optimizer))
  }
  if (is.null(kind) || !kind %in% names(optimizer_kinds)) {
    abort_arg("optimizer", paste0("be an optimizer or one of ",
                                  quoted_list(names(optimizer_kinds))),
              describe(optimizer), call = call)
  }
  get(paste0("optimizer_", kind), envir = topenv(), mode = "function")()
}

#' @export
print.tildenet_optimizer <- function(x, ...) {
  settings <- optimizer_settings(self_of(x))
  text <- vapply(settings[-1], setting_text, "")
  cat("<optimizer ", settings$name, ": ", paste0(names(text), " = ", text, collapse = ", "), ">\n",
      sep = "")
  invisible(x)
}

# A setting as one would write it; of many numbers how many there are.
setting_text <- function(x) {
  if (is_schedule(x)) return(format(x))
  if (is.numeric(x) && length(x) > 8) return(paste(length(x), "numbers"))
  text <- if (is.list(x)) vapply(x, setting_text, "") else if (is.character(x)) quoted(x) else vapply(x, format, "")
  if (!is.null(names(x))) text <- paste(quoted(names(x)), "=", text)
  if (length(x) == 1 && is.null(names(x))) text else paste0("c(", paste(text, collapse = ", "), ")")
}
