#' Plot an embedding
#'
#' Draws levels by the first two principal components of their rows in the table of an embedding, so that
#' levels that mean much the same to the network stand side by side.
#'
#' @param object A fit of [kms()] with a term `emb()` or `tokens()`, or a model with an embedding layer.
#' @param term As for [embedding()]; for a model the name of the layer. May be left out when there is only
#'   one.
#' @param label What to write beside the levels: a vector of text named by level, or a data frame whose
#'   first column holds levels and the second their text. Only levels that have one are drawn. `NULL`: the
#'   levels themselves. The levels of a layer are its rows from `"0"`.
#' @param n The most levels to draw: those with the most training rows, the most frequent words, for a model
#'   the first.
#'
#' @details
#' The components are those of [stats::prcomp()] over all levels that have a row of their own, whichever are
#' drawn; levels that share the row for unseen ones (see [formula_specials]) are left out. The sign of a
#' component means nothing: here the level furthest from the middle has a positive one. Labels that would
#' cover others are not drawn, the most frequent levels come first; `plot$data` has them all.
#'
#' @returns A ggplot; where ggplot2 is not installed base graphics draw, and its data are returned invisibly. They
#'   have a row for each level drawn: `level`, `label`, the components `PC1` and
#'   `PC2`, and `n`, the training rows (`NA` for words and models).
#'
#' @section Errors:
#' A table of one column, fewer than two levels to draw, and labels without names are errors of class
#' `tildenet_error_argument`.
#' @seealso [embedding()], [recommend()]
#' @examples
#' fit <- kms(weight ~ emb(feed, 3), chickwts, N_layers = 2, units = 8, Nepochs = 100, seed = 1,
#'            verbose = 0)
#' plot_embedding(fit, "feed")
#' plot_embedding(fit, label = c(casein = "Casein", linseed = "Linseed", meatmeal = "Meat meal"))
#' @export
plot_embedding <- function(object, term, label = NULL, n = 50) {
  call <- rlang::current_env()
  n <- check_count(n, "n", infinite = TRUE)
  term <- if (!missing(term)) term
  table <- if (is_model(object)) layer_table(object, term, call) else fit_table(object, term, call)
  if (ncol(table$rows) < 2 || nrow(table$rows) < 2) {
    abort_arg("object", "have an embedding with two columns and two levels at least", call = call,
              given = paste0("That of ", table$name, " has ", ncol(table$rows), " and ", nrow(table$rows),
                             " (without those that share the row for unseen levels)."))
  }
  found <- embedding_components(table$rows)
  data <- data.frame(level = rownames(table$rows), label = rownames(table$rows), found$scores, n = table$count)
  if (!is.null(label)) data <- embedding_labelled(data, label, call)
  data <- utils::head(data[order(-data$n, na.last = TRUE), ], n)
  rownames(data) <- NULL
  axes <- paste0("Component ", 1:2, " (", percent(found$shares), " of the variance)")
  figure_plot(new_figure(data, function(data) embedding_ggplot(data, axes, table$name),
                         function(data) embedding_base(data, axes, table$name)))
}

# ---- tables ----------------------------------------------------------------------------------------

# list(rows, count, name): rows of the levels that have one of their own, named; count the training rows,
# NA for words, which are in the order of their frequency.
fit_table <- function(object, term, call) {
  special <- embedding_special_of(object, term, call)
  state <- special$state
  rows <- embedding_rows(object, special)
  own <- if (special$kind == "emb") which(state$row < length(state$levels)) else seq_len(nrow(rows))
  list(rows = rows[own, , drop = FALSE], count = state$count[own] %||% NA_integer_, name = deparse1(special$expr))
}

layer_table <- function(object, term, call) {
  layers <- Filter(function(layer) inherits(layer, "Embedding"), object$layers)
  names <- vapply(layers, function(layer) layer$name, "")
  if (length(layers) == 0) abort_arg("object", "have an embedding layer", "It has none.", call = call)
  if (is.null(term) && length(layers) == 1) term <- names
  if (is.null(term)) abort_arg("term", paste("be one of", quoted_list(names)), call = call)
  check_string(term, "term", names, call = call)
  rows <- get_weights(layers[[match(term, names)]])[[1]]
  rownames(rows) <- seq_len(nrow(rows)) - 1
  list(rows = rows, count = NA_integer_, name = term)
}

# list(scores, shares): the first two components, and the share of the variance in each.
embedding_components <- function(rows) {
  parts <- stats::prcomp(rows)
  scores <- parts$x[, 1:2, drop = FALSE]
  largest <- apply(scores, 2, function(v) v[which.max(abs(v))])
  scores <- sweep(scores, 2, ifelse(largest < 0, -1, 1), `*`)
  list(scores = scores, shares = parts$sdev[1:2]^2 / sum(parts$sdev^2))
}

# ---- figure ----------------------------------------------------------------------------------------

# The rows that have a label.
embedding_labelled <- function(data, label, call) {
  if (is.data.frame(label) && ncol(label) >= 2) {
    label <- stats::setNames(as.character(label[[2]]), as.character(label[[1]]))
  }
  if (!is.atomic(label) || is.null(names(label))) {
    abort_arg("label", "be text named by level, or a data frame of levels and text", describe(label), call = call,
              how = "Such as setNames(films$title, films$id).")
  }
  data$label <- as.character(label)[match(data$level, names(label))]
  data <- data[!is.na(data$label), ]
  if (nrow(data) == 0) {
    abort_arg("label", "name levels of the embedding that have a row of their own", call = call,
              given = paste0("Its first names are ", quoted_list(utils::head(names(label), 3)), "."))
  }
  data
}

# Labels lean inwards.
inwards <- function(x) if (length(unique(x)) > 1) (x - min(x)) / diff(range(x)) else 0.5

embedding_base <- function(data, axes, name) {
  xlim <- base_limits(data$PC1)
  ylim <- base_limits(data$PC2)
  base_panels(list(data), function(data) {
    base_panel(xlim, ylim, base_breaks(xlim), base_breaks(ylim), axes[1], axes[2], name)
    graphics::points(data$PC1, data$PC2, pch = 20, col = plot_blue)
    base_words(data$PC1, data$PC2, plot_words(data$label, 28), inwards(data$PC1))
  })
}

embedding_ggplot <- function(data, axes, name) {
  ggplot2::ggplot(data, ggplot2::aes(x = .data$PC1, y = .data$PC2)) +
    ggplot2::geom_point(colour = plot_blue, size = 1.4, alpha = 0.8) +
    # The low empty line below each label keeps others off its point.
    ggplot2::geom_text(ggplot2::aes(label = paste0(plot_words(.data$label, 28), "\n"), hjust = inwards(.data$PC1)),
                       size = 3, vjust = -0.1, lineheight = 0.4, check_overlap = TRUE) +
    ggplot2::scale_y_continuous(expand = ggplot2::expansion(mult = c(0.05, 0.08))) +
    ggplot2::coord_cartesian(clip = "off") +
    ggplot2::labs(x = axes[1], y = axes[2], title = name) +
    plot_theme()
}
