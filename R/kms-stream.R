#' Fit a network to data that is larger than memory
#'
#' `kms(formula, data)` where `data` is not a data frame but a [source][data_sources] of rows: a query of a database, a dbplyr
#' table, a CSV or Parquet file, a data set of package arrow. Rows are read chunk by chunk, again in each epoch; memory is
#' that of a few chunks.
#'
#' @details
#' **Arguments.** Those of [kms()] but for the ones named below, and besides
#' * `chunk`: rows read at once, 50,000;
#' * `buffer`: rows in memory of which batches are drawn, by default three times `chunk`;
#' * `checkpoint`: a folder, see below, and `checkpoint_seconds`: the least time between two writings, 60.
#'
#' The net is `"dense"` unless `net` is given. Nets of members, `weights`, `class_weight`, `embedding`, other rules of `na.action` than
#' na.omit, `auto`, and terms that learn from all rows, such as `poly()` and `scale()`, are refused, and so are `tokens()`, `image()`,
#' `text()`, and losses that compare rows, `"cox"`.
#'
#' **Two passes** come before the training. The first one finds the levels of labels and the kind of outcome, the second one
#' the scales and the shares of levels, and keeps the rows held out. Levels, columns, scales (mean and standard deviation, least and largest
#' value) are those that [kms()] finds of the same rows in a data frame, but for rounding. The scale `"robust"` and what some losses start from are
#' those of a sample of 20,000 rows fitted to, which is drawn from the seed. Columns are taken as they are: `.` chooses nothing.
#'
#' **Split.** Each row is drawn for testing or training, as in a data frame: with the same `seed` and rows in the same order
#' they are the same test rows. Of the training rows each is drawn for validation; in a data frame those are the last of a
#' random order, so the two fits are not trained on exactly the same rows. Held-out rows stay in memory: at most 100,000 of
#' each part, fewer where the design has more than 200 columns; the others are trained on.
#'
#' **Order.** Each epoch reads the rows as the source gives them. They go into a buffer, from which batches are drawn; a row
#' can move back no further than the buffer reaches. Where the data is sorted by its outcome, let the query bring it in another order, or make the
#' buffer large. Rows must come in the same order each time.
#'
#' **Checkpoints.** With `checkpoint` and a `seed`, what has been learnt is written after a block of rows, at most
#' every `checkpoint_seconds`. The same call made again, in a new session too, goes on from there and gives the same bits as one that
#' was not interrupted: weights, history, optimizer, random numbers, patience. (Callbacks that are functions or classes of the user's begin anew.) When training
#' has ended the files are deleted.
#'
#' @returns A `kms_fit` as [kms()] returns it. `split` is `NULL` and `rows` has the numbers of rows for training, validation and
#'   testing; `y_test` and `predictions` are of the test rows held out; `K` of numbers counts at most 100,000 values.
#' @section Errors:
#' As those of [kms()]; what is refused is an error of class `tildenet_error_argument` or `tildenet_error_formula`, data that changes between two
#' readings one of class `tildenet_error_data`.
#' @source Vitter, J. S. (1985). Random sampling with a reservoir. ACM Transactions on Mathematical Software, 11, 37-57.
#'   Chan, T. F., Golub, G. H. and LeVeque, R. J. (1983). Algorithms for computing the sample variance. The American
#'   Statistician, 37, 242-247 (sums over chunks).
#' @seealso [data_sources], [predict_into()], [kms()]
#' @examples
#' path <- tempfile(fileext = ".csv")
#' write.csv(iris, path, row.names = FALSE)
#' fit <- kms(Species ~ ., data_csv(path), chunk = 50, Nepochs = 5, seed = 1, verbose = 0)
#' fit$rows
#' predict(fit, iris[c(1, 51, 101), ], "class")
#' @name kms_stream
NULL

# kms() of a source. source: of kms_source(); matched, settings: see kms_call().
kms_streamed <- function(source, control, matched, settings, env, call) {
  rows <- row_source(source$data, call)
  formula <- design_formula(source$formula, env, call)
  plan <- stream_plan(control, formula, rows, call)
  control <- stream_check(control, call)
  learnt <- if (!is.null(plan$checkpoint)) checkpoint_file(plan$checkpoint, "learnt")
  if (is.null(learnt)) {
    learnt <- stream_passes(formula, rows, plan, control, env, call)
    if (!is.null(plan$checkpoint)) checkpoint_put(plan$checkpoint, "learnt", learnt)
  }
  kms_split(0, control)
  set.seed(place_seed(seed_value(control$seed), 0, 1))
  fit <- stream_fit(learnt, rows, plan, control, call)
  checkpoint_end(plan$checkpoint)
  structure(fit, call = kms_call(matched, fit$input_formula, settings, source$dots))
}

