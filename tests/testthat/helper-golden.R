# Reference numbers from Keras (golden/README there names format and tolerances). A case is read,
# turned into calls of the package, and compared.

golden_dir <- function() testthat::test_path("golden")

skip_without_golden <- function() {
  testthat::skip_if_not_installed("jsonlite")
  testthat::skip_if_not(dir.exists(golden_dir()), "the reference numbers are not in this copy")
}

# All cases of a group, over its numbered files: list of list(case, top).
golden_cases <- function(group) {
  files <- list.files(golden_dir(), paste0("^", group, "(_[0-9]+)?[.]json$"), full.names = TRUE)
  out <- list()
  for (file in files) {
    content <- jsonlite::fromJSON(file, simplifyVector = FALSE)
    top <- content[setdiff(names(content), "cases")]
    out <- c(out, lapply(content$cases, function(case) list(case = case, top = top)))
  }
  out
}

golden_is_tensor <- function(x) is.list(x) && all(c("shape", "data") %in% names(x))

golden_numbers <- function(data) {
  vapply(data, function(v) {
    if (is.null(v)) return(NA_real_)
    if (is.character(v)) return(as.numeric(sub("Infinity", "Inf", v)))
    as.numeric(v)
  }, 0)
}

# Row-major JSON tensor as an R array; shape () is a plain number.
golden_array <- function(t) {
  values <- golden_numbers(t$data)
  shape <- as.integer(unlist(t$shape))
  if (length(shape) == 0) return(values)
  if (length(shape) == 1) return(array(values, shape))
  aperm(array(values, rev(shape)))
}

golden_arrays <- function(x) {
  if (is.null(x)) return(list())
  if (golden_is_tensor(x)) list(golden_array(x)) else lapply(x, golden_array)
}

golden_value <- function(x) {
  if (!is.list(x)) return(x)
  if (golden_is_tensor(x)) return(golden_array(x))
  if (!is.null(x[["call"]])) return(golden_call(x[["call"]], x[["args"]]))
  if (!is.null(x[["r"]])) return(eval(parse(text = x[["r"]]), asNamespace("tildenet")))
  if (length(x) == 0) return(if (is.null(names(x))) list() else x)
  scalars <- all(vapply(x, function(e) !is.null(e) && !is.list(e), NA))
  if (is.null(names(x)) && scalars) unlist(x) else lapply(x, golden_value)
}

# The exported function `name` with a case's arguments.
golden_call <- function(name, args = list(), first = list()) {
  do.call(getExportedValue("tildenet", name), c(first, lapply(args, golden_value)), quote = TRUE)
}

golden_row_major <- function(x) if (length(dim(x)) > 1) as.vector(aperm(x)) else as.vector(x)

golden_list <- function(x) if (is.list(x) && !is.object(x)) x else list(x)

# |value - expected| <= atol + rtol |expected| everywhere, same shape.
expect_golden <- function(value, expected, label, rtol = 1e-5, atol = 1e-6, shape = TRUE) {
  value <- if (is.numeric(value) || is.logical(value)) value else as.array(value)
  # One expectation a call: thousands of them take longer than what they look at.
  wrong <- golden_shape_differs(value, expected, shape) %||%
    golden_differs(as.numeric(value), as.numeric(expected), rtol, atol)
  testthat::expect(is.null(wrong), paste(label, wrong))
}

golden_shape_differs <- function(value, expected, shape) {
  if (length(value) != length(expected)) return(paste("has", length(value), "values instead of", length(expected)))
  if (!shape || length(dim(expected)) < 2 || identical(as.integer(dim(value)), as.integer(dim(expected)))) return(NULL)
  paste("has shape", paste(dim(value), collapse = " x "), "instead of", paste(dim(expected), collapse = " x "))
}

golden_differs <- function(a, b, rtol, atol) {
  limit <- rep_len(atol, length(b)) + rtol * abs(b)
  same <- (is.nan(a) & is.nan(b)) | (is.infinite(b) & a == b)
  bad <- !(same %in% TRUE) & (is.na(a) | is.na(b) | abs(a - b) > limit)
  if (!any(bad)) return(NULL)
  at <- which(bad)[1]
  sprintf("has %d of %d that differ, the first is %.9g instead of %.9g", sum(bad), length(bad), a[at], b[at])
}

# Runs check(case, top) on every case of a group but those left out; each case can fail by itself.
golden_group <- function(group, check, left_out = character()) {
  skip_without_golden()
  cases <- golden_cases(group)
  testthat::expect_gt(length(cases), 0)
  names <- vapply(cases, function(c) c$case$name, "")
  testthat::expect_identical(setdiff(left_out, names), character(), label = "cases left out")
  for (item in cases[!names %in% left_out]) {
    k_clear_session()
    tryCatch(check(item$case, item$top), error = function(e) {
      testthat::expect(FALSE, paste0(item$case$name, ": ", conditionMessage(e)))
    })
  }
}

# ---- layers ----------------------------------------------------------------------------------------

layer_of <- function(spec) {
  if (!startsWith(spec$layer, "activation_")) return(golden_call(spec$layer, spec$args))
  layer_lambda(f = function(x) golden_call(spec$layer, spec$args, first = list(x)))
}

# The case's layers as a model with its weights. Of a case of several calls the first one has the shapes;
# a stateful layer keeps the size of its batch.
layer_model <- function(case) {
  specs <- if (is.null(case[["layers"]])) list(case[c("layer", "args")]) else case[["layers"]]
  arrays <- golden_arrays(if (is.null(case$calls)) case$inputs else case$calls[[1]]$inputs)
  fixed <- isTRUE(case$args$stateful)
  inputs <- lapply(arrays, function(a) layer_input(batch_shape = c(if (fixed) dim(a)[1] else NA, dim(a)[-1])))
  tensors <- inputs
  for (spec in specs) tensors <- golden_list(layer_of(spec)(tensors))
  model <- keras_model(inputs, tensors)
  if (length(case$weights) > 0) set_weights(model, golden_arrays(case$weights))
  model
}
