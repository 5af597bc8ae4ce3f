# Streams: one epoch of kms() on a table of SQLite with rows x 10 columns, read chunk by chunk, against the same rows in
# memory: seconds, and the memory that takes at its peak. STREAM_ROWS says how many rows; the table lies in the temporary folder.
source("bench/common.R")

rows <- as.integer(Sys.getenv("STREAM_ROWS", "1000000"))
base <- tempfile(fileext = ".sqlite")

# Nine numbers, a label of 20 levels and the outcome, by pieces that fit in memory.
made <- sprintf("piece <- function(k, n) {
  set.seed(k)
  x <- as.data.frame(matrix(round(rnorm(9 * n), 4), n))
  x$f <- sample(letters[1:20], n, TRUE)
  x$y <- x$V1 - x$V2 * x$V3 + (x$f > 'm') + rnorm(n) / 2
  x
}
pieces <- %d
size <- %d", max(1L, rows %/% 100000L), min(rows, 100000L))
eval(parse(text = made))

con <- DBI::dbConnect(RSQLite::SQLite(), base)
for (k in seq_len(pieces)) DBI::dbWriteTable(con, "d", piece(k, size), append = TRUE)
DBI::dbDisconnect(con)

call <- "kms(y ~ ., %s, N_layers = 2, units = 64, batch_size = 64, Nepochs = 1, auto = FALSE, seed = 1, verbose = 0%s)"
reader <- sprintf("con <- DBI::dbConnect(RSQLite::SQLite(), '%s')", base)
streamed <- sprintf(call, "data_query(con, 'd')", "")
eval(parse(text = reader))
d <- DBI::dbReadTable(con, "d")
whole <- sprintf(call, "d", ", net = 'dense'")

once <- function(code) system.time(eval(parse(text = code)))[["elapsed"]]
seconds <- c("in chunks" = once(streamed), "in memory" = once(whole))
cat(sprintf("Streams  %d rows x 10 columns, one epoch: chunks %.1f s, memory %.1f s; microseconds a row %.1f and %.1f\n",
            pieces * size, seconds[[1]], seconds[[2]], 1e6 * seconds[[1]] / (pieces * size), 1e6 * seconds[[2]] / (pieces * size)))
cat(sprintf("  ratio %.2f (bar: 1.3)%s\n", seconds[[1]] / seconds[[2]], if (seconds[[1]] <= 1.3 * seconds[[2]]) "" else "  MISSED"))

if (file.exists("/proc/self/status")) {
  libraries <- c("library(tildenet)", reader)
  chunks <- process_memory(libraries, sprintf("m <- %s", streamed), "1")[["peak"]]
  memory <- process_memory(libraries, c("d <- DBI::dbReadTable(con, 'd')", sprintf("m <- %s", whole)), "1")[["peak"]]
  report_memory(chunks, sprintf("of all rows in memory %.0f", memory), 1000, "1 GB")
}
DBI::dbDisconnect(con)
unlink(base)
