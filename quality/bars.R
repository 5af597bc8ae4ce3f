# What was asked for, and what the results say: a row for each bar, data.frame(bar, found, asked, met).

# at: "least" or "most". Strictly above or below: `beyond`.
bar <- function(what, found, at, limit, beyond = FALSE) {
  met <- if (at == "least") found > limit | (!beyond & found == limit) else found < limit | (!beyond & found == limit)
  asked <- paste(if (beyond) c(least = "above", most = "below")[[at]] else paste("at", at), signif(limit, 4))
  data.frame(bar = what, found = found, asked = asked, met = met)
}

# Of the plain call among its peers.
default_bars <- function(results) {
  methods <- there_of(results, competitors)
  if (!"kms" %in% methods || length(methods) < 2) return(NULL)
  means <- method_means(results, methods)
  others <- means[methods != "kms", ]
  ours <- means["kms", ]
  rbind(bar("mean rank of kms(), lowest of the others", ours$rank, "most", min(others$rank), beyond = TRUE),
        bar("mean score of kms(), best of the others + 0.01", ours$score, "least", max(others$score) + 0.01),
        if ("ranger" %in% methods) seconds_bar(results))
}

# On all tables that the two were run on.
seconds_bar <- function(results) {
  seconds <- colSums(table_means(results, c("kms", "ranger"), "seconds"))
  bar("seconds of kms() by those of ranger", seconds[["kms"]] / seconds[["ranger"]], "most", 1)
}

# Of RealMLP against its authors' code on the same rows.
reference_bars <- function(results, reference) {
  one <- function(method) {
    both <- rbind(results[results$method == method, names(reference)], reference)
    means <- table_means(both, c(method, unique(reference$method)))
    if (nrow(means) > 0) {
      bar(paste0("mean score of ", method, " less the authors' small form, ", nrow(means), " tables"), mean(means[, 1] - means[, 2]),
          "least", -0.002)
    }
  }
  do.call(rbind, lapply(there_of(results, c("kms_realmlp_tds", "kms_realmlp")), one))
}

# Of the nets of many members against the single ones.
member_bars <- function(results) {
  single <- there_of(results, c("kms_dense", "kms_realmlp_tds", "kms_realmlp"))
  one <- function(method) {
    scores <- colMeans(table_means(results, c(method, single)))
    bar(paste("mean score of", method, "less that of the best single net"), scores[[1]] - max(scores[-1]), "least", 0, beyond = TRUE)
  }
  do.call(rbind, lapply(there_of(results, c("kms_pack", "kms_tabm")), one))
}

# Of intervals, sets and probabilities.
belief_bars <- function(results) {
  mean_of <- function(method, against, value, type) {
    colMeans(table_means(results[results$type == type, ], c(method, against), value))
  }
  between <- function(what, found) {
    rbind(bar(what, found, "least", 0.88), bar(what, found, "most", 0.92))
  }
  have <- function(...) all(c(...) %in% results$method)
  rbind(
    if (have("kms", "ranger_conformal")) rbind(
      between("coverage of 90 % intervals", mean_of("kms", "ranger_conformal", "coverage", "num")[[1]]),
      bar("mean width of intervals, quantile forest's", mean_of("kms", "ranger_conformal", "width", "num")[[1]], "most",
          mean_of("kms", "ranger_conformal", "width", "num")[[2]]),
      bar("coverage of 90 % sets", mean_of("kms", "ranger_conformal", "coverage", "class")[[1]], "least", 0.88),
      bar("mean size of sets, forest's", mean_of("kms", "ranger_conformal", "size", "class")[[1]], "most",
          mean_of("kms", "ranger_conformal", "size", "class")[[2]])),
    do.call(rbind, lapply(Filter(function(peer) have("kms", peer), c("ranger_prob", "nnet")), function(peer) {
      found <- mean_of("kms", peer, "ece", "class")
      bar(paste("calibration error of probabilities,", peer), found[[1]], "most", found[[2]], beyond = TRUE)
    })))
}

quality_bars <- function(results, reference) {
  rbind(default_bars(results), reference_bars(results, reference), member_bars(results), belief_bars(results))
}
