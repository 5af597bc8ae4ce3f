# The recipe of design_fit() on new data.

# Returns list(x, y, n, rows, specials, offset, unseen, frame): x the matrix of the rows without missing predictors, with
# the columns of the training design; specials and offset as design_fit() gives them; rows their
# positions among the n rows of newdata; y the outcome of all of them in the type the formula gives it, NULL when
# newdata lacks one of its columns or it is not asked for; unseen see unseen_rows(); frame the variables of the rows. arg is what the user calls newdata;
# unknown says what becomes of rows with levels the fit does not know.
design_apply <- function(design, newdata, call = rlang::caller_env(), arg = "newdata", outcome = TRUE,
                         unknown = "average") {
  if (is.null(design$terms)) return(design_apply_matrix(design, newdata, arg, call))
  newdata <- design_data(newdata, arg, call)
  absent <- setdiff(design$columns, names(newdata))
  if (length(absent) > 0) design_abort_columns(absent, arg, call)
  design_check_names(design$columns, newdata, arg, call)
  newdata <- design_cast(newdata, design$types[intersect(design$columns, names(design$types))], arg, call)
  terms <- stats::delete.response(design$terms)
  evaluated <- design_frame(terms, design$specials, newdata, arg, call)
  frame <- evaluated$frame
  allowed <- if (!is.null(design$missing)) missing_allowed(frame, terms, design$specials)
  whole <- complete_but(frame, allowed)
  told <- union(names(design$specials)[!vapply(design$specials, function(s) is.null(special_of(s)$content), NA)], allowed)
  design_warn_lost(frame[setdiff(names(frame), told)], newdata[evaluated$rows, design$columns, drop = FALSE], call)
  held <- design_held(frame, terms, call)
  whole <- whole & held
  frame <- frame[whole, , drop = FALSE]
  design_check_types(frame, terms, design, arg, call)
  columns <- missing_columns(design$missing, frame)
  frame <- missing_fill(design$missing, frame)
  replayed <- special_replay(design$specials, frame)
  news <- replayed$news
  for (name in names(design$xlevels)) {
    known <- design_known_levels(frame[[name]], design$xlevels[[name]])
    frame[[name]] <- known$values
    how <- if (is.null(design$shares)) "as the first level" else unseen_words
    news <- c(news, list(list(column = name, levels = known$new, rows = known$unknown, how = how)))
  }
  design_tell_levels(news, unknown, arg, call)
  if (unknown == "na") {
    kept <- !Reduce(`|`, lapply(news, `[[`, "rows"), logical(nrow(frame)))
    whole[whole] <- kept
    frame <- frame[kept, , drop = FALSE]
    columns <- columns[kept, , drop = FALSE]
    replayed$inputs <- lapply(replayed$inputs, take_samples, which(kept))
  }
  offset <- if (length(attr(terms, "offset")) > 0) {
    attr(frame, "terms") <- terms
    design_offset(frame, call)
  }
  list(x = design_matrix_again(design, terms, frame, columns, call),
       y = if (outcome) design_outcome(design, newdata, arg, call),
       n = nrow(newdata), rows = evaluated$rows[whole], specials = replayed$inputs, offset = offset,
       unseen = unseen_rows(design, frame), frame = frame)
}

design_abort_columns <- function(absent, arg, call) {
  abort_arg(arg, "have the columns the fit was trained on",
            paste0("It lacks ", paste0("`", absent, "`", collapse = ", "), "."), class = "data",
            call = call)
}

unknown_rules <- c("average", "na", "error")

unseen_words <- "by the average of the training rows"

# list(values, new, unknown): values as a factor with the levels of the training data, what is not among
# them, and which values these are. A new level is NA here and all zeros in the matrix until unseen_fill().
design_known_levels <- function(v, levels) {
  values <- label_factor(v, levels)
  list(values = values, new = new_labels(v[is.na(values)]), unknown = is.na(values) & !is.na(v))
}

# One warning a column, however many terms read it, or an error. news: list of list(column, levels, how); more of a
# part is not read.
design_tell_levels <- function(news, unknown, arg, call) {
  news <- Filter(function(part) length(part$levels) > 0, news)
  key <- vapply(news, function(part) {
    variables <- tryCatch(all.vars(str2lang(part$column)), error = function(e) part$column)
    paste(c(variables, sort(part$levels)), collapse = "\r")
  }, "")
  for (same in split(news, factor(key, unique(key)))) {
    new <- same[[1]]$levels
    shown <- quoted_list(utils::head(new, 5))
    more <- if (length(new) > 5) paste(" and", length(new) - 5, "more")
    how <- if (unknown == "na") "as NA" else paste(rev(unique(vapply(same, `[[`, "", "how"))), collapse = " and ")
    if (unknown == "error") {
      abort_arg(arg, "have no levels that the fit has not seen", paste0("`", same[[1]]$column, "` has ", shown, more, "."),
                paste0("`unknown = \"average\"` predicts them ", unseen_words, "."), class = "data", call = call)
    }
    warn_tn(paste0("`", same[[1]]$column, "` has levels the fit has not seen: ", shown, more, "."),
            "new_levels", how = paste0("They are predicted ", how, "."), column = same[[1]]$column,
            levels = new, call = call)
  }
}

