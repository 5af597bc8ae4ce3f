#' What a fit has learned of the levels of a factor, or of words
#'
#' The table behind a term `emb(f, dim)` or `tokens(x)`, see [formula_specials].
#'
#' @param object A `kms_fit` whose formula has such a term.
#' @param term The term as text, `"emb(director, 8)"`, or the variable in it, `"director"`. May be left
#'   out when there is only one.
#' @returns A matrix with `dim` columns. For `emb()` a row for each level, named by level in the order of
#'   the factor, and a last row `<unseen>`; levels that share the row for unseen ones have its numbers. For
#'   `tokens()` a row for each word, named by it, most frequent first, before them that of `oov_token`.
#' @section Errors:
#' A fit without such a term is an error of class `tildenet_error_argument`.
#' @seealso [plot_embedding()], [recommend()], [kms()]
#' @examples
#' cars <- transform(mtcars, maker = sub(" .*", "", rownames(mtcars)))
#' fit <- kms(mpg ~ wt + emb(maker, 2), cars, N_layers = 2, units = 8, Nepochs = 20, seed = 1,
#'            verbose = 0)
#' tail(embedding(fit, "maker"), 3)
#' @export
embedding <- function(object, term) {
  special <- embedding_special_of(object, if (!missing(term)) term, rlang::current_env())
  embedding_rows(object, special)
}

embedding_rows <- function(object, special) {
  layer <- get_layer(object$model, table_layer_name(special$input))
  special_of(special)$table(special$state, get_weights(layer)[[1]])
}

# The special a term names in a fit that has its table. term: NULL when it was left out.
embedding_special_of <- function(object, term, call) {
  if (!inherits(object, "kms_fit")) abort_arg("object", "be a result of kms()", describe(object), call = call)
  specials <- Filter(function(s) !is.null(special_of(s)$table), kms_design(object)$specials)
  if (length(specials) == 0) {
    abort_arg("object", "have a term emb() or tokens() in its formula",
              paste0("It is ", deparse1(object$input_formula), "."), call = call)
  }
  if (is.null(object$layers_overview)) {
    abort_arg("object", "have a model built by kms()", "Its model was given as `keras_model_seq`.",
              "Read the table with get_weights(get_layer(object$model, name)).", call = call)
  }
  embedding_special(specials, term, call)
}

# The special a term names; spaces do not count.
embedding_special <- function(specials, term, call) {
  if (is.null(term) && length(specials) == 1) return(specials[[1]])
  short <- function(text) gsub("[[:space:]]", "", text)
  labels <- names(specials)
  variables <- vapply(specials, function(s) deparse1(s$expr), "")
  known <- quoted_list(labels)
  if (is.null(term)) abort_arg("term", paste("be one of", known), call = call)
  check_string(term, "term", call = call)
  at <- which(short(labels) == short(term))
  if (length(at) == 0) at <- which(short(variables) == short(term))
  if (length(at) != 1) abort_arg("term", paste("be one of", known), describe(term), call = call)
  specials[[at]]
}
