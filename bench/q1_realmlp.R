# Q1: RealMLP, small and whole, on six public tables: a whole kms() call and a training of as many epochs in PyTorch, processor
# seconds of one thread.
source("bench/common.R")
source("quality/tables.R")
source("quality/measures.R")
options(tildenet.threads = 1)

runs <- 3
# Epochs: all of the authors' 256 where rows are fewest, so that there are some hundred updates on each table.
epochs <- c(servo = 256, pima = 256, concrete = 64, vowel = 64, satellite = 8, letter = 8)
forms <- c(realmlp_tds = "tds", realmlp = "td")

# A column for each level, of two levels one with 1 and -1.
level_columns <- function(v) if (nlevels(v) == 2) cbind(3 - 2 * as.integer(v)) else diag(nlevels(v))[as.integer(v), ]

# What q1_realmlp.py reads. The rows of the table in an order by chance, those for the test last.
write_task <- function(task, file) {
  set.seed(1)
  rows <- rbind(task$train[sample.int(nrow(task$train)), ], task$test)
  predictors <- rows[setdiff(names(rows), task$outcome)]
  columns <- lapply(predictors, function(v) if (is.factor(v)) level_columns(v) else cbind(v))
  numbers <- rep(vapply(predictors, is.numeric, NA), vapply(columns, ncol, 1L))
  x <- do.call(cbind, columns)
  y <- rows[[task$outcome]]
  fitted <- floor(0.8 * nrow(task$train))
  connection <- file(file, "wb")
  on.exit(close(connection))
  writeBin(as.integer(c(fitted, nrow(task$train) - fitted, nrow(task$test), ncol(x), nlevels(y), numbers)), connection)
  writeBin(as.double(c(t(x), if (is.factor(y)) as.integer(y) - 1 else y)), connection, size = 4)
}

for (table in names(epochs)) {
  task <- quality_task(table, 1)
  data_file <- file.path(bench_dir, "q1.bin")
  write_task(task, data_file)
  for (net in names(forms)) {
    fit <- function() kms(task$formula, task$train, pTraining = 1, net = net, Nepochs = epochs[[table]], seed = 1, verbose = 0)
    seconds <- c("1 thread" = median_seconds(function() last <<- fit(), runs, processor))
    theirs <- peer_times("q1_realmlp.py", c(data_file, forms[[net]], epochs[[table]], runs))
    report(sprintf("Q1  %s, %s, %d epochs of %d rows", net, table, epochs[[table]], nrow(task$train)), seconds,
           list(peer("PyTorch", theirs[names(theirs) != "score"], 5)))
    score <- quality_score(predict(last, task$test, if (task$type == "num") "response" else "class"), task$test[[task$outcome]])
    if (!is.null(theirs)) cat(sprintf("  score of the test rows %.4f, PyTorch %.4f\n", score, theirs[["score"]]))
  }
}
