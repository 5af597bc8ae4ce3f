# Results of importance() and partial_dependence() with numbers that no machine changes.

hand_importance <- function(n_repeats = 5) {
  terms <- c("log(budget)", "genre", "`release year`")
  structure(data.frame(term = c(terms, rev(terms)), importance = c(0.21, 0.094, -0.002, 1.5, 0.8, 0.01),
                       sd = c(0.02, 0.011, 0.004, 0.1, 0.2, 0.03), measure = rep(c("accuracy", "loss"), each = 3),
                       baseline = rep(c(0.5213, 1.33), each = 3)),
            class = c("kms_importance", "data.frame"), n_repeats = n_repeats, rows = 2961L)
}

hand_dependence <- function(n_labels = 3, value = c(1, 2.5, 4)) {
  labels <- c("Action", "Comedy", "Drama", "Horror", "Musical", "Mystery", "Western")[seq_len(n_labels)]
  out <- data.frame(value = rep(value, each = max(n_labels, 1)))
  if (n_labels > 0) {
    out$class <- factor(rep(labels, length(value)), labels)
    share <- outer(seq_len(n_labels), seq_along(value), function(k, i) 1 + (k * i) %% 5)
    out$prediction <- as.vector(sweep(share, 2, colSums(share), "/"))
  } else {
    out$prediction <- 20 + seq_along(value)^2
  }
  structure(out, class = c("kms_partial_dependence", "data.frame"), term = "rating", outcome = "genre",
            type = "multinomial", rows = 1200L)
}
