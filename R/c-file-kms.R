# Fits of kms() as C: in front of the network the columns of the data become its inputs, behind it its outputs become
# numbers in the units of the outcome or probabilities of labels.

c_kms_program <- function(object, self, name, call) {
  design <- kms_design(object)
  check_one_number(design$outcome, call)
  check_no_missing(design, "a C file", call)
  check_no_temperature(object, "a C file", call)
  columns <- c_columns(design, call)
  network <- c_graph(self, call)
  writer <- new_c_writer(name)
  graph <- c_kms_graph(network, object, design, columns, call)
  example <- c_kms_example(object, design, columns)
  labels <- design$outcome$labels
  out <- graph$outputs[[1]]
  size <- prod(graph$shapes[[out]])
  if (size != length(labels)) labels <- NULL
  list(name = name, graph = graph, writer = writer, example = example,
       title = paste0("kms(", if (is.null(design$terms)) "x, y" else deparse1(design$formula), ")"),
       inputs = list(list(id = graph$raw, argument = "x", size_name = paste0(name, "_INPUT_SIZE"),
                          size = length(columns), about = "columns of the data", details = c_column_details(columns))),
       outputs = list(list(id = out, argument = "y", size_name = paste0(name, "_OUTPUT_SIZE"), size = size,
                           about = c_outcome_about(design$outcome, labels, name))),
       labels = if (!is.null(labels)) label_text(labels),
       notes = "None of the columns may be missing. Levels that are not listed count as unseen.")
}

# ---- columns of the data ---------------------------------------------------------------------------

# What the function reads, by name: list(kind, levels, at), at the position from 0.
c_columns <- function(design, call) {
  if (is.null(design$terms)) {
    names <- design$colnames_x
    columns <- lapply(names, function(name) list(kind = "numbers"))
  } else {
    names <- design$columns
    columns <- lapply(names, c_column, design = design, call = call)
  }
  columns <- Map(c, columns, at = seq_along(names) - 1)
  stats::setNames(columns, names)
}

c_column <- function(name, design, call) {
  type <- design$types[[name]]
  kind <- if (is.null(type)) c_content(name, design) else column_kind(type)
  if (kind == "labels") return(list(kind = kind, levels = c_levels(name, design)))
  if (kind %in% c("numbers", "logical values") && is.null(dim(type))) return(list(kind = kind))
  c_abort_term(name, paste0("Column `", name, "` holds ", if (is.null(dim(type))) kind else "a matrix", "."), call,
               if (kind == "texts") "Fit counts of words instead, those of `text_vectorizer()` as columns of the data.")
}

# What a special reads in a column that has no type.
c_content <- function(name, design) {
  Filter(Negate(is.null), lapply(design$specials, function(s) {
    if (name %in% all.vars(s$expr)) special_of(s)$content
  }))[[1]]
}

# Levels that dummies and tables of embeddings know of a column.
c_levels <- function(name, design) {
  env <- environment(design$terms)
  coded <- Filter(function(v) has_levels(v) && identical(column_of_levels(v$expr, env), name), export_terms(design)$variables)
  of_dummies <- lapply(coded, function(v) design$xlevels[[v$name]])
  of_tables <- lapply(design$specials, function(s) if (identical(s$expr, as.name(name))) s$state$levels)
  unique(as.character(c(unlist(of_dummies), unlist(of_tables))))
}

c_abort_term <- function(term, given, call, how = NULL) {
  abort_arg("object", "read columns of numbers, logical values and labels, in terms that C has functions for", given,
            class = "unsupported", call = call,
            how = how %||% paste0("Compute `", term, "` as a column of the data before the fit, and give the function ",
                                  "its values."))
}

c_column_details <- function(columns) {
  unlist(Map(function(column, name) {
    levels <- paste(seq_along(column$levels) - 1, quoted(column$levels))
    what <- switch(column$kind, numbers = "a number", `logical values` = "1 for TRUE, 0 for FALSE",
                   labels = paste("a level:", paste(levels, collapse = ", ")))
    paste0("x[", column$at, "] ", name, ": ", what)
  }, columns, names(columns)), use.names = FALSE)
}

c_outcome_about <- function(outcome, labels, name) {
  if (is_numbers(outcome)) {
    return(paste0(outcome$name, family_of(outcome)$about))
  }
  probabilities <- paste0("probabilities of ", if (outcome$type == "multilabel") "each label" else "the labels", " of ",
                          outcome$name)
  if (is.null(labels)) return("outputs of the network")
  shown <- label_text(labels)
  paste0(probabilities, " in the order of ", name, "_labels (", paste(quoted(shown), collapse = ", "), ")")
}

# ---- the graph -------------------------------------------------------------------------------------

# The network's graph with steps in front of it and behind it.
c_kms_graph <- function(graph, object, design, columns, call) {
  graph$raw <- length(graph$shapes) + 1
  graph$shapes[[graph$raw]] <- c(1, length(columns))
  first <- lapply(graph$inputs, function(input) {
    lines <- c_input_lines(input$name, object, design, columns, call)
    list(op = "input", layer = input$name, inputs = graph$raw, outputs = input$id,
         rule = function(s) c_make(c("{", paste0("  float *to = ", s$y, ";"), paste0("  ", lines(s)), "}")))
  })
  out <- graph$raw + 1
  from <- graph$outputs[[1]]$id
  outcome <- c_outcome(graph$shapes[[from]], design$outcome, object$train_scale)
  graph$shapes[[out]] <- c(1, outcome$size)
  last <- list(op = "outcome", layer = design$outcome$name, inputs = from, outputs = out, rule = outcome$rule)
  graph$flags[c(graph$raw, out)] <- list(NULL)
  graph$steps <- c(first, graph$steps, list(last))
  graph$inputs <- list(graph$raw)
  graph$outputs <- list(out)
  graph
}

