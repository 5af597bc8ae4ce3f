# Reading a source: rows in the types of the data, and the draws that say what becomes of each.

# The source that x is, NULL for anything else.
row_source <- function(x, call = rlang::caller_env()) {
  if (inherits(x, "tildenet_source")) return(x)
  if (inherits(x, arrow_classes)) return(arrow_source(x, call))
  if (!inherits(x, "tbl_lazy")) return(NULL)
  check_package("dbplyr", "tables of a database", call = call)
  con <- getExportedValue("dbplyr", "remote_con")(x)
  if (!methods::is(con, "DBIConnection")) {
    abort_arg("data", "be a table of a DBI connection", describe(x), "Such as dplyr::tbl(con, \"films\").", call = call)
  }
  data_query(con, as.character(getExportedValue("dbplyr", "sql_render")(x)))
}

is_row_source <- function(x) inherits(x, c("tildenet_source", "tbl_lazy", arrow_classes))

# f(rows) of one chunk after the other; f may return FALSE to end. types: see chunk_types(), an environment.
each_chunk <- function(source, chunk, types, f) {
  reader <- source$open(chunk)
  on.exit(reader$close())
  repeat {
    rows <- reader$read()
    if (is.null(rows)) break
    if (nrow(rows) == 0) next
    if (isFALSE(f(chunk_cast(as.data.frame(rows), types)))) break
  }
}

new_chunk_types <- function(types = list()) {
  out <- new.env(parent = emptyenv())
  out$types <- types
  out
}

# A chunk with the columns in the types of the chunks before. Drivers guess types from the values they see: a column without
# any is logical, one of whole numbers integer, until others come.
chunk_cast <- function(rows, types) {
  for (name in names(rows)) {
    v <- own_values(rows[[name]])
    type <- types$types[[name]]
    if (is.null(type) || is.logical(type) && !is.logical(v)) {
      types$types[[name]] <- if (all(is.na(v)) && is.logical(v)) NULL else take_samples(v, 0L)
    } else {
      if (is.integer(type) && is.double(v) && !is.object(type)) type <- numeric()
      v <- column_cast(v, type) %||% abort_cast(rows[[name]], type, name, "data", NULL)
      types$types[[name]] <- take_samples(v, 0L)
    }
    rows[[name]] <- v
  }
  rows
}

# ---- draws -----------------------------------------------------------------------------------------

# A stream of random numbers of its own: function(code) evaluates code where the stream stands, and leaves R's generator as
# it was.
draw_stream <- function(seed) {
  state <- with_seed(seed, {
    stats::runif(0)
    random_state()
  })
  function(code) {
    old <- random_state()
    on.exit(set_random_state(old))
    set_random_state(state)
    value <- force(code)
    state <<- random_state()
    value
  }
}

# A seed for a place in the training, the same each time.
place_seed <- function(seed, epoch, place) {
  m <- 2147483647
  ((seed %% m) * 48271 + epoch * 69621 + place * 16807 + 11) %% m
}

# What becomes of rows, in the order they come: "train", "validation" or "test". The test rows are those of kms_split() on the
# same rows. shares: list(test, validation).
row_roles <- function(seed, shares) {
  splits <- draw_stream(seed)
  others <- draw_stream(place_seed(seed, 0, 2))
  function(n) {
    p <- 1 - shares$test
    roles <- splits(sample(c("train", "test"), size = n, replace = TRUE, prob = c(p, 1 - p)))
    held <- others(stats::runif(n)) < shares$validation
    roles[roles == "train" & held] <- "validation"
    roles
  }
}

# `size` of the rows that come, each with the same chance; rows() gives them. The same rows whatever the chunks are.
reservoir <- function(size, seed) {
  draws <- draw_stream(seed)
  state <- new.env(parent = emptyenv())
  state$rows <- NULL
  state$seen <- 0
  add <- function(rows) {
    n <- NROW(rows)
    if (n == 0) return(invisible())
    place <- state$seen + seq_len(n)
    u <- draws(stats::runif(n))
    slot <- ifelse(place <= size, place, floor(u * place) + 1)
    taken <- slot <= size
    before <- NROW(state$rows)
    from <- seq_len(min(size, state$seen + n))
    from[slot[taken]] <- before + seq_len(sum(taken))
    state$rows <- take_samples(rbind(state$rows, take_samples(rows, which(taken))), from)
    state$seen <- state$seen + n
  }
  list(add = add, rows = function() state$rows)
}
