# What a network says of rows it was not fitted to: the validation rows, those that fit() took from the end, or, where members
# hold out rows, all training rows. By these rows it is calibrated, and its intervals and sets are made.

# So many rows are enough: the share of new rows inside bounds then varies by 0.003 from one set of them to the next, at
# the level 0.9. The rows of a part are in random order.
calibration_rows <- 10000

# list(rows, at): their places in part, list(x, y, weights) of the training rows, and their output as a function of the
# temperature, NULL for as it is. NULL without such rows, or where nothing is made of them.
judging_output <- function(model, part, outcome, control) {
  if (!(has_intervals(outcome) || has_sets(outcome) || control$calibrate)) return(NULL)
  if (control$held > 0) return(judged_by_members(model, part, outcome, control))
  rows <- utils::head(kms_validation_rows(part, control), calibration_rows)
  if (length(rows) == 0) return(NULL)
  output <- kms_output(model, input_rows(part$x, rows), max(control$batch_size, 256), 0)
  list(rows = rows, at = function(temperature) tempered(output, outcome, temperature))
}

judged_by_members <- function(model, part, outcome, control) {
  n <- kms_n_rows(part$x)
  rows <- seq_len(min(n, calibration_rows))
  held <- held_by_members(n, control)[rows, , drop = FALSE]
  values <- member_values(model, input_rows(part$x, rows))
  list(rows = rows, at = function(temperature) {
    for (m in seq_len(ncol(held))) values[, m, ] <- tempered(matrix(values[, m, ], nrow(held)), outcome, temperature)
    held_mean(values, held)
  })
}
