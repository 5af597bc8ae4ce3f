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

# A panel for each measure, a line for each table: names of tables stand apart however near the points are.
intervals_figure <- function(results, methods) {
  results <- results[results$type == "num" & results$method %in% methods, ]
  means <- stats::aggregate(results[c("coverage", "width")], results[c("table", "method")], mean)
  narrow <- stats::reorder(means$table, means$width)
  measures <- c(coverage = "share inside", width = "mean width, standard deviations of the outcome")
  parts <- lapply(names(measures), function(measure) {
    data.frame(table = factor(means$table, levels(narrow)), method = factor(means$method, methods), value = means[[measure]],
               measure = factor(measures[[measure]], measures))
  })
  asked <- data.frame(measure = factor(measures[["coverage"]], measures), at = interval_level)
  ggplot(do.call(rbind, parts), aes(.data$value, .data$table, colour = .data$method, shape = .data$method)) +
    geom_vline(aes(xintercept = .data$at), asked, colour = "grey60") +
    geom_point(size = 2.4, position = position_dodge(0.5)) +
    facet_wrap(~measure, scales = "free_x") +
    scale_colour_manual(values = method_colours) +
    labs(x = NULL, y = NULL, colour = NULL, shape = NULL) +
    theme(legend.position = "bottom", panel.grid.major.y = element_blank())
}

# Of three methods, told apart without colours too, by their shapes.
method_colours <- c("#c0392b", "#2471a3", "#7d8c8d")
