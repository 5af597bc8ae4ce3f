# Numbers that a model can compute with: none missing, infinite, or beyond what 32 bits hold. One such
# number makes all weights NaN.

check_held <- function(x, arg, call = rlang::caller_env()) {
  if (engine_all_held(x)) return(invisible())
  if (anyNA(x)) abort_missing(arg, sum(is.na(x)), columns_with(x, is.na(x)), call)
  abort_unheld(arg, x, call)
}

# Infinite, or infinite in 32 bits.
is_unheld <- function(x) !is.na(x) & abs(x) > largest_float

any_unheld <- function(x) {
  if (is.numeric(x) && !is.object(x) && engine_all_held(x)) return(FALSE)
  any(is_unheld(x))
}

columns_with <- function(x, found) if (is.matrix(x)) colnames(x)[colSums(found) > 0]

abort_missing <- function(arg, n, columns, call) {
  abort_arg(arg, "hold no missing values", class = "missing", call = call,
            given = paste0(count_of_values(n), " NA or NaN", in_columns(columns), "."),
            how = "Leave these rows out, or fill the gaps.")
}

abort_unheld <- function(arg, x, call) {
  infinite <- all(is.infinite(x[is_unheld(x)]))
  abort_arg(arg, if (infinite) "be finite" else "hold numbers up to 3.4e+38", unheld_text(x), class = "data",
            call = call, how = if (infinite) "Leave these rows out, or cut the values: pmin(x, 100)."
                               else "Models compute with 32-bit numbers; scale the values first.")
}

# How many, which kind, in which columns or where first.
unheld_text <- function(x) {
  found <- is_unheld(x)
  where <- in_columns(columns_with(x, found))
  if (!nzchar(where)) {
    at <- arrayInd(which(found)[1], dim(x) %||% length(x))
    place <- if (length(at) == 1) at else paste0("[", paste(at, collapse = ", "), "]")
    where <- paste0(", ", if (sum(found) > 1) "the first ", "at ", place)
  }
  paste0(count_of_values(sum(found)), if (all(is.infinite(x[found]))) " infinite" else " larger", where, ".")
}

count_of_values <- function(n) {
  paste0(format(n, big.mark = ","), " of its values ", if (n == 1) "is" else "are")
}

in_columns <- function(columns) {
  if (length(columns) == 0) return("")
  paste0(" (in ", paste0("`", utils::head(columns, 5), "`", collapse = ", "), ")")
}

# Codes of a factor are places among its levels; others come of levels set by hand, and model.matrix()
# follows them.
check_factor <- function(x, arg, call = rlang::caller_env()) {
  if (!is.factor(x)) return(invisible())
  codes <- unclass(x)
  fine <- is.integer(codes) && is.character(levels(x)) && !anyDuplicated(levels(x)) &&
    (length(codes) == 0 || all(codes >= 1 & codes <= nlevels(x), na.rm = TRUE))
  if (fine) return(invisible())
  abort_arg(arg, "be a factor whose codes are places among its levels", class = "data", call = call,
            given = paste0("It has ", nlevels(x), if (nlevels(x) == 1) " level" else " levels", " and codes from ",
                           paste(range(codes, na.rm = TRUE), collapse = " to "), "."),
            how = "Make it anew with factor(), from the values themselves.")
}
