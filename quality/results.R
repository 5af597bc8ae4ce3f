# The file of results, a line for each fit, and what follows from it.

# Of intervals and sets.
interval_level <- 0.9

# The plain call of kms() is a fit of the net that it took, and stands also for that one where it has no line of its own.
read_results <- function(file) {
  results <- utils::read.csv(file, stringsAsFactors = FALSE)
  plain <- results[results$method == "kms", ]
  plain$method <- paste0("kms_", plain$net, recycle0 = TRUE)
  results <- rbind(results, plain)
  results[!duplicated(results[c("table", "seed", "method")]), ]
}

is_done <- function(file, table, seed, method) {
  if (!file.exists(file)) return(FALSE)
  done <- read_results(file)
  any(done$table == table & done$seed == seed & done$method == method)
}

append_result <- function(line, file) {
  numbers <- vapply(line, is.double, NA)
  line[numbers] <- lapply(line[numbers], signif, 5)
  utils::write.table(line, file, append = file.exists(file), sep = ",", row.names = FALSE, col.names = !file.exists(file))
}

# ---- means -----------------------------------------------------------------------------------------

# Tables and seeds that all of the methods have a value for.
common_results <- function(results, methods, value = "score") {
  results <- results[results$method %in% methods & !is.na(results[[value]]), ]
  cell <- paste(results$table, results$seed)
  results[cell %in% names(which(table(cell) == length(methods))), ]
}

# Means over the seeds: (tables, methods).
table_means <- function(results, methods, value = "score") {
  found <- common_results(results, methods, value)
  if (nrow(found) == 0) return(matrix(0, 0, length(methods), dimnames = list(NULL, methods)))
  tapply(found[[value]], list(factor(found$table, unique(found$table)), factor(found$method, methods)), mean)
}

# Place of each method on each table, the best first.
table_ranks <- function(means) {
  ranks <- t(apply(-means, 1, rank))
  array(ranks, dim(means), dimnames(means))
}

# Methods of the comparison that have results.
competitors <- c("kms", "ranger", "gbm", "lightgbm", "glmnet", "nnet")

# Nets of kms() that were asked for by name, also with a number of epochs.
by_name <- function(results) {
  named <- startsWith(results$method, paste0("kms_", results$net))
  there_of(results, unique(results$method[which(named)]))
}

there_of <- function(results, methods) methods[methods %in% results$method[!is.na(results$score)]]

# Those of the methods that have a score on every table that one of them has.
on_all_tables <- function(results, methods) {
  results <- results[!is.na(results$score), ]
  tables <- tapply(results$table, factor(results$method, methods), function(table) length(unique(table)))
  methods[tables == max(tables)]
}

# Mean score and rank, seconds for all tables together: a row for each method.
method_means <- function(results, methods) {
  scores <- table_means(results, methods)
  seconds <- table_means(results, methods, "seconds")[rownames(scores), , drop = FALSE]
  data.frame(score = colMeans(scores), rank = colMeans(table_ranks(scores)), seconds = colSums(seconds))
}
