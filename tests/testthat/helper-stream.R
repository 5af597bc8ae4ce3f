# Data for sources: numbers, labels, an outcome of each, missing values, and rows that are not in order of anything.
stream_rows <- function(n = 1500) {
  withr::with_seed(4, {
    d <- data.frame(id = seq_len(n), a = stats::rnorm(n, 50, 3), b = stats::runif(n),
                    f = sample(c("u", "v", "w"), n, TRUE, c(0.6, 0.39, 0.01)), g = stats::rpois(n, 3))
    d$y <- d$a / 3 + 2 * d$b + (d$f == "v") + stats::rnorm(n) / 10
    d$label <- ifelse(d$y > stats::median(d$y), "high", "low")
    d$b[c(5, 77)] <- NA
    d
  })
}

# f(con) of a database in memory with a table "d".
with_table <- function(d, f) {
  skip_if_not_installed("RSQLite")
  con <- getExportedValue("DBI", "dbConnect")(getExportedValue("RSQLite", "SQLite")(), ":memory:")
  withr::defer(getExportedValue("DBI", "dbDisconnect")(con))
  getExportedValue("DBI", "dbWriteTable")(con, "d", d)
  f(con)
}

stream_kms <- function(formula, data, ..., Nepochs = 3, N_layers = 2, units = 16) {
  kms(formula, data, Nepochs = Nepochs, seed = 3, verbose = 0, N_layers = N_layers, units = units, chunk = 200, ...)
}
