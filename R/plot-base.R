# What the figures share in base graphics, which draw where ggplot2 is not installed.

# Calls draw(part) for each part of the data in a panel of its own, and leaves the device as it was. A single
# panel takes its turn in the user's own layout. below: words under all panels; a single panel that has such words takes
# them as draw(part, below), for base_panel().
base_panels <- function(parts, draw, below = NULL, mfrow = grDevices::n2mfrow(length(parts))) {
  several <- length(parts) > 1
  layout <- if (several) list(mfrow = mfrow, oma = c(below_lines(below), 0, 0, 0))
  old <- graphics::par(c(layout, list(mar = c(3.6, 3.6, 2, 1), mgp = c(2.2, 0.5, 0), cex.axis = 0.8, las = 1, pty = "m")))
  on.exit(graphics::par(old))
  for (part in parts) if (several || is.null(below)) draw(part) else draw(part, below)
  if (several && !is.null(below)) base_below(below, 0, outer = TRUE)
}

# Lines of margin for words that stand under a figure.
below_lines <- function(words) if (is.null(words)) 0 else 1 + lengths(strsplit(words, "\n"))

base_below <- function(words, line, outer = FALSE) {
  graphics::mtext(words, 1, line + below_lines(words) - 1, adj = 1, cex = 0.7, las = 0, outer = outer)
}

# An empty panel with light lines. `x` and `y` are breaks (numbers, days, times), by their names where they have some, or labels of the places 1, 2, ...
# `right` are words that stand beside it, `below` under it.
base_panel <- function(xlim, ylim, x = NULL, y = NULL, xlab = "", ylab = "", main = "", right = NULL, below = NULL, square = FALSE) {
  upright <- is.character(x)
  bottom <- if (upright) text_lines(x) + 0.6 + 1.2 * nzchar(xlab) else 3.6
  margins <- c(bottom + below_lines(below),
               (if (is.character(y)) text_lines(y) else 1.6) + 1 + 1.2 * nzchar(ylab),
               if (nzchar(main)) 2 else 1, if (is.null(right)) 1 else text_lines(right) + 2)
  graphics::par(mar = margins, pty = if (square) "s" else "m")
  graphics::plot.new()
  graphics::plot.window(as.numeric(xlim), ylim)
  at <- function(breaks) if (is.character(breaks)) seq_along(breaks) else as.numeric(breaks)
  graphics::abline(v = at(x), h = at(y), col = "grey92")
  base_axis(1, at(x), x, if (upright) 2 else 1)
  base_axis(2, at(y), y, 1)
  graphics::title(main, font.main = 1, cex.main = 1)
  graphics::title(xlab = xlab, line = if (upright) bottom - 1.2 else 2.2)
  graphics::title(ylab = ylab, line = margins[2] - 1.2, las = 0)
  if (!is.null(below)) base_below(below, bottom - 0.6)
}

base_axis <- function(side, at, labels, las) {
  words <- names(labels) %||% (if (is.numeric(labels)) number_words(labels) else if (is.character(labels)) labels else format(labels))
  graphics::axis(side, at, words, tick = FALSE, las = las, line = -0.4, col.axis = "grey30")
}

# Lines of margin that text of the size of an axis needs.
text_lines <- function(text) 0.36 * max(0, nchar(text))

base_limits <- function(...) {
  limits <- range(..., na.rm = TRUE)
  if (limits[1] == limits[2]) limits + c(-0.5, 0.5) else limits
}

# Breaks within the limits, as few as leave room for their numbers.
base_breaks <- function(limits, n = 4) {
  breaks <- pretty(limits, n)
  breaks[breaks >= limits[1] & breaks <= limits[2]]
}

# Beside the panel, from the top down.
base_legend <- function(labels, col, pch = 19, title = NULL) {
  corner <- graphics::par("usr")[c(2, 4)]
  graphics::legend(corner[1], corner[2], labels, col = col, pch = pch, title = title, title.adj = 0, bty = "n",
                   cex = 0.8, xpd = NA)
}

# Points beside labels, the first label at the bottom: `x` for each element of the factor `label`, coloured and
# shaped by the factor `group`, with lines from `low` to `high` where these are given.
base_dots <- function(x, label, group = NULL, low = x, high = x, xlim = base_limits(x, low, high), ylab = "",
                      xlab = "", main = "") {
  words <- term_words(ifelse(is.na(levels(label)), "NA", levels(label)))
  kinds <- levels(group)
  base_panel(xlim, c(0.5, length(words) + 0.5), base_breaks(xlim), words, xlab, ylab, main, kinds)
  graphics::segments(low, as.integer(label), high, as.integer(label))
  look <- if (is.null(group)) 1L else as.integer(group)
  graphics::points(x, as.integer(label), pch = fold_shapes[look], col = if (is.null(group)) "black" else plot_palette[look])
  if (!is.null(kinds)) base_legend(kinds, plot_palette[seq_along(kinds)], fold_shapes[seq_along(kinds)])
}

# Writes text above points, without what would cover what stands already; gives what was written.
base_words <- function(x, y, words, lean) {
  width <- graphics::strwidth(words, cex = 0.8)
  height <- graphics::strheight(words, cex = 0.8)
  left <- x - lean * width
  bottom <- y + 0.6 * height
  kept <- integer()
  for (i in seq_along(words)) {
    covers <- left[kept] < left[i] + width[i] & left[i] < left[kept] + width[kept] &
      bottom[kept] < bottom[i] + 2 * height[i] & bottom[i] < bottom[kept] + 2 * height[kept]
    if (!any(covers)) kept <- c(kept, i)
  }
  graphics::text(left[kept], bottom[kept], words[kept], adj = c(0, 0), cex = 0.8, xpd = NA)
  words[kept]
}
