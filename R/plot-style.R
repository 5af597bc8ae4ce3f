# What the figures share.

# Okabe and Ito's colours, told apart by people of any colour vision; the yellow is too light for points.
plot_palette <- c("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

plot_blue <- plot_palette[1]

# From little to much.
plot_heat <- c("#F2F6FB", "#08427F")

# Under figures with a dashed line.
mean_caption <- "Dashed: mean"

plot_theme <- function() {
  ggplot2::theme_minimal(base_size = 11) + ggplot2::theme(panel.grid.minor = ggplot2::element_blank())
}

# What is there is not called 0%.
percent <- function(share) {
  ifelse(!is.na(share) & share > 0 & share <= 0.005, "<1%", paste0(round(100 * share), "%"))
}

# Counts and epochs have no decimals, and begin at 1.
whole_breaks <- function(limits, n = 4) {
  breaks <- unique(round(pretty(limits, n)))
  breaks[breaks > 0 & breaks >= limits[1] & breaks <= limits[2]]
}

# Long names are cut.
plot_words <- function(text, width) {
  ifelse(nchar(text) > width, paste0(substr(text, 1, width - 2), ".."), text)
}

# The line on which both axes are equal.
plot_diagonal <- function() {
  ggplot2::geom_abline(slope = 1, intercept = 0, colour = "grey50", linetype = "dashed")
}
