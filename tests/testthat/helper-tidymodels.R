# Packages of tidymodels, attached for one test as a user has them. None is suggested: where one is missing the test is skipped.
local_tidymodels <- function(..., env = parent.frame()) {
  packages <- c("parsnip", ...)
  withr::local_timezone("UTC", .local_envir = env) # lubridate asks the system for it, which may not know
  testthat::skip_if_not_installed("parsnip", "1.3.0")
  for (package in packages) testthat::skip_if_not_installed(package)
  local_search_path(env)
  for (package in setdiff(packages, sub("package:", "", search()))) suppressPackageStartupMessages(attachNamespace(package))
}

# A specification whose fits take a moment.
small_mlp <- function(mode = "classification", ..., hidden_units = 6, epochs = 15) {
  set_mode(set_engine(mlp(hidden_units = !!hidden_units, epochs = !!epochs), "tildenet", ...), mode)
}

# Numbers of which few are not 0, as tibbles of sparse columns; a label and a number that follow from them.
sparse_rows <- function(n = 120, p = 30) {
  withr::with_seed(4, {
    x <- Matrix::rsparsematrix(n, p, 0.1)
    colnames(x) <- paste0("x", seq_len(p))
    sum <- as.vector(x %*% stats::rnorm(p))
    list(x = getExportedValue("sparsevctrs", "coerce_to_sparse_tibble")(x), matrix = x, label = factor(ifelse(sum > 0, "up", "down")),
         number = sum)
  })
}

# A tibble with more columns, its own as they are.
with_columns <- function(data, ...) {
  more <- list(...)
  for (name in names(more)) data[[name]] <- more[[name]]
  data
}
