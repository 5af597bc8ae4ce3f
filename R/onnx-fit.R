# Fits of kms() as ONNX files: raw columns, their coding and scale, the network, and what is made of its output.

onnx_fit_file <- function(object, call) {
  design <- kms_design(object)
  check_one_number(design$outcome, call)
  check_no_missing(design, "an ONNX file", call)
  check_no_temperature(object, "an ONNX file", call)
  g <- new_onnx_graph()
  graph <- export_graph(self_of(object$model))
  f <- new_onnx_formula(g, design)
  g$scope <- "formula" # names without it are those of columns
  onnx_feed(g, graph, onnx_fit_inputs(f, object$train_scale))
  onnx_steps(g, graph)
  outputs <- onnx_fit_outputs(g, g$values[graph$outputs[[1]]$id], object)
  fields <- Map(function(out, name) onnx_value_info(name, c("batch", out$shape), out$type), outputs, names(outputs))
  doc <- paste0("A fit of the R package tildenet: ", onnx_fit_formula(design))
  onnx_fields(g, graph$name, doc, f$infos, fields, onnx_fit_metadata(object, design))
}

onnx_fit_formula <- function(design) if (is.null(design$formula)) "kms(x, y)" else deparse1(design$formula)

# ---- in --------------------------------------------------------------------------------------------

# Values for the inputs of the network by their names in kms_inputs().
onnx_fit_inputs <- function(f, scale) {
  design <- f$design
  x <- if (is.null(design$terms)) onnx_matrix(f) else if (length(design$colnames_x) > 0) onnx_design(f)
  inputs <- if (!is.null(x)) list(x = onnx_to_scale(f$g, x, scale, length(design$colnames_x)))
  for (s in design$specials) inputs[[s$input]] <- onnx_special(f, s)
  if (!is.null(design$terms) && design_has_offset(design)) inputs$offset <- onnx_offset(f, scale)
  inputs
}

# The one input of a fit of a matrix.
onnx_matrix <- function(f) {
  name <- onnx_name(f$g, "x")
  f$infos$x <- onnx_value_info(name, c("batch", length(f$design$colnames_x)), "float", "The columns of the matrix x")
  name
}

onnx_to_scale <- function(g, x, scale, columns) {
  if (length(scale$cols_to_scale) == 0) return(x)
  from <- numeric(columns)
  width <- rep(1, columns)
  from[scale$cols_to_scale] <- scale$X[1, ]
  width[scale$cols_to_scale] <- scale_width(scale$X, scale$scale)
  x <- onnx_put(g, "Sub", c(x, onnx_constant(g, from, columns, "float", "scale/from")))
  x <- onnx_put(g, "Div", c(x, onnx_constant(g, width, columns, "float", "scale/width")))
  bend <- scale_kind(scale$scale)$onnx
  if (is.null(bend)) x else bend(g, x)
}

# smooth_clip() of all columns. What lies so far out that floats have no square of it is 3 all the same.
onnx_smooth_clip <- function(g, z) {
  z <- onnx_put(g, "Clip", c(z, onnx_float(g, -1e9), onnx_float(g, 1e9)))
  third <- onnx_affine(g, z, 1 / 3)
  onnx_put(g, "Div", c(z, onnx_put(g, "Sqrt", onnx_affine(g, onnx_put(g, "Mul", c(third, third)), 1, 1))))
}

onnx_special <- function(f, special) {
  write <- special_of(special)$onnx
  if (is.null(write)) abort_onnx_term(special$label, paste("ONNX has nothing that reads", special_of(special)$content, "as R does"))
  write(f, special)
}

# Ids of a table, as whole numbers; the row behind the levels is for unknown ones.
onnx_ids <- function(f, special) {
  name <- onnx_label_column(f, special$expr, special$label)
  state <- special$state
  structure(onnx_encode(f, name, state$levels, state$row, length(state$levels), special$label), whole = TRUE)
}

# Pixels themselves: who reads the file, reads and resizes pictures as R does.
onnx_pictures <- function(f, special) {
  shape <- special_of(special)$shape(special$state)
  name <- onnx_name(f$g, special$input)
  f$infos[[name]] <- onnx_value_info(name, c("batch", shape), "float", paste0(
    "Pixels from 0 to 255 of the pictures of ", special$label, ": height, width, channels (", special$state$color_mode,
    "), resized by ", special$state$interpolation, " interpolation"))
  name
}

