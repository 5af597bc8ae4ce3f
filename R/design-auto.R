# What `.` in a formula makes of each column, so that data frames can be fitted as they are. It is written out as a formula
# with `.` still in it, `y ~ . - day - id + calendar(day)`: who writes that gets the same design, bit for bit.
#
# Columns that the formula names anywhere are as the user wrote them, and so are all where `.` is more than a summand
# (`.^2`). Rules, the first that fits:
#
#   empty, constant   left out: the same in all rows, or missing in all
#   duplicate         left out: as a column before it
#   date, time        calendar(x)
#   ordered           ordinal(x) + factor(x, ordered = FALSE), of more than auto_levels levels ordinal(x) + emb(x)
#   picture           image(x, 64): names of files that are there
#   text              text(x, 10000): different texts of four words or more
#   id                left out: labels that hardly two rows share, or whole numbers that count the rows
#   labels            emb(x) of more than auto_levels levels
#
# All others stand in `.` as they are. Nothing is left out where nothing would be left.

# One column a label: 2,000 of them are half a million weights of a first layer of 256 units, but a sparse matrix that costs
# no more time than few. emb() begins behind that, where most levels have too few rows for weights of their own.
auto_levels <- 2000

# From how many rows on labels, and whole numbers, can be told to be ids.
auto_id_rows <- c(labels = 10, numbers = 50)

# list(formula, without, changed, columns): `without` is the formula for data without the columns that are `changed`, as
# thousands of minus signs would cost terms() minutes; columns a data frame with the column, its kind and the terms it becomes (NA: left out), or NULL
# where `.` stands for nothing by itself. by_hand: further names of columns that are left alone; passes: whether
# rows with missing values are used.
design_auto <- function(formula, data, by_hand = character(), passes = FALSE) {
  if (!is_summand_dot(formula[[3]])) return(list(formula = formula))
  columns <- setdiff(names(data), c(all.vars(formula), by_hand))
  if (length(columns) == 0) return(list(formula = formula))
  kinds <- auto_kinds(as.list(data)[columns], passes)
  rules <- replace(kinds, auto_spared(kinds, formula), "labels")
  terms <- lapply(stats::setNames(columns, columns), function(name) {
    auto_terms[[rules[[name]]]](as.name(name), is_many(data[[name]]), environment(formula))
  })
  left_out <- vapply(terms, is.null, NA)
  auto_tell(kinds[left_out], data)
  changed <- columns[!vapply(columns, function(name) identical(terms[[name]], as.name(name)), NA)]
  without <- formula
  for (name in changed) formula[[3]] <- call("-", formula[[3]], as.name(name))
  for (term in terms[setdiff(changed, columns[left_out])]) {
    formula[[3]] <- add_terms(formula[[3]], term)
    without[[3]] <- add_terms(without[[3]], term)
  }
  becomes <- vapply(terms, function(term) if (is.null(term)) NA_character_ else deparse1(term, backtick = TRUE), "")
  list(formula = formula, without = without, changed = changed,
       columns = data.frame(column = columns, kind = sub("_", " ", kinds), becomes = becomes, row.names = NULL))
}

# Whether `.` stands on a right side once, and nothing is done to it but adding and leaving out.
is_summand_dot <- function(e) {
  summand <- function(e) {
    if (!is.call(e)) return(identical(e, quote(.)))
    name <- if (is.name(e[[1]])) as.character(e[[1]]) else ""
    if (name == "-" && length(e) == 3) return(summand(e[[2]]))
    name %in% c("+", "(") && any(vapply(as.list(e)[-1], summand, NA))
  }
  sum(all.names(e) == ".") == 1 && summand(e)
}

# a + b + c of terms that are a sum themselves.
add_terms <- function(to, term) {
  if (!is.call(term) || !identical(term[[1]], quote(`+`))) return(call("+", to, term))
  add_terms(add_terms(to, term[[2]]), term[[3]])
}

# ---- kinds -----------------------------------------------------------------------------------------

# The kind of each of some columns, by name.
auto_kinds <- function(columns, passes) {
  plain <- vapply(columns, function(v) column_kind(v) != "other" && is.null(dim(v)), NA)
  kinds <- stats::setNames(rep("other", length(columns)), names(columns))
  kinds[plain] <- vapply(columns[plain], auto_kind, "", passes = passes)
  told <- which(plain & !kinds %in% c("empty", "constant"))
  kinds[told[duplicated(unname(lapply(columns[told], comparable_values)))]] <- "duplicate"
  kinds
}

