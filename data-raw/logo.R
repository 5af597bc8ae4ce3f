# Draws man/figures/logo.svg, a tilde over the units of a small network, and pkgdown/favicon/, the same without
# the name, for the site.
outline <- function(radius) {
  angle <- pi / 6 + 0:5 * pi / 3
  cbind(radius * cos(angle), radius * sin(angle))
}

# Three layers of units, all joined with the next; a weight is as wide as it is large.
network <- function(columns, size) {
  k <- 0
  for (i in seq_along(columns)[-1]) {
    before <- columns[[i - 1]]
    after <- columns[[i]]
    for (from in seq_len(nrow(before))) for (to in seq_len(nrow(after))) {
      k <- k + 1
      weight <- sin(7.3 * k)
      graphics::segments(before[from, 1], before[from, 2], after[to, 1], after[to, 2], lwd = size * (0.4 + 1.6 * abs(weight)),
                         col = if (weight < 0) "#D55E0066" else "#0072B266")
    }
  }
}

# size: of lines and letters, against those of a logo of 2.4 inches.
logo <- function(size, name) {
  graphics::par(mar = rep(0, 4), xaxs = "i", yaxs = "i")
  graphics::plot.new()
  graphics::plot.window(c(-1, 1) * sqrt(3) / 2, c(-1, 1), asp = 1)
  graphics::polygon(outline(1), col = "#0072B2", border = NA)
  graphics::polygon(outline(0.955), col = "#FBFCFE", border = NA)
  y <- if (name) 0.21 else 0
  columns <- list(cbind(-0.5, y + c(0.3, 0.04, -0.22)), cbind(0, y + c(0.32, 0.1, -0.12, -0.34)),
                  cbind(0.5, y + c(0.17, -0.09)))
  network(columns, size)
  x <- seq(-0.72, 0.72, length.out = 200)
  tilde <- y + 0.216 * sin(pi * (x + 0.72) / 0.72)
  graphics::lines(x, tilde, lwd = 9 * size, col = "#FBFCFE", lend = "round")
  graphics::lines(x, tilde, lwd = 5.5 * size, col = "#08427F", lend = "round")
  for (column in columns) {
    graphics::points(column, pch = 21, bg = "white", col = "#08427F", cex = 1.25 * size, lwd = 1.6 * size)
  }
  if (name) graphics::text(0, -0.46, "tildenet", cex = 1.75 * size, font = 2, col = "#08427F")
}

grDevices::svg("man/figures/logo.svg", width = 2.4 * sqrt(3) / 2, height = 2.4, bg = "transparent")
logo(1, name = TRUE)
invisible(grDevices::dev.off())

dir.create("pkgdown/favicon", recursive = TRUE, showWarnings = FALSE)
icons <- c("favicon-16x16" = 16, "favicon-32x32" = 32, "apple-touch-icon" = 180,
           "apple-touch-icon-60x60" = 60, "apple-touch-icon-76x76" = 76, "apple-touch-icon-120x120" = 120,
           "apple-touch-icon-152x152" = 152, "apple-touch-icon-180x180" = 180)
for (icon in names(icons)) {
  side <- icons[[icon]]
  grDevices::png(file.path("pkgdown/favicon", paste0(icon, ".png")), side, side, bg = "transparent", type = "cairo")
  logo(side / 72 / 2.4, name = FALSE)
  invisible(grDevices::dev.off())
}