# Rows whose columns are all there but that a function of the formula has nothing for, such as
# factor(x, levels) and cut(x, breaks). Specials that read contents have told what they cannot read.
design_warn_lost <- function(frame, columns, call) {
  whole <- if (ncol(frame) > 0) stats::complete.cases(frame) else TRUE
  if (all(whole)) return(invisible())
  columns <- columns[!vapply(columns, is.list, NA)]
  if (ncol(columns) == 0) return(invisible())
  lost <- !whole & stats::complete.cases(columns)
  if (!any(lost)) return(invisible())
  variables <- names(frame)[vapply(frame, function(v) !all(stats::complete.cases(v)[lost]), NA)]
  count <- if (sum(lost) == 1) "1 row without missing values gets one" else
    paste(sum(lost), "rows without missing values get one")
  warn_tn(paste0(count, " from ", paste0("`", variables, "`", collapse = ", "), "."), "lost_rows",
          rows = unname(which(lost)), call = call,
          how = "They are predicted as NA. Levels or breaks may not cover them.")
}

# Rows whose numbers a model can compute with.
design_held <- function(frame, terms, call) {
  read <- c(used_variables(terms), names(frame)[attr(terms, "offset")])
  numbers <- Filter(is.numeric, frame[read])
  unheld <- lapply(numbers, function(v) rowSums(as.matrix(is_unheld(v))) > 0)
  lost <- Reduce(`|`, unheld, logical(nrow(frame)))
  design_warn_unheld(lost, names(unheld)[vapply(unheld, any, NA)], call)
  !lost
}

# In training such numbers are refused; here they cost their rows alone.
design_warn_unheld <- function(lost, columns, call) {
  if (!any(lost)) return(invisible())
  warn_tn(paste0(if (sum(lost) == 1) "1 row has" else paste(sum(lost), "rows have"),
                 " infinite values, or some above 3.4e+38", in_columns(columns), "."),
          "infinite", how = "They are predicted as NA.", rows = unname(which(lost)), call = call)
}

# A column that was numeric and comes as text would be dummied without a word.
design_check_types <- function(frame, terms, design, arg, call) {
  if (nrow(frame) == 0) return(invisible())
  classes <- attr(terms, "dataClasses")
  expected <- classes[setdiff(intersect(names(frame), names(classes)), names(design$xlevels))]
  given <- vapply(frame[names(expected)], stats::.MFclass, "")
  wrong <- which(given != expected)
  if (length(wrong) > 0) {
    abort_arg(names(expected)[wrong[1]], paste("be of type", expected[wrong[1]], "as in the training data"),
              paste0("In `", arg, "` it is of type ", given[wrong[1]], "."), class = "data", call = call)
  }
}

# columns: behind those of the terms.
design_matrix_again <- function(design, terms, frame, columns, call) {
  if (nrow(frame) == 0) {
    empty <- matrix(0, 0, length(design$colnames_x), dimnames = list(NULL, design$colnames_x))
    return(if (design$sparse) methods::as(empty, "CsparseMatrix") else empty)
  }
  x <- design_matrix(terms, frame, design$sparse, design$drop_intercept, design$contrasts, call)$x
  # The rows are complete, so what is missing comes from new levels.
  if (!design$sparse && anyNA(x)) x[is.na(x)] <- 0
  add_columns_to(x, columns)
}

# The left side evaluated in newdata as it was in training (scale(y) with the same centre).
design_outcome <- function(design, newdata, arg, call) {
  if (!all(design$y_columns %in% names(newdata))) return(NULL)
  # Labels of any kind can be told to be none of the fit's.
  newdata <- design_cast(newdata, design$types[design$y_columns], arg, call,
                         strict = is_numbers(design$outcome))
  position <- attr(design$terms, "response") + 1L
  y <- tryCatch(
    eval(attr(design$terms, "predvars")[[position]], newdata, environment(design$terms)),
    error = function(e) design_formula_error(e, arg, call)
  )
  outcome_align(outcome_vector(y), design$outcome)
}
