# Tables and figures of the article "Best by default", from the results.

say <- function(x, digits = 3) format(round(x, digits), nsmall = digits)
code <- function(name) paste0("`", name, "`")
net_name <- function(method) sub("^kms_", "", method)

# The tables, those with few cells first.
shapes_table <- function(results) {
  shapes <- unique(results[c("table", "type", "rows", "columns")])
  shapes <- shapes[order(shapes$rows * shapes$columns), ]
  shapes$type <- c(class = "labels", num = "numbers")[shapes$type]
  knitr::kable(shapes, row.names = FALSE, col.names = c("Table", "Outcome", "Rows", "Predictors"))
}

# by: "rank" or "score".
means_table <- function(results, methods, by = "rank", label = code) {
  means <- method_means(results, methods)
  means <- means[order(if (by == "rank") means$rank else -means$score), ]
  knitr::kable(data.frame(label(rownames(means)), say(means$score, 4), say(means$rank, 2), say(means$seconds, 1)),
               col.names = c("Method", "Score", "Rank", "Seconds"), align = "lrrr")
}

scores_table <- function(results, methods, label = identity) {
  scores <- table_means(results, methods)
  knitr::kable(data.frame(rownames(scores), say(scores)), row.names = FALSE, col.names = c("Table", label(methods)),
               align = c("l", rep("r", length(methods))))
}

# Nets that the plain call took.
chosen_table <- function(results) {
  ours <- results[results$method == "kms", ]
  count <- tapply(ours$table, ours$net, function(table) length(unique(table)))
  rows <- tapply(ours$rows, ours$net, function(n) paste(range(n), collapse = " to "))
  knitr::kable(data.frame(names(count), c(count), c(rows)), row.names = FALSE, col.names = c("Net", "Tables", "Rows"),
               align = "lrr")
}

# Mean values of the methods over the tables of a type, columns named by what they are.
beliefs_table <- function(results, type, methods, values, title) {
  results <- results[results$type == type, ]
  methods <- there_of(results, methods)
  found <- vapply(values, function(value) colMeans(table_means(results, methods, value)), numeric(length(methods)))
  knitr::kable(data.frame(code(methods), say(matrix(found, length(methods)))), col.names = c(title, names(values)),
               align = c("l", rep("r", length(values))))
}

bars_table <- function(bars) {
  knitr::kable(data.frame(bars$bar, say(bars$found, 4), bars$asked, ifelse(bars$met, "yes", "**missed**")),
               row.names = FALSE, col.names = c("Bar", "Found", "Asked", "Met"), align = "lrll")
}

# ---- figures ---------------------------------------------------------------------------------------

scores_figure <- function(results, methods) {
  scores <- table_means(results, methods)
  over <- scores - rowMeans(scores)
  points <- data.frame(table = factor(rownames(scores)[row(scores)], rownames(scores)[order(over[, "kms"])]),
                       method = colnames(scores)[col(scores)], over = c(over))
  ggplot(points, aes(over, table)) +
    geom_vline(xintercept = 0, colour = "grey70") +
    geom_point(aes(colour = method == "kms", shape = method), size = 2.4) +
    scale_colour_manual(values = c("grey45", "#c0392b"), guide = "none") +
    labs(x = "score less the mean of the methods", y = NULL, shape = NULL)
}

# One panel for each method.
intervals_figure <- function(results, methods) {
  results <- results[results$type == "num" & results$method %in% methods, ]
  points <- stats::aggregate(results[c("coverage", "width")], results[c("table", "method")], mean)
  ggplot(points, aes(width, coverage)) +
    geom_hline(yintercept = interval_level, colour = "grey70") +
    geom_point(size = 2.2, colour = "#c0392b") +
    geom_text(aes(label = table), size = 3, vjust = -0.8) +
    facet_wrap(~method) +
    scale_x_continuous(expand = expansion(0.2)) +
    scale_y_continuous(expand = expansion(0.12)) +
    labs(x = "mean width, standard deviations of the outcome", y = "share inside")
}