# A function of the step that gives the lines which fill an input of the network, `to`.
c_input_lines <- function(name, object, design, columns, call) {
  inputs <- kms_shapes(design)
  special <- Filter(function(s) s$input == name, design$specials)
  if (length(special) > 0) return(c_special_lines(special[[1]], columns, call))
  if (!is.null(inputs) && name == "offset") return(c_offset_lines(object, design, columns, call))
  values <- c_design_columns(design, columns, call)
  scale <- object$train_scale
  function(s) {
    text <- vapply(values, function(value) value(s), "")
    text <- c_scaled(text, scale)
    paste0("to[", seq_along(text) - 1, "] = ", text, "; /* ", c_remark(design$colnames_x), " */")
  }
}

# (value - from) / width, `from` in two parts: floats lose no digits where it is large; the scale "robust" bends it.
c_scaled <- function(text, scale) {
  columns <- scale$cols_to_scale
  if (length(columns) == 0) return(text)
  from <- unname(scale$X[1, ])
  high <- float32(from)
  low <- from - high
  moved <- ifelse(high == 0, "", paste0(" - ", c_signed(high)))
  rest <- ifelse(low == 0, "", paste0(" - ", c_signed(low)))
  width <- scale_width(scale$X, scale$scale)
  bend <- scale_kind(scale$scale)$c %||% identity
  z <- bend(paste0("(", text[columns], moved, rest, ") / ", c_number(width)))
  text[columns] <- ifelse(is.finite(width), z, "0")
  text
}

c_smooth_clip <- function(text) paste0("smooth_clip(", text, ")")

c_signed <- function(x) ifelse(x < 0, paste0("(", c_number(x), ")"), c_number(x))

c_special_lines <- function(special, columns, call) {
  column <- if (is.name(special$expr)) columns[[as.character(special$expr)]]
  if (special$kind != "emb" || is.null(column)) {
    c_abort_term(deparse1(special$expr), paste0("It has the term `", special$label, "`."), call)
  }
  state <- special$state
  levels <- column$levels %||% c("FALSE", "TRUE")
  if (column$kind == "numbers") {
    c_abort_term(paste0("factor(", deparse1(special$expr), ")"),
                 paste0("`", special$label, "` is of a column of numbers."), call)
  }
  rows <- c(state$row[match(levels, state$levels)], length(state$levels))
  rows[is.na(rows)] <- length(state$levels)
  function(s) {
    table <- s$constant("rows", rows)
    paste0("to[0] = level_row(", s$x, "[", column$at, "], ", table, ", ", length(levels), ");")
  }
}

c_offset_lines <- function(object, design, columns, call) {
  terms <- design$terms
  variables <- as.list(attr(terms, "predvars"))[-1]
  values <- lapply(variables[attr(terms, "offset")], function(v) {
    c_expression(v[[2]], columns, environment(terms), call)
  })
  width <- scale_offset(1, object$train_scale)
  function(s) {
    sum <- paste(vapply(values, function(value) value(s), ""), collapse = " + ")
    paste0("to[0] = ", if (width != 1) paste0("(", sum, ") * ", c_number(width)) else sum, ";")
  }
}

# ---- the outcome -----------------------------------------------------------------------------------

# list(size, rule) of the step behind the network.
c_outcome <- function(shape, outcome, scale) {
  size <- prod(shape)
  if (outcome$type == "continuous") {
    first <- function(s) if (size == 1) c_view() else c_make(c_copy(s$x, s$y, 1))
    if (is.null(scale$y)) return(list(size = 1, rule = first))
    width <- scale_width(scale$y, scale$scale)
    limits <- scale$limits
    undo <- function(s) {
      c(c_call("rescale", s$y, 1, c_number(width), c_number(scale$y[[1]])),
        if (!is.null(limits)) c_call("clip", s$y, 1, c_number(limits[1]), c_number(limits[2])))
    }
    rule <- function(s) if (size == 1) c_change(undo(s)) else c_make(c(c_copy(s$x, s$y, 1), undo(s)))
    return(list(size = 1, rule = rule))
  }
  if (outcome$type == "binary" && size == 1) {
    return(list(size = 2, rule = function(s) c_make(c_call("both_labels", s$x, s$y))))
  }
  list(size = size, rule = function(s) c_view())
}

# ---- an example ------------------------------------------------------------------------------------

# Numbers near the middle of the training rows, first levels.
c_kms_example <- function(object, design, columns) {
  scale <- object$train_scale
  means <- stats::setNames(scale$X[1, ], colnames(scale$X))
  x <- vapply(names(columns), function(name) {
    if (columns[[name]]$kind != "numbers") return(0)
    if (name %in% names(means)) signif(means[[name]], 3) else 1
  }, 0)
  row <- Map(function(column, value) {
    if (column$kind == "labels") column$levels[1] else if (column$kind == "numbers") value else FALSE
  }, columns, x)
  newdata <- if (is.null(design$terms)) matrix(x, 1, dimnames = list(NULL, names(columns)))
             else structure(row, class = "data.frame", row.names = 1L)
  type <- if (design$outcome$type == "continuous") "response" else "prob"
  list(x = list(unname(x)), y = list(as.vector(predict(object, newdata, type = type))))
}
