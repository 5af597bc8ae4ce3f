# What the figures share in base graphics, which draw where ggplot2 is not installed.

# Calls draw(part) for each part of the data in a panel of its own, and leaves the device as it was. A single
# panel takes its turn in the user's own layout.
base_panels <- function(parts, draw) {
  layout <- if (length(parts) > 1) list(mfrow = grDevices::n2mfrow(length(parts)))
  old <- graphics::par(c(layout, list(mar = c(3.6, 3.6, 2, 1), mgp = c(2.2, 0.5, 0), cex.axis = 0.8, las = 1)))
  on.exit(graphics::par(old))
  for (part in parts) draw(part)
}

# An empty panel with light lines. `x` and `y` are breaks (numbers, days, times), or labels of the places 1, 2, ...
# `right` are words that stand beside it; asp: see graphics::plot.window().
base_panel <- function(xlim, ylim, x = NULL, y = NULL, xlab = "", ylab = "", main = "", right = NULL, asp = NA) {
  upright <- is.character(x)
  margins <- c(if (upright) text_lines(x) + 0.6 + 1.2 * nzchar(xlab) else 3.6,
               (if (is.character(y)) text_lines(y) else 1.6) + 1 + 1.2 * nzchar(ylab),
               if (nzchar(main)) 2 else 1, if (is.null(right)) 1 else text_lines(right) + 2)
  graphics::par(mar = margins)
  graphics::plot.new()
  graphics::plot.window(as.numeric(xlim), ylim, asp = asp)
  at <- function(breaks) if (is.character(breaks)) seq_along(breaks) else as.numeric(breaks)
  graphics::abline(v = at(x), h = at(y), col = "grey92")
  base_axis(1, at(x), x, if (upright) 2 else 1)
  base_axis(2, at(y), y, 1)
  graphics::title(main, font.main = 1, cex.main = 1)
  graphics::title(xlab = xlab, line = if (upright) margins[1] - 1.2 else 2.2)
  graphics::title(ylab = ylab, line = margins[2] - 1.2, las = 0)
}

base_axis <- function(side, at, labels, las) {
  words <- if (is.numeric(labels)) number_words(labels) else if (is.character(labels)) labels else format(labels)
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
