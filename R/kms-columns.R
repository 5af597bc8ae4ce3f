# What a fit tells of the columns that `.` has chosen terms for, see design-auto.R.

# The data frame column, kind, becomes with how many columns of the design and of other inputs each makes; NULL where `.`
# has chosen nothing.
kms_columns <- function(design) {
  columns <- design$auto
  if (is.null(columns)) return(NULL)
  sizes <- vapply(design_pieces(design), function(piece) length(piece[[1]]$column), 0L)
  columns$inputs <- sizes[columns$becomes]
  several <- which(is.na(columns$inputs) & !is.na(columns$becomes))
  columns$inputs[several] <- vapply(columns$becomes[several], function(terms) {
    sum(sizes[attr(stats::terms(stats::as.formula(paste("~", terms))), "term.labels")])
  }, 0L)
  columns$inputs[is.na(columns$becomes)] <- 0L
  columns$inputs <- unname(columns$inputs)
  columns
}

# Those that are not as they are, under each other.
column_lines <- function(columns, n = 12) {
  names <- backticked(columns$column)
  columns <- columns[is.na(columns$becomes) | columns$becomes != names, ]
  if (NROW(columns) == 0) return(NULL)
  columns$becomes[is.na(columns$becomes)] <- "left out"
  columns$inputs <- as.character(columns$inputs)
  shown <- rbind(names(columns), as.matrix(utils::head(columns, n)))
  shown <- apply(shown, 2, format)
  lines <- trimws(apply(shown, 1, paste, collapse = "  "), "right")
  c("Columns:  of `.`, all others as they are", paste0("  ", lines),
    if (nrow(columns) > n) paste0("  ... and ", nrow(columns) - n, " more in `$columns`"))
}
