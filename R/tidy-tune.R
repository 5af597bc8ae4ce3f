# Results of kms_tune() as data frames; the page is that of kms-tune.R.

#' @rdname kms_tune
#' @export
tidy.kms_tune <- function(x, ...) {
  rlang::check_dots_empty()
  as_table(as.data.frame(x))
}

#' @rdname kms_tune
#' @export
glance.kms_tune <- function(x, ...) {
  rlang::check_dots_empty()
  check_whole_tune(x, rlang::current_env())
  best <- attr(x, "best")
  own <- if (!is.null(best)) glance(best)
  as_table(data.frame(
    best = candidate_words(lapply(as.list(x)[attr(x, "tuned")], `[`, 1)), metric = x$metric[1], mean = x$mean[1],
    std_error = x$std_error[1], candidates = nrow(x), failed = sum(is.na(x$mean)), rungs = max(x$rung), seconds = sum(x$seconds),
    net = own$net %||% NA_character_, n_params = own$n_params %||% NA_real_, kept_epoch = own$kept_epoch %||% NA_integer_))
}
