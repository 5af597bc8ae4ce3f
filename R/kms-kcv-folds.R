# The folds of kms_kcv() and what is wrong with them before anything is trained.

# Which of the two arguments has the number of folds.
kcv_folds_arg <- function(k, both, call) {
  if (is.null(k)) return("k_folds")
  if (both) {
    abort_arg("k", "be left out beside `k_folds`", describe(k), "Both are the number of folds: give one of them.", call = call)
  }
  "k"
}

# list(all, folds): the seed in the form it was given, its automatic part filled in, and the seeds of
# the folds when one was given for each.
kcv_seed <- function(seed, k_folds, call) {
  values <- if (is.list(seed)) seed$seed else seed
  if (length(values) < 2) return(list(all = kms_seed(seed, call), folds = NULL))
  if (length(values) != k_folds) {
    abort_arg("seed", paste0("be one number, or one for each of the ", k_folds, " folds"),
              describe(values), call = call)
  }
  values <- vapply(as.list(values), kms_seed, 0, call = call)
  first <- if (is.list(seed)) replace(seed, "seed", values[1]) else values[1]
  list(all = kms_seed(first, call), folds = values)
}

# Everything random, drawn after the seed is set: folds of all n rows (NA for those not in `rows`), the
# seeds of the folds in the form of the seed given, and one that R's generator is left with. arg: see kcv_folds_arg().
kcv_draw <- function(n, rows, k_folds, seed, arg, call) {
  if (k_folds > length(rows)) {
    abort_arg(arg, paste0("be at most the number of rows without missing values, ", length(rows)),
              describe(k_folds), call = call)
  }
  set.seed(seed_value(seed$all))
  folds <- rep(NA_integer_, n)
  folds[rows] <- sample(rep_len(seq_len(k_folds), length(rows)))
  seeds <- sample.int(2^30, k_folds)
  next_seed <- draw_seed()
  if (!is.null(seed$folds)) seeds <- seed$folds
  forms <- lapply(seeds, function(s) if (is.list(seed$all)) replace(seed$all, "seed", s) else s)
  list(folds = folds, seeds = as.numeric(seeds), forms = forms, next_seed = next_seed)
}

# The source (see kms_source()) with what is split with the rows inside: a variable of the formula that
# lies beside the data with a value per row becomes a column.
kcv_source <- function(source, env, call) {
  if (!is.null(source$x)) {
    source$x <- predictors_given(source$x, "x", call)
    source$y <- outcome_given(source$y, "y", call)
    return(source)
  }
  data <- design_data(source$data, "data", call)
  formula <- design_formula(source$formula, env, call)
  for (name in setdiff(all.vars(formula), c(names(data), "."))) {
    value <- get0(name, envir = environment(formula))
    if (is.atomic(value) && nrow(data) > 1 && NROW(value) == nrow(data)) data[[name]] <- own_values(value)
  }
  source$data <- data
  source$formula <- formula
  source
}

# Case weights of all n rows; those of rows left out are never used.
kcv_weights <- function(built, n) {
  if (is.null(built$weights)) return(NULL)
  replace(numeric(n), built$rows, built$weights)
}

# Settings of layers are looked at once, before the first fold meets them; the words of kms() about
# them come from the folds.
kcv_check_network <- function(control, built, call) {
  control["keras_model_seq"] <- list(kcv_fresh_model(control$keras_model_seq))
  settled <- special_settle(built$design$specials, built$specials, seq_along(built$rows))
  built$design$specials <- settled$specials
  built$design$outcome <- kms_settled(built$design$outcome, built$y)
  suppressWarnings(suppressMessages({
    kms_spec(control, built$design, if (control$embedding) 1, NULL, call)
  }))
  if (is.null(control$keras_model_seq)) kms_optimizer(control$optimizer, control$optimizer_args, call)
}

