# What kms_tune() searches: the arguments in `space` and the values of candidates.

# The same for all candidates, so that they can be compared.
tune_fixed <- c("input_formula", "data", "x", "y", "keras_model_seq", "weights", "seed", "verbose", "pTraining", "na.action",
                "auto", "contrasts.arg")

tune_known <- function() {
  own <- setdiff(c(names(formals(kms)), unlist(kms_extra_names, use.names = FALSE)), c("...", tune_fixed))
  c(own, rate_arguments())
}

# What any optimizer calls its arguments.
rate_arguments <- function() {
  kinds <- lapply(paste0("optimizer_", names(optimizer_kinds)), get, envir = topenv(), mode = "function")
  own <- unlist(lapply(kinds, function(kind) names(formals(kind))))
  setdiff(unique(c(own, common_arguments)), c("...", "schedule_decay", "name"))
}

# A grid as a list of equally long choices with the mark "grid"; else the space as it is, factors as their labels.
check_space <- function(space, beside, call) {
  if (missing(space)) abort_missing_arg("space", call)
  example <- "Such as list(units = c(16, 64), learning_rate = function() 10^runif(1, -4, -2))."
  if (!is.list(space) || is.object(space) && !is.data.frame(space)) {
    abort_arg("space", "be a list with an entry for each argument, or a data frame with a candidate in each row", describe(space),
              example, call = call)
  }
  names <- names(space) %||% rep("", length(space))
  if (length(space) == 0 || !all(nzchar(names)) || anyDuplicated(names)) {
    abort_arg("space", "hold at least one argument of kms(), each with a name of its own", call = call, how = example,
              given = if (length(space) == 0) "It is empty." else paste0("Its names are ", quoted_list(names), "."))
  }
  for (name in names) check_space_name(name, beside, call)
  grid <- is.data.frame(space)
  if (grid && nrow(space) == 0) abort_arg("space", "have at least one row", describe(space), call = call)
  entries <- lapply(stats::setNames(nm = names), function(name) check_choices(space[[name]], name, call))
  structure(entries, grid = grid)
}

check_space_name <- function(name, beside, call) {
  if (name %in% tune_fixed) {
    abort_arg("space", paste0("not hold `", name, "`"), "Candidates are compared on the same rows and seeds.", call = call,
              how = if (name != "keras_model_seq") "Give it to kms_tune() itself.")
  }
  if (!name %in% tune_known()) {
    abort_arg("space", "hold arguments of kms() or of its optimizer", paste0("Not known: `", name, "`."), argument_hint(name),
              call = call)
  }
  if (name %in% beside) {
    abort_arg("space", paste0("not hold `", name, "`, which is given beside it"), call = call, how = "Give it once.")
  }
}

# What may have been meant by the name of an argument that there is not.
argument_hint <- function(name) {
  if (name %in% names(kms_habits)) return(kms_habits[[name]])
  known <- tune_known()
  distance <- drop(utils::adist(name, known, ignore.case = TRUE))
  if (min(distance) <= max(2, nchar(name) / 3)) paste0("Did you mean `", known[which.min(distance)], "`?")
}

check_choices <- function(entry, name, call) {
  if (is.factor(entry)) entry <- as.character(entry)
  if (is.function(entry)) return(entry)
  if (!(is.atomic(entry) || is.list(entry)) || length(entry) == 0) {
    abort_arg("space", "hold vectors or lists of choices, or functions that draw a value", call = call,
              given = paste0("Of `", name, "`: ", describe(entry)))
  }
  as.list(entry)
}

# ---- candidates ------------------------------------------------------------------------------------

# By argument a list with the value of each candidate, no candidate twice: all there are if these are at most n.
tune_candidates <- function(space, n, call) {
  if (attr(space, "grid")) return(lapply(space, identity))
  choices <- !vapply(space, is.function, NA)
  places <- lapply(space[choices], seq_along)
  if (all(choices) && prod(lengths(places)) <= n) {
    all <- expand.grid(places)
    if (nrow(all) < n) tell_fewer(nrow(all), n)
    return(Map(function(entry, at) entry[at], space, all))
  }
  drawn <- list()
  repeated <- 0
  while (length(drawn) < n && repeated < 1000) {
    one <- lapply(stats::setNames(nm = names(space)), function(name) draw_value(space[[name]], name, call))
    new <- !any(vapply(drawn, identical, NA, one))
    if (new) drawn <- c(drawn, list(one))
    repeated <- if (new) 0 else repeated + 1
  }
  if (length(drawn) < n) tell_fewer(length(drawn), n)
  lapply(stats::setNames(nm = names(space)), function(name) do.call(c, lapply(drawn, `[[`, name)))
}

tell_fewer <- function(there, n) {
  inform_tn(paste0("Candidates: ", big(there), ", as many different ones as `space` has, instead of ", big(n), "."), "candidates")
}

# A list with the value, under the name of the choice.
draw_value <- function(entry, name, call) {
  if (!is.function(entry)) return(entry[sample.int(length(entry), 1)])
  list(tryCatch(entry(), error = function(cnd) {
    abort_arg("space", paste0("draw a value of `", name, "` by a function without arguments"), conditionMessage(cnd), call = call,
              how = "Such as function() 10^runif(1, -4, -2); choices that are functions stand in a list.")
  }))
}

# One column for each argument: numbers, logical values or text where all values are one of these, else a list.
candidate_columns <- function(candidates) {
  lapply(candidates, function(values) {
    plain <- vapply(values, function(v) is.atomic(v) && length(v) == 1 && is.null(attributes(v)), NA)
    kinds <- unique(vapply(values, function(v) if (is.numeric(v)) "number" else typeof(v), ""))
    if (all(plain) && length(kinds) == 1 && is.null(names(values))) unlist(values) else I(values)
  })
}

# The arguments of kms() of a candidate: base, those given beside `space`, with its own. What belongs to the optimizer goes there.
candidate_args <- function(candidates, i, base) {
  own <- lapply(candidates, function(values) values[[i]])
  rates <- names(own) %in% rate_arguments()
  base[names(own)[!rates]] <- own[!rates]
  if (any(rates)) base$optimizer_args <- c(own[rates], base$optimizer_args[!names(base$optimizer_args) %in% names(own)])
  base
}

# By argument that has choices these in their order, as they are shown.
space_words <- function(space) lapply(Filter(Negate(is.function), as.list(space)), function(entry) unique(value_words(entry)))

# A value as it is shown.
value_words <- function(values) {
  words <- vapply(seq_along(values), function(i) {
    v <- values[[i]]
    if (is.numeric(v)) v <- signif(v, 3)
    if (length(v) == 1 && is.atomic(v)) format(v, digits = 3)
    else if (is.atomic(v)) paste0("c(", paste(format_each(v, 3), collapse = ", "), ")")
    else if (is.list(v) && !is.object(v)) paste(names(v), value_words(unname(v)), sep = " = ", collapse = ", ")
    else class(v)[1]
  }, "")
  words[vapply(values, is.null, NA)] <- "NULL"
  if (is.null(names(values))) words else ifelse(nzchar(names(values)), names(values), words)
}
