# The first pass over a source: what the design needs of all rows. It keeps some rows that together have every level of every
# variable, and every kind of outcome: the design of these is the design of all.

survey_rows <- 1000     # of the first chunk
most_levels <- 200000   # of one variable
most_values <- 100000   # that are counted of an outcome of numbers

# Returns list(n, n_all, frame, n_values): rows without missing values, all rows, the rows kept with their columns, and how
# many values an outcome of numbers has, at most most_values of which are counted.
stream_survey <- function(formula, source, chunk, types, call) {
  state <- new.env(parent = emptyenv())
  state$n <- state$n_all <- 0
  state$seen <- list()
  state$kept <- list()
  each_chunk(source, chunk, types, function(rows) {
    if (is.null(state$parsed)) survey_begin(state, formula, rows, call)
    survey_chunk(state, rows, types, call)
  })
  if (state$n_all == 0) abort_arg("data", "have at least one row", class = "data", call = call)
  if (state$n == 0) {
    abort_arg("data", "have a row without missing values", paste0("All ", big(state$n_all), " rows have some."), class = "data",
              call = call)
  }
  frame <- do.call(rbind, lapply(state$kept, chunk_cast, types))
  rownames(frame) <- NULL
  list(n = state$n, n_all = state$n_all, frame = frame, n_values = if (is.null(state$values)) most_values else length(state$values))
}

survey_begin <- function(state, formula, rows, call) {
  used <- all.vars(formula)
  design_check_names(if ("." %in% used) names(rows) else used, rows, "data", call)
  if (is_label_list(outcome_seen(formula, rows))) {
    abort_arg("data", "have an outcome of numbers or labels", "It is a list of labels.", class = "data", call = call)
  }
  state$parsed <- design_terms(formula, rows, call)
  refused <- Filter(function(s) !is.null(special_of(s)$content), state$parsed$found$specials)
  if (length(refused) > 0) {
    abort_arg("input_formula", paste0("be without ", refused[[1]]$kind, "() where data is read chunk by chunk"),
              class = "formula", call = call, how = "Fit it on rows that are in memory.")
  }
  state$labelled <- names(state$parsed$found$specials)
  state$columns <- unique(intersect(c(all.vars(state$parsed$terms), unlist(lapply(state$parsed$found$specials, function(s) {
    all.vars(s$expr)
  }))), names(rows)))
  state$values <- numeric()
}

survey_chunk <- function(state, rows, types, call) {
  state$n_all <- state$n_all + nrow(rows)
  design_check_columns(state$parsed, rows, call)
  evaluated <- design_frame(state$parsed$terms, state$parsed$found$specials, rows, "data", call)
  frame <- evaluated$frame
  design_check_frame(frame, call)
  if (is.null(state$checked)) survey_check_terms(state, frame, call)
  whole <- complete_but(frame, NULL)
  if (!any(whole)) return(invisible())
  frame <- frame[whole, , drop = FALSE]
  for_each_named(as.list(frame), function(v, name) if (is.numeric(v) && any_unheld(v)) abort_unheld(name, v, call))
  new <- survey_new(state, frame, call)
  if (state$n == 0) new <- union(new, seq_len(min(survey_rows, nrow(frame))))
  state$n <- state$n + nrow(frame)
  if (length(new) > 0) {
    kept <- rows[evaluated$rows[whole][new], state$columns, drop = FALSE]
    state$kept <- c(state$kept, list(kept))
  }
}

# What poly() and scale() learn is of all rows at once.
survey_check_terms <- function(state, frame, call) {
  terms <- attr(frame, "terms")
  learnt <- attr(terms, "predvars")
  if (!is.null(learnt) && !identical(learnt, attr(terms, "variables"))) {
    differs <- !mapply(identical, as.list(learnt), as.list(attr(terms, "variables")))
    abort_arg("input_formula", "be of functions that work row by row where data is read chunk by chunk", class = "formula",
              given = paste0("Not so: `", deparse1(as.list(attr(terms, "variables"))[differs][[1]]), "`."),
              how = "Numbers are scaled by `scale_continuous`; powers are `x + I(x^2)`.", call = call)
  }
  state$checked <- TRUE
}

# The first rows that have a level that no row before has: of labels, of what emb() reads, of the first three values of an
# outcome of numbers.
survey_new <- function(state, frame, call) {
  response <- names(frame)[1]
  y <- frame[[1]]
  if (is.numeric(y) && is.null(dim(y)) && !is.null(state$values)) {
    state$values <- unique(c(state$values, y))
    if (length(state$values) > most_values) state$values <- NULL
  }
  labels <- names(frame)[vapply(frame, is_label_column, NA)]
  new <- integer()
  for (name in union(union(labels, state$labelled), if (is.null(dim(y))) response)) {
    v <- frame[[name]]
    few <- name == response && is.numeric(v)
    if (few && length(state$seen[[name]]) > 2) next
    v <- if (is.factor(v)) label_text(v) else v
    first <- which(!duplicated(v))
    first <- first[!v[first] %in% state$seen[[name]]]
    if (few) first <- utils::head(first, 3)
    state$seen[[name]] <- c(state$seen[[name]], v[first])
    if (length(state$seen[[name]]) > most_levels) survey_abort_levels(name, call)
    new <- c(new, first)
  }
  sort(unique(new))
}

survey_abort_levels <- function(name, call) {
  abort_arg(name, paste("have at most", big(most_levels), "levels"), class = "data", call = call,
            how = paste0("Leave it out of the formula (`- ", name, "`), or count texts in the query."))
}
