# Tables of the results, and the bars. Argument: the file of results.
for (part in c("results", "bars")) source(sprintf("quality/%s.R", part))
options(width = 200)
results <- read_results(commandArgs(TRUE)[1])

title <- function(...) cat("\n", ..., "\n", sep = "")
show_methods <- function(methods) {
  scores <- table_means(results, methods)
  if (nrow(scores) == 0) return(invisible())
  title("Mean scores of ", nrow(scores), " tables (share of right labels, or of the variance explained)")
  print(round(scores, 4))
  title("All tables together")
  means <- method_means(results, methods)
  print(round(means[order(means$rank), ], 4))
}

show_methods(there_of(results, competitors))
everywhere <- on_all_tables(results, there_of(results, competitors))
if (!setequal(everywhere, there_of(results, competitors))) show_methods(everywhere)
show_methods(by_name(results))

title("Intervals and sets of 90 %, probabilities")
beliefs <- stats::aggregate(results[c("coverage", "width", "size", "brier", "ece")], results[c("type", "method")], mean, na.rm = TRUE)
print(beliefs[rowSums(is.finite(as.matrix(beliefs[-(1:2)]))) > 0, ], digits = 3, row.names = FALSE)

failed <- results[is.na(results$score), ]
if (nrow(failed) > 0) {
  title("Failed")
  print(failed[c("table", "seed", "method")], row.names = FALSE)
}

title("Bars")
bars <- quality_bars(results, read_results("quality/realmlp_tds.csv"))
cat(sprintf("  %-66s %8.4f  %-15s %s\n", bars$bar, bars$found, bars$asked, ifelse(bars$met, "", "MISSED")), sep = "")