onnx_offset <- function(f, scale) {
  terms <- f$design$terms
  parts <- vapply(attr(terms, "offset"), function(i) {
    expr <- attr(terms, "predvars")[[i + 1]]
    onnx_expression(f, expr[[2]], deparse1(expr))
  }, "")
  sum <- Reduce(function(a, b) onnx_put(f$g, "Add", c(a, b)), parts)
  if (is.null(scale$y)) sum else onnx_affine(f$g, sum, 1 / scale_width(scale$y, scale$scale))
}

# Values at the inputs of the network, by name where it has the names, else in order.
onnx_feed <- function(g, graph, inputs) {
  names <- vapply(graph$inputs, `[[`, "", "name")
  inputs <- if (all(names %in% names(inputs))) inputs[names] else unname(inputs)
  if (length(inputs) != length(names)) {
    abort_tn("The model of the fit does not read what its formula gives.", "unsupported", call = NULL)
  }
  Map(function(input, value) {
    if (isTRUE(attr(value, "whole"))) g$whole[[as.character(input$id)]] <- as.vector(value)
    g$values[input$id] <- if (isTRUE(attr(value, "whole"))) onnx_cast(g, as.vector(value), "float") else value
  }, graph$inputs, inputs)
}

# ---- out -------------------------------------------------------------------------------------------

# What users read, by name of the output: list(shape, type).
onnx_fit_outputs <- function(g, out, object) {
  outcome <- kms_design(object)$outcome
  K <- length(outcome$labels)
  if (outcome$type == "continuous") {
    y <- object$train_scale$y
    if (units_of(object$model) > 1) out <- onnx_put(g, "Gather", c(out, onnx_constant(g, 0, 1, "int64")), list(axis = 1))
    if (!is.null(y)) out <- onnx_affine(g, out, scale_width(y, object$train_scale$scale), y[[1]])
    limits <- object$train_scale$limits
    if (!is.null(limits)) out <- onnx_put(g, "Clip", c(out, onnx_float(g, limits[1]), onnx_float(g, limits[2])))
    return(onnx_ends(g, list(prediction = list(value = out, shape = 1, type = "float"))))
  }
  if (outcome$type == "multilabel") {
    labels <- onnx_cast(g, onnx_above_half(g, out), "int64")
    return(onnx_ends(g, list(labels = list(value = labels, shape = K, type = "int64"),
                             probabilities = list(value = out, shape = K, type = "float"))))
  }
  single <- units_of(object$model) == 1
  code <- if (single) onnx_cast(g, onnx_reshape(g, onnx_above_half(g, out), list(-1)), "int64")
          else onnx_put(g, "ArgMax", out, list(axis = 1, keepdims = 0))
  if (single && K == 2) out <- onnx_put(g, "Concat", c(onnx_affine(g, out, -1, 1), out), list(axis = 1))
  names <- list(keys_int64s = onnx_kind(seq_len(K) - 1, "ints"),
                values_strings = onnx_kind(label_text(outcome$labels), "strings"))
  label <- onnx_put(g, "LabelEncoder", code, names, domain = "ai.onnx.ml")
  onnx_ends(g, list(label = list(value = label, shape = character(), type = "string"),
                    probabilities = list(value = out, shape = K, type = "float")))
}

onnx_above_half <- function(g, p) onnx_put(g, "Greater", c(p, onnx_float(g, 0.5)))

# Gives the values their names, or others where columns are called so.
onnx_ends <- function(g, outputs) {
  names(outputs) <- vapply(names(outputs), onnx_name, "", g = g)
  onnx_rename(g, vapply(outputs, `[[`, "", "value"), names(outputs))
  outputs
}

# ---- about -----------------------------------------------------------------------------------------

# What a reader of the file may want to know, as JSON where it is more than a word.
onnx_fit_metadata <- function(object, design) {
  outcome <- design$outcome
  scale <- object$train_scale
  array <- function(x) lapply(unname(as.list(x)), function(v) if (is.numeric(v) && is.infinite(v)) NA else v) # null in JSON
  numbers <- function(X) stats::setNames(lapply(1:2, function(k) array(X[k, ])), scale_rows(scale$scale))
  json <- list(columns = array(design$colnames_x),
               classes = if (!is.null(outcome$labels)) array(label_text(outcome$labels)),
               scaling = if (length(scale$cols_to_scale) > 0) c(list(columns = array(colnames(scale$X))), numbers(scale$X)),
               outcome_scaling = if (!is.null(scale$y)) numbers(scale$y))
  c(formula = onnx_fit_formula(design), outcome = outcome$name, outcome_type = outcome$type,
    vapply(json[!vapply(json, is.null, NA)], config_json, ""))
}