# The training part of each fold must show the kind of outcome all rows have.
kcv_check_outcome <- function(built, folds, control, call) {
  outcome <- built$design$outcome
  used <- folds[built$rows]
  y <- if (is.matrix(built$y)) apply(built$y, 1, paste, collapse = " ") else label_text(built$y)
  lacking <- lapply(seq_len(max(used)), function(fold) setdiff(y[used == fold], y[used != fold]))
  left <- length(unique(y)) - lengths(lacking)
  by_value <- is_numbers(outcome) && family_of(outcome)$scaled && is.null(control$extra$design$y_type)
  too_few <- which(left < if (by_value) 3 else 2)
  if (length(too_few) > 0) {
    abort_tn(paste0("The outcome `", outcome$name, "` must have at least ", if (by_value) "three" else "two",
                    " different values in the training part of each fold."), "outcome", call = call,
             given = paste0("In fold ", too_few[1], " there ", if (left[too_few[1]] == 1) "is one."
                            else "are two."),
             how = "Use another `seed`, another `k_folds` or more rows.")
  }
  if (!outcome$type %in% c("binary", "multinomial") || all(lengths(lacking) == 0)) return(invisible())
  where <- kcv_words(rep(seq_along(lacking), lengths(lacking)), unlist(lacking))
  if (!is.null(control$keras_model_seq)) {
    abort_tn("With `keras_model_seq` the training part of each fold must have all labels.", "outcome",
             given = paste0("Not there: ", where, "."), call = call,
             how = "Merge rare labels, or use another `seed` or `k_folds`.")
  }
  warn_tn(paste0("Labels that the training part of a fold lacks: ", where, "."), "missing_labels",
          how = "Their test rows count as wrong. Merge rare labels, or use another `k_folds`.",
          labels = lacking, call = call)
}

# Levels seen in the test part only. Of the factors and words in the data they are found here, whether
# or not they have a column in the training design; those of computed predictors were met by predict().
kcv_warn_levels <- function(done, data, design, folds, call) {
  met <- lapply(seq_along(done), function(fold) {
    own <- lapply(intersect(names(design$xlevels), names(data)), function(name) {
      v <- label_text(data[[name]])
      level_rows(fold, name, setdiff(v[folds %in% fold], c(v[!is.na(folds) & folds != fold], NA)))
    })
    rbind(do.call(rbind, own), done[[fold]]$new_levels)
  })
  met <- unique(do.call(rbind, met))
  if (NROW(met) == 0) return(invisible())
  by_column <- split(met, factor(met$column, unique(met$column)))
  where <- vapply(by_column, function(m) kcv_words(m$fold, m$level), "")
  warn_tn(paste0("Levels that only the test part of a fold has: ",
                 paste0("`", names(by_column), "` ", where, collapse = "; "), "."), "new_levels",
          how = "The network of that fold has not learnt them. Merge rare levels, or raise `k_folds`.",
          levels = met, call = call)
}

level_rows <- function(fold, column, levels) {
  if (length(levels) > 0) data.frame(fold = fold, column = column, level = levels)
}

# "a" (fold 1), "b" (fold 3) and 4 more
kcv_words <- function(folds, words) {
  shown <- utils::head(paste0("\"", words, "\" (fold ", folds, ")"), 5)
  paste0(paste(shown, collapse = ", "), if (length(words) > 5) paste(" and", length(words) - 5, "more"))
}

# An outcome such as cut(x, 3) or rank(x) means something else in each part of the data. scale() and
# others whose constants are kept for new data do not.
kcv_warn_outcome <- function(done, built, used, call) {
  terms <- built$design$terms
  if (is.null(terms)) return(invisible())
  position <- attr(terms, "response") + 1L
  if (!identical(attr(terms, "predvars")[[position]], attr(terms, "variables")[[position]])) {
    return(invisible())
  }
  moved <- vapply(seq_along(done), function(fold) {
    !identical(as.character(done[[fold]]$test$y_test), as.character(outcome_rows(built$y, used == fold)))
  }, NA)
  if (!any(moved)) return(invisible())
  name <- built$design$outcome$name
  warn_tn(paste0("The outcome `", name, "` has other values when it is computed from a part of the ",
                 "rows: the folds do not predict the same thing."), "moving_outcome",
          how = paste0("Compute it before: data$y <- ", name, "."), call = call)
}