auto_kind <- function(v, passes) {
  known <- if (anyNA(v)) v[!is.na(v)] else v
  if (length(known) == 0) return("empty")
  if (all(known == known[1]) && !(passes && length(known) < length(v))) return("constant")
  switch(column_kind(v), labels = auto_label_kind(known), numbers = if (counts_rows(v)) "row_number" else "number",
         dates = "date", times = "time", "logical values" = "logical", "time_difference")
}

auto_label_kind <- function(v) {
  if (is.ordered(v) && nlevels(v) > 2) return("ordered")
  different <- unique(as.character(v))
  if (is_picture_names(different)) return("picture")
  if (length(different) >= length(v) / 2 && words_each(different) >= 4) return("text")
  if (length(v) >= auto_id_rows[["labels"]] && length(different) > 0.9 * length(v)) return("id")
  "labels"
}

# A few of many say what they are.
is_picture_names <- function(values) {
  values <- utils::head(values, 100)
  all(tolower(tools::file_ext(values)) %in% image_endings) && mean(file.exists(values)) >= 0.5
}

words_each <- function(values) mean(lengths(strsplit(trimws(utils::head(values, 1000)), "[[:space:]]+", useBytes = TRUE)))

# Whole numbers from about 0 to about the number of rows, each once: those of the rows of a table, or of a part of one.
counts_rows <- function(v) {
  n <- length(v)
  n >= auto_id_rows[["numbers"]] && !is.object(v) && !anyNA(v) && min(v) >= 0 && max(v) <= 2 * n && all(v == round(v)) &&
    !anyDuplicated(v)
}

# Equal for columns that say the same.
comparable_values <- function(v) {
  if (is.factor(v)) as.character(v) else if (is.object(v)) list(class(v), as.double(v)) else if (is.character(v)) v else as.double(v)
}

is_many <- function(v) {
  column_kind(v) == "labels" && (if (is.factor(v)) nlevels(v) else length(unique(v))) > auto_levels
}

# Which of the columns that would be left out stay, as nothing else would: those with ids, or else all.
auto_spared <- function(kinds, formula) {
  out <- kinds %in% auto_left_out
  others <- formula[-2]
  others[[2]] <- eval(call("substitute", others[[2]], list(. = 1)))
  if (!all(out) || length(attr(stats::terms(others), "term.labels")) > 0) return(logical(length(kinds)))
  ids <- kinds %in% c("id", "row_number")
  if (any(ids)) ids else out
}

# ---- terms -----------------------------------------------------------------------------------------

# By kind: function(x, many, env), the terms of the column of the name x, NULL for none; many: whether it has more than
# auto_levels levels.
auto_terms <- local({
  as_is <- function(x, many, env) x
  none <- function(x, many, env) NULL
  date <- function(x, many, env) call_own("calendar", x, env)
  labels <- function(x, many, env) if (many) call("emb", x) else x
  list(empty = none, constant = none, duplicate = none, id = none, row_number = none, date = date, time = date,
       picture = function(x, many, env) call("image", x, 64), text = function(x, many, env) call("text", x, 10000),
       ordered = function(x, many, env) {
         levels <- if (many) call("emb", x) else call("factor", x, ordered = FALSE)
         call("+", call_own("ordinal", x, env), levels)
       },
       labels = labels, number = as_is, logical = as_is, time_difference = as_is, other = as_is)
})

auto_left_out <- c("empty", "constant", "duplicate", "id", "row_number")

# A call of a function of the package as it is found where the formula was written.
call_own <- function(name, x, env) {
  attached <- identical(get0(name, env, mode = "function"), get(name, asNamespace("tildenet")))
  as.call(list(if (attached) as.name(name) else call("::", quote(tildenet), as.name(name)), x))
}

# ---- words -----------------------------------------------------------------------------------------

auto_tell <- function(kinds, data) {
  if (length(kinds) == 0) return(invisible())
  why <- c(empty = "all missing", constant = "constant", duplicate = "the same as a column before",
           id = "different in nearly every row", row_number = "numbers of the rows")
  parts <- split(names(kinds), factor(kinds, unique(kinds)))
  parts <- vapply(names(parts), function(kind) {
    shown <- paste0("`", utils::head(parts[[kind]], 5), "`", collapse = ", ")
    paste0(shown, if (length(parts[[kind]]) > 5) paste(" and", length(parts[[kind]]) - 5, "more"), " (", why[[kind]], ")")
  }, "")
  inform_tn(paste0("Left out of `.`: ", paste(parts, collapse = ", "), ". Name a column in the formula to keep it, or use `auto = FALSE`."),
            "columns")
}
