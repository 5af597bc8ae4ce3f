# Who draws: ggplot2 where it is installed, base graphics where it is not. A figure is its data and two
# functions that draw them, the first giving a ggplot.

new_figure <- function(data, ggplot, base) list(data = data, ggplot = ggplot, base = base)

# `linewidth` came with this release.
ggplot2_release <- "3.4.0"

has_ggplot2 <- function() has_package("ggplot2", ggplot2_release)

check_ggplot2 <- function(use, call = rlang::caller_env()) {
  check_package("ggplot2", use, "plot() draws with base graphics.", ggplot2_release, call)
}

# What autoplot() gives.
figure_ggplot <- function(figure, call = rlang::caller_env()) {
  check_ggplot2("Figures of autoplot()", call)
  figure$ggplot(figure$data)
}

# What plot() gives: a ggplot, or the data after they were drawn.
figure_plot <- function(figure) {
  if (has_ggplot2()) figure$ggplot(figure$data) else figure_base(figure)
}

figure_base <- function(figure) {
  figure$base(figure$data)
  invisible(figure$data)
}
