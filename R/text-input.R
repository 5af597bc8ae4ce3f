# Texts and sequences on their way into the engine: checked, in UTF-8, in slices.

# A character vector (documents) or a list of character vectors, such as quanteda's tokens (documents that
# are split already).
as_texts <- function(x, arg, call = rlang::caller_env()) {
  if (inherits(x, "tokens")) x <- token_words(x, arg, call)
  if (is.factor(x)) x <- as.character(x)
  if (is.logical(x) && all(is.na(x))) x <- as.character(x)
  if (is.character(x)) return(enc2utf8(as.vector(unname(x))))
  if (is.list(x) && !is.data.frame(x)) {
    words <- vapply(x, function(e) is.character(e) || length(e) == 0, NA)
    if (all(words)) return(lapply(unname(x), function(e) enc2utf8(as.character(e))))
    wrong <- which(!words)[1]
    abort_arg(arg, "hold character vectors", call = call,
              given = paste0("Element ", wrong, ": ", describe(x[[wrong]])))
  }
  abort_arg(arg, "be a character vector, or a list of them for texts that are split already",
            describe(x), call = call,
            how = if (is.data.frame(x)) "Give one of its columns." else
              if (is.raw(x)) "Turn bytes into text with rawToChar().")
}

# The words of quanteda's tokens: numbers among its types, 0 where one was taken out.
token_words <- function(x, arg, call) {
  if (!is.list(x)) {
    abort_arg(arg, "be tokens, not a pointer to them", describe(x), "Use as.tokens().", call = call)
  }
  types <- enc2utf8(attr(x, "types"))
  lapply(unclass(unname(x)), function(words) types[words])
}

# One text; NA counts as "".
as_one_text <- function(x, arg, call = rlang::caller_env()) {
  if (length(x) != 1) {
    abort_arg(arg, "be of length 1", describe(x), call = call,
              how = "Use lapply() for several texts, or a text_tokenizer().")
  }
  texts <- as_texts(x, arg, call)
  if (is.list(texts)) abort_arg(arg, "be one string", describe(x), call = call)
  if (is.na(texts)) "" else texts
}

# Calls f(piece) for texts, or for each piece of them that a function returns before NULL; the sum of the
# results.
over_pieces <- function(x, f) {
  if (!is.function(x) || is_object(x)) return(f(x))
  total <- 0L
  while (!is.null(piece <- generator_next(x))) total <- total + f(piece)
  total
}

# Calls f(part) for slices of many texts: what is in work at a time stays small, and R can be
# interrupted between them. f returns what engine_text_count() does.
in_slices <- function(texts, f, call = rlang::caller_env(), size = 65536) {
  apply_options()
  found <- c(0, 0)
  for (from in seq(0, max(length(texts) - 1, 0), by = size)) {
    part <- if (length(texts) <= size) texts else texts[(from + 1):min(from + size, length(texts))]
    invalid <- f(part)
    if (found[1] == 0) found[2] <- from + invalid[2]
    found[1] <- found[1] + invalid[1]
  }
  warn_invalid(found, call)
}

warn_invalid <- function(found, call) {
  if (found[1] == 0) return(invisible())
  warn_tn(paste0(format(found[1], big.mark = ","), " of the texts ", if (found[1] == 1) "holds" else "hold",
                 " bytes that are not UTF-8; ",
                 "each such byte was read as U+FFFD."), "encoding", call = call,
          how = paste0("The first is text ", format(found[2]), ". Convert with iconv(), or mark the ",
                       "strings with Encoding()."))
}

# Sequences of whole numbers from 0, behind one another: list(index, length). Numbers beyond R's
# integers are as good as the largest of these: no vocabulary reaches so far.
as_sequences <- function(x, arg, call = rlang::caller_env()) {
  if (is.matrix(x)) {
    x <- check_numbers(x, arg, call)
    return(list(index = sequence_indices(as.vector(t(x)), arg, call), length = rep(ncol(x), nrow(x))))
  }
  if (!is_plain_list(x)) {
    abort_arg(arg, "be a list of sequences of indices", describe(x), call = call,
              how = if (is.numeric(x)) "Wrap one sequence in list().")
  }
  plain <- engine_flat_sequences(x)
  if (!is.null(plain)) return(list(index = sequence_indices(plain$values, arg, call), length = plain$length))
  x <- sequence_numbers(x, arg, call, "Use texts_to_sequences() or texts_to_matrix() for texts.")
  length <- lengths(x, use.names = FALSE)
  index <- unlist(x, use.names = FALSE) %||% integer()
  if (length(index) != sum(as.numeric(length))) abort_arg(arg, "hold sequences of numbers", call = call)
  list(index = sequence_indices(index, arg, call), length = length)
}

sequence_indices <- function(index, arg, call) {
  if (is.integer(index) && !anyNA(index) && (length(index) == 0 || min(index) >= 0)) return(index)
  bad <- is.na(index) | index < 0 | index != trunc(index)
  if (any(bad)) {
    abort_arg(arg, "hold whole numbers from 0", paste0("Found: ", format(index[bad][1]), "."),
              call = call)
  }
  as.integer(pmin(index, .Machine$integer.max))
}

# Each sequence as plain numbers, or as a list of them, before unlist() takes their classes away. texts: what
# to do with words.
sequence_numbers <- function(x, arg, call, texts = NULL) {
  plain <- function(s) {
    if (length(s) == 0) return(numeric())
    if (!is_plain_list(s)) return(plain_numbers(s))
    if (all(vapply(s, is.numeric, NA)) && !any(vapply(s, is.object, NA))) return(s)
    parts <- lapply(s, plain)
    if (!any(vapply(parts, is.null, NA))) parts
  }
  numbers <- lapply(x, plain)
  wrong <- which(vapply(numbers, is.null, NA))
  if (length(wrong) > 0) {
    first <- x[[wrong[1]]]
    abort_arg(arg, "hold sequences of numbers", paste0("Element ", wrong[1], ": ", describe(first)),
              if (is.character(first) && !is.null(texts)) texts else numbers_hint(first), call = call)
  }
  numbers
}
