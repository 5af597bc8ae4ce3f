# The second pass over a source: scales, shares of levels, and the rows that stay in memory, which are those held out for
# validation and testing and a sample of those fitted to.

# Numbers of the design that the validation rows may have together, and the test rows; and at most so many rows of each. More
# rows would tell no more.
held_numbers <- 2e7
held_rows <- 100000
sample_rows <- 20000

# The encoded rows of a chunk whose predictors and outcome are there: list(rows, y, data), rows as design_apply() gives them.
encode_chunk <- function(design, data, call) {
  new <- design_apply(design, data, call, "data")
  kms_needs_outcome(new$y, design$outcome, "data", call)
  kept <- which(stats::complete.cases(outcome_rows(new$y, new$rows)))
  y <- outcome_rows(new$y, new$rows[kept])
  encoded <- kms_take_rows(new, kept)
  encoded$frame <- new$frame[kept, , drop = FALSE]
  list(rows = encoded, y = y, data = data[new$rows[kept], , drop = FALSE])
}

# Which shares of the rows are held out. n: rows; columns: of the design.
stream_shares <- function(n, columns, control) {
  most <- min(held_rows, max(1000, floor(held_numbers / max(columns, 1))))
  test <- min(1 - control$pTraining, most / n)
  training <- n * (1 - test)
  list(test = test, validation = min(control$validation_split, most / max(training, 1)))
}

# built: of the rows of the survey, see design_fit(). Returns list(design, scale, shares, counts, sample, validation, test,
# n_filled): the rows as data frames.
stream_learn <- function(built, source, chunk, types, shares, control, call) {
  design <- built$design
  state <- new.env(parent = emptyenv())
  state$roles <- row_roles(seed_value(control$seed), shares)
  state$x <- new_column_sums()
  state$y <- new_column_sums()
  state$counts <- c(train = 0, validation = 0, test = 0)
  state$filled <- logical(length(design$colnames_x))
  state$held <- list(validation = list(), test = list(), filling = list())
  state$sample <- reservoir(sample_rows, place_seed(seed_value(control$seed), 0, 3))
  coded <- names(coded_variables(design$terms, built$frame))
  state$levels <- lapply(stats::setNames(nm = coded), function(name) numeric(length(coded_levels(design, name))))
  state$ids <- list()
  each_chunk(source, chunk, types, function(data) learn_chunk(state, design, data, control, call))
  learn_result(state, design, shares, control, call)
}

learn_chunk <- function(state, design, data, control, call) {
  e <- encode_chunk(design, data, call)
  n <- NROW(e$y)
  if (n == 0) return(invisible())
  if (is_numbers(design$outcome)) outcome_of_loss(design$outcome, e$y, stream_loss(control), call)
  roles <- state$roles(n)
  training <- which(roles != "test")
  fitted <- which(roles == "train")
  state$counts <- state$counts + tabulate(match(roles, names(state$counts)), 3)
  column_sums_add(state$x, e$rows$x[training, , drop = FALSE])
  if (family_of(design$outcome)$scaled) {
    y <- e$y - (e$rows$offset %||% 0)
    column_sums_add(state$y, matrix(y[training]))
    state$limits <- range(state$limits, e$y[training])
  }
  for (name in names(state$levels)) {
    levels <- coded_levels(design, name)
    state$levels[[name]] <- state$levels[[name]] +
      tabulate(label_match(e$rows$frame[[name]], levels)[fitted], length(levels))
  }
  for (s in design$specials) learn_special(state, s, e$rows, fitted)
  for (part in c("validation", "test")) {
    state$held[[part]] <- c(state$held[[part]], list(e$data[roles == part, , drop = FALSE]))
  }
  learn_filled(state, e, fitted)
  state$sample$add(e$data[fitted, , drop = FALSE])
}

learn_special <- function(state, s, rows, fitted) {
  if (s$kind != "emb") return(invisible())
  counts <- state$ids[[s$label]] %||% numeric(length(s$state$levels))
  state$ids[[s$label]] <- counts + tabulate(rows$specials[[s$input]][fitted] + 1L, length(counts))
}

# Of each column of the design one row fitted to that fills it: those that none fills are known by it.
learn_filled <- function(state, e, fitted) {
  if (all(state$filled) || length(fitted) == 0) return(invisible())
  x <- e$rows$x[fitted, !state$filled, drop = FALSE]
  filled <- filled_columns(x)
  if (!any(filled)) return(invisible())
  cells <- which(as.matrix(x[, filled, drop = FALSE] != 0), arr.ind = TRUE)
  first <- unique(cells[!duplicated(cells[, 2]), 1])
  state$held$filling <- c(state$held$filling, list(e$data[fitted[first], , drop = FALSE]))
  state$filled[which(!state$filled)[filled]] <- TRUE
}

stream_loss <- function(control) {
  model <- control$keras_model_seq
  if (is.null(model)) control$loss else model$compiled$loss
}

learn_result <- function(state, design, shares, control, call) {
  if (state$counts[["train"]] == 0) {
    abort_tn("The training part of the data must have at least one row.", "data", how = "Raise `pTraining`.", call = call)
  }
  bound <- lapply(state$held, function(parts) if (length(parts) > 0) do.call(rbind, parts))
  design$shares <- lapply(state$levels, function(counts) counts / max(sum(counts), 1))
  for (label in names(state$ids)) design$specials[[label]]$state <- settled_ids(design$specials[[label]]$state, state$ids[[label]])
  list(design = design, scale = learn_scale(state, design, control, call), shares = shares, counts = state$counts,
       sample = state$sample$rows(), filling = bound$filling, validation = bound$validation, test = bound$test)
}

# As emb_settle() of all rows fitted to. counts: of each level among them.
settled_ids <- function(state, counts) {
  n <- length(counts)
  state$count <- counts
  state$row[counts == 0] <- n
  state$share <- c(counts / max(sum(counts), 1), 0)
  state
}

# As kms_scale().
learn_scale <- function(state, design, control, call) {
  how <- control$scale_continuous
  if (is.null(how)) return(NULL)
  columns <- seq_along(design$colnames_x)
  if (any(unlist(design$shares) == 0) && !scale_kind(how)$all) columns <- which(state$filled)
  sample <- if (how == "robust") encode_chunk(design, state$sample$rows(), call)$rows$x
  scaled <- family_of(design$outcome)$scaled
  scale <- sums_scale(state$x, how, columns, design$sparse, design$colnames_x, if (scaled) state$y, sample)
  if (scaled && net_of(control)$clamps) scale$limits <- state$limits
  scale
}
