# Training and testing of the folds of kms_kcv(), here or in workers.

# All that one fold needs, so that it can be sent to another process: rows to train on as kms() takes
# them and rows to test on as predict() does. drawn: see kcv_draw(); source: see kcv_source().
kcv_job <- function(fold, drawn, source, args) {
  train <- which(drawn$folds != fold)
  test <- which(drawn$folds == fold)
  parts <- split_parts(source, train, test)
  if (!is.null(source$weights)) {
    parts$test_weights <- source$weights[test] / mean(source$weights[!is.na(drawn$folds)])
  }
  c(parts, list(fold = fold, k_folds = length(drawn$seeds), n = c(length(train), length(test)),
                args = c(list(pTraining = 1, validation_split = 0, seed = drawn$forms[[fold]]), args)))
}

# list(train, test): rows `train` as kms() takes them and rows `test` as predict() does.
split_parts <- function(source, train, test) {
  rows <- function(v, at) if (is.null(dim(v))) v[at] else v[at, , drop = FALSE]
  parts <- if (is.null(source$x)) {
    list(train = list(input_formula = source$formula, data = rows(source$data, train)),
         test = list(newdata = rows(source$data, test)))
  } else {
    list(train = list(x = rows(source$x, train), y = rows(source$y, train)),
         test = list(newdata = rows(source$x, test), y_test = rows(source$y, test)))
  }
  if (!is.null(source$weights)) parts$train$weights <- source$weights[train]
  parts
}

# One result of kcv_fold() per fold. job: function(fold). What several folds have to say about data and
# settings is said once.
kcv_run <- function(k_folds, job) said_once(run_jobs(k_folds, job, kcv_fold))

# list(train, test, new_levels): the fit, its predictions of the fold's rows, and what predict() had to
# say of levels the fit has not seen (see level_rows()).
kcv_fold <- function(job) {
  if (says_all(job$args$verbose)) {
    cat("\nFold ", job$fold, " of ", job$k_folds, ": ", job$n[1], " training, ", job$n[2],
        " test rows\n", sep = "")
  }
  args <- kcv_fresh(job$args)
  new_levels <- NULL
  tryCatch({
    train <- do.call("kms", c(job$train, args))
    # Ctrl-C ends a training, here it is meant for all of them.
    if (isTRUE(train$history$interrupted)) rlang::interrupt()
    test <- withCallingHandlers(
      do.call("predict", c(list(train), job$test, list(batch_size = args$batch_size %||% 32))),
      tildenet_warning_new_levels = function(cnd) {
        new_levels <<- rbind(new_levels, level_rows(job$fold, cnd$column, cnd$levels))
        rlang::cnd_muffle(cnd)
      },
      # Told for all folds by kcv_check_outcome().
      tildenet_message_new_labels = function(cnd) rlang::cnd_muffle(cnd)
    )
  }, error = function(cnd) {
    abort_tn(paste0("Fold ", job$fold, " of ", job$k_folds, " cannot be fitted or tested."), "fold",
             parent = cnd, fold = job$fold, call = rlang::call2("kms_kcv"))
  })
  attr(train, "calibration") <- kcv_calibration(train, job$test, job$test_weights, job$k_folds, args$batch_size %||% 32)
  list(train = train, test = test, new_levels = new_levels)
}

# Objects among the arguments are references that training may change (a model, the rate of an
# optimizer): every fold begins with copies. Callbacks are the user's to look at, and begin anew with
# each training.
kcv_fresh <- function(args) {
  own <- setdiff(names(args), c("callbacks", "keras_model_seq"))
  args[own] <- unserialize(serialize(args[own], NULL))
  if (!is.null(args$keras_model_seq)) args$keras_model_seq <- kcv_fresh_model(args$keras_model_seq)
  args
}

# A copy with the same weights and nothing of earlier trainings; other things are left to the checks.
kcv_fresh_model <- function(model) {
  if (!is_model(model)) return(model)
  copy <- unserialize(serialize(model, NULL))
  self <- self_of(copy)
  reset_model(self)
  if (!is.null(self$compiled)) self$training <- new_training()
  copy
}
