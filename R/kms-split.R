# Which rows train and which test.

# The first use of R's generator after set.seed(seed) is the sample() below, so that a seed gives
# the split that scripts and publications have; nothing may draw in between.
kms_split <- function(n, control) {
  seed <- control$seed
  if (is.null(control$keras_model_seq)) {
    hardware <- if (is.list(seed)) seed else list()
    use_session_with_seed(seed_value(seed), disable_gpu = isTRUE(hardware$disable_gpu),
                          disable_parallel_cpu = isTRUE(hardware$disable_parallel_cpu),
                          quiet = !says_all(control$verbose))
  } else {
    set.seed(seed_value(seed))
  }
  p <- control$pTraining
  sample(c("train", "test"), size = n, replace = TRUE, prob = c(p, 1 - p))
}

# The training rows in random order. fit() validates on the last rows it is given: of data sorted
# by outcome they would be of one class. Labels are spread evenly over the order, so that the last
# rows hold each in its share and a label seen once is trained on. Rows of weight 0 are left out.
kms_training_order <- function(split, y, outcome, weights = NULL) {
  rows <- which(split == "train")
  rows <- rows[sample.int(length(rows))]
  if (!is.null(weights)) rows <- rows[weights[rows] > 0]
  if (is_numbers(outcome) || outcome$type == "multilabel") return(rows)
  label <- outcome_codes(y[rows], outcome) + 1L
  position <- stats::ave(seq_along(rows), label, FUN = seq_along)
  rows[order((position - 0.5) / tabulate(label)[label])]
}

# Too few rows to train or to test are told apart here. Returns TRUE when there is a test part.
kms_check_split <- function(split, y, outcome, control, call) {
  train <- split == "train"
  if (!any(train)) {
    abort_tn("The training part of the data must have at least one row.", "data",
             paste("All", length(split), "rows fell into the test part."),
             "Raise `pTraining` or use another `seed`.", call = call)
  }
  outcome_check_constant(outcome_rows(y, train), outcome$name, "training part", call)
  if (all(train) && control$pTraining < 1) {
    warn_tn("The test part of the data is empty: the result has no test measures.", "empty_test",
            how = "Lower `pTraining`, use another `seed` or more rows.", call = call)
  }
  !all(train)
}

# How many of n training rows, the first ones, weights are fitted to; fit() validates on the others.
kms_n_fitted <- function(n, control) floor(n * (1 - control$validation_split))

# How many rows of a fit were for training, those watched for validation included, and for testing.
split_counts <- function(x) {
  if (!is.null(x$rows)) return(c(train = sum(x$rows[c("train", "validation")]), test = x$rows[["test"]]))
  c(train = sum(x$split == "train"), test = sum(x$split == "test"))
}
