# What an optimizer does differently to some weights: factors of the learning rate and of the weight decay, by
# regular expressions on the names of the weights.

# Into the settings of an optimizer. more: the arguments in its dots.
set_weight_rules <- function(self, more, call) {
  for (arg in weight_rules[1:2]) self[[arg]] <- check_factors(more[[arg]], arg, call)
  self$exclude_from_weight_decay <- check_patterns(more$exclude_from_weight_decay, "exclude_from_weight_decay", call)
  idle <- weight_rules[2:3][c(!is.null(self$weight_decay_factors), !is.null(self$exclude_from_weight_decay))]
  if (length(idle) > 0 && is.null(self$weight_decay)) {
    abort_arg(idle[1], "go with a weight decay", "The optimizer has none.", "Give `weight_decay = `.", call = call)
  }
}

# Those that were given; optimizers from older files have none.
given_weight_rules <- function(self) Filter(Negate(is.null), sapply(weight_rules, function(arg) self[[arg]], simplify = FALSE))

# NULL, or factors named by patterns -> a named list of numbers.
check_factors <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x)) return(NULL)
  if (!(is.numeric(x) || is_plain_list(x)) || length(x) == 0 || is.null(names(x))) {
    abort_arg(arg, "be numbers named by regular expressions", describe(x), call = call,
              how = paste0("As in `", arg, " = c(bias = 0.1)`."))
  }
  check_patterns(names(x), arg, call)
  lapply(as.list(x), check_amounts, arg, call)
}

check_patterns <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x)) return(NULL)
  fine <- is.character(x) && length(x) > 0 && !anyNA(x) && all(nzchar(x))
  if (!fine) abort_arg(arg, "hold regular expressions on the names of weights", describe(x), call = call)
  for (pattern in x) {
    tryCatch(suppressWarnings(grepl(pattern, "", perl = TRUE)), error = function(e) {
      abort_arg(arg, "hold regular expressions", paste0("One is ", quoted(pattern), "."), call = call)
    })
  }
  x
}

# What the engine wants to know of the parameters of a graph: NULL, or for each NULL or list(rate, decay), vectors
# of one factor or of one for each slice of the first axis.
weight_paces <- function(self, params) {
  if (length(given_weight_rules(self)) == 0) return(NULL)
  rates <- factors_of(params, self$rate_factors, "rate_factors")
  decays <- factors_of(params, self$weight_decay_factors, "weight_decay_factors")
  excluded <- stats::setNames(rep(list(0), length(self$exclude_from_weight_decay)), self$exclude_from_weight_decay)
  decays <- factors_of(params, excluded, "exclude_from_weight_decay", decays)
  Map(function(rate, decay) {
    if (all(rate == 1) && all(decay == 1)) return(NULL)
    n <- max(length(rate), length(decay))
    list(rate = rep_len(rate, n), decay = rep_len(decay, n))
  }, rates, decays)
}

# The factors of each parameter, by the last of the rules whose pattern its name has.
factors_of <- function(params, rules, arg, factors = rep(list(1), length(params))) {
  names <- paste0(vapply(params, function(p) p$name, ""), ":0")
  for (pattern in names(rules)) {
    found <- grepl(pattern, names, perl = TRUE)
    if (!any(found)) abort_no_weight(pattern, arg, names)
    for (i in which(found)) check_slices(rules[[pattern]], params[[i]], arg)
    factors[found] <- rules[pattern]
  }
  factors
}

abort_no_weight <- function(pattern, arg, names) {
  abort_arg(arg, "match names of weights", paste0("None matches ", quoted(pattern), "."),
            paste0("The model's are ", some_of(names), "."), call = NULL)
}

check_slices <- function(factors, param, arg) {
  slices <- param$shape[1]
  if (length(factors) == 1 || length(factors) == slices) return()
  abort_arg(arg, paste0("hold one number or ", slices, " for the weight ", quoted(param$name),
                        ", one for each slice of its first axis"), paste0("There are ", length(factors), "."), call = NULL)
}