stream_passes <- function(formula, rows, plan, control, env, call) {
  types <- new_chunk_types()
  survey <- stream_survey(formula, rows, plan$chunk, types, call)
  built <- suppressMessages(kms_design_fit(list(formula = formula, data = survey$frame), control, env, call))
  if (family_of(built$design$outcome)$whole) {
    abort_arg("loss", "look at rows one by one where data is read chunk by chunk", call = call,
              given = "Its rows are compared with each other.", how = "The loss \"discrete_time\" takes times, too.")
  }
  if (is_numbers(built$design$outcome)) built$design$outcome$n_values <- survey$n_values
  built$design["ids"] <- list(NULL)
  if (survey$n < survey$n_all) {
    inform_tn(paste0("Dropped ", big(survey$n_all - survey$n), " of ", big(survey$n_all), " rows with missing values."),
              "missing_rows")
  }
  shares <- stream_shares(survey$n, length(built$design$colnames_x), control)
  learnt <- stream_learn(built, rows, plan$chunk, types, shares, control, call)
  c(learnt, list(types = types$types))
}

# The rows in memory are the parts of a fit in memory: those fitted to are a sample, and one row for each column that the
# sample does not fill.
stream_fit <- function(learnt, rows, plan, control, call) {
  design <- learnt$design
  read <- function(data) if (NROW(data) > 0) encode_chunk(design, data, call)
  sample <- read(learnt$sample)
  design$outcome <- kms_settled(design$outcome, sample$y)
  learnt$design <- design
  sample$offset <- sample$rows$offset
  start <- kms_start(list(design = design, y = sample$y, offset = sample$rows$offset, x = sample$rows$x), seq_along(sample$y))
  as_part <- function(e) if (!is.null(e)) list(x = kms_inputs(e$rows, learnt$scale), y = e$y, weights = NULL)
  train <- Reduce(bind_parts, lapply(list(sample, read(learnt$filling), read(learnt$validation)), as_part))
  test <- as_part(read(learnt$test))
  n_validation <- NROW(learnt$validation)
  control <- stream_control(control, kms_n_rows(train$x), n_validation, learnt, call)
  parts <- list(train = train, test = test, scale = learnt$scale, design = design, start = start)
  control <- kms_sizes(control, design, learnt$counts[["train"]])
  control <- net_read(control, train$x, design, kms_n_fitted(kms_n_rows(train$x), control))
  spec <- kms_spec(control, design, NULL, start, call)
  control <- net_training(control, spec, design$outcome, learnt$counts[["train"]])
  model <- kms_model(spec, control, call)
  net_start(control, model, spec, train$x, kms_n_fitted(kms_n_rows(train$x), control))
  targets <- function(y) kms_targets(y, design$outcome, learnt$scale, spec$units_out, spec$loss)
  control$stream <- new_blocks(rows, learnt, plan, targets, control, call)
  stream_result(kms_trained(model, spec, parts, rep("train", sum(learnt$counts[1:2])), control, call), learnt$counts)
}

stream_result <- function(fit, counts) {
  fit["split"] <- list(NULL)
  fit$N <- sum(counts)
  fit$rows <- counts
  fit
}

# The settings that fit() in memory takes from the number of rows.
stream_control <- function(control, n_resident, n_validation, learnt, call) {
  n <- learnt$counts[["train"]] + learnt$counts[["validation"]]
  if (is.null(control$Nepochs)) {
    control$Nepochs <- kms_epochs(n, control)
    control$patience <- control$patience %||% max(10, control$Nepochs / 5)
  }
  if (n_validation == 0 && control$validation_split > 0) {
    abort_arg("validation_split", "leave a row for validation", call = call, how = "Raise it, or use 0.")
  }
  control$validation_split <- if (n_validation > 0) (n_validation - 0.5) / n_resident else 0
  control
}

# What fit() gets in the place of args, those of a fit in memory. part: the rows in memory with their targets.
stream_fit_args <- function(args, part, control) {
  blocks <- control$stream$blocks
  blocks$callbacks <- args$callbacks
  blocks$example <- part_rows(part, seq_len(min(2, kms_n_rows(part$x))))
  resume <- checkpoint_read(blocks$checkpoint)
  args$initial_epoch <- resume$epoch %||% args$initial_epoch
  held <- kms_validation_rows(part, control)
  validation <- if (length(held) > 0) part_rows(part, held)
  args <- c(list(args[[1]], control$stream), args[-(1:3)])
  args$validation_split <- 0
  args$validation_data <- if (!is.null(validation)) list(validation$x, validation$y)
  args
}
