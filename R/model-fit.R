#' Train a model
#'
#' Changes the weights of a compiled model in place. Calling it again goes on from the present weights
#' and optimizer state: 5 epochs and then 5 more give the same numbers as 10.
#'
#' @details
#' The random numbers of a training (order of the rows, dropout) come from one seed, drawn from R's
#' generator at the first call after [compile()]; `set.seed()` before it makes results repeat bit for
#' bit, whatever the number of threads.
#'
#' Losses and metrics of the training data are means over the samples of an epoch, measured while the
#' weights change; those of the validation data are measured after it.
#'
#' Ctrl-C ends the training after the batch at hand: the model keeps what it has learned, and the
#' history of the whole epochs so far is returned, marked `interrupted`.
#'
#' @param object A compiled model.
#' @param x Numbers, samples first: a matrix, an array, a vector (n x 1), a data frame of numeric
#'   columns, or a sparse matrix (`dgCMatrix` and others of package Matrix, quanteda's `dfm`,
#'   slam's `simple_triplet_matrix`), which is not made dense. A large matrix of which at most a tenth
#'   of the cells is not zero is read as a sparse one where it feeds dense layers only. For an
#'   input of texts ([layer_text_vectorization()]) a character vector. For several inputs a list in their
#'   order or named by input layer. Or a generator: `function()` that returns `list(x, y)` or
#'   `list(x, y, weights)`, or an object of [timeseries_generator()], [flow_images_from_data()],
#'   [flow_images_from_directory()] or [flow_images_from_dataframe()].
#' @param y Targets, as many samples as `x`; for several outputs a list. Not used with generators.
#' @param batch_size Samples per update; `NULL` is 32, with stateful layers their batch size. The
#'   last batch of an epoch may be smaller.
#' @param epochs Number of the last epoch: `epochs - initial_epoch` are run.
#' @param verbose 0: nothing; 1 or `"auto"`: progress (a line per epoch where there is no terminal);
#'   2: a line per epoch; `"line"`: one line in all, for a person at the console only. The default comes from the
#'   option `keras.fit_verbose`.
#' @param callbacks A callback or a list of them.
#' @param view_metrics Accepted for old scripts, without effect.
#' @param validation_split Share of the samples, the last ones in the given order, that are kept out of
#'   training and measured after every epoch.
#' @param validation_data `list(x, y)` or `list(x, y, weights)`, or a generator; wins over
#'   `validation_split`.
#' @param shuffle `TRUE`: the rows in new order each epoch; `FALSE`: as they are; `"batch"`: whole
#'   batches in new order.
#' @param class_weight List of factors named `"0"`, `"1"`, ..., one for each class.
#' @param sample_weight One factor per sample, or per sample and step; for several outputs a list.
#' @param initial_epoch Number of epochs that count as done.
#' @param steps_per_epoch Batches in an epoch; needed with a generator that is a function, the others know a
#'   round's.
#' @param validation_steps The same of a validation generator.
#' @param ... `workers`, `max_queue_size`, `use_multiprocessing` and `validation_batch_size` of old scripts
#'   are ignored; so are others, with a warning that names them.
#' @param cluster `NULL`: this process alone; [cluster_mpi()]: the processes that `mpirun` started together.
#' @returns The [history][keras_training_history], invisibly.
#' @section Errors:
#' Missing and infinite values, factors, columns that are not numeric, shapes that do not fit, and sparse matrices whose
#' parts do not hold together are errors that name the argument (classes `tildenet_error_missing`,
#' `tildenet_error_argument`, `tildenet_error_shape`, `tildenet_error_data`); the model then is as it was. An error in a callback ends the training; the
#' model is that of the last whole batch.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(8, activation = "relu", input_shape = 4) %>%
#'   layer_dense(3, activation = "softmax")
#' compile(model, "adam", "sparse_categorical_crossentropy", metrics = "accuracy")
#' x <- scale(as.matrix(iris[1:4]))
#' y <- as.integer(iris$Species) - 1
#' history <- fit(model, x, y, epochs = 5, verbose = 0)
#' history
#' @name fit
#' @importFrom generics fit
#' @export fit
NULL

#' @rdname fit
#' @export
fit.tildenet_model <- function(object, x = NULL, y = NULL, batch_size = NULL, epochs = 10,
                               verbose = "auto", callbacks = NULL, view_metrics = "auto",
                               validation_split = 0, validation_data = NULL, shuffle = TRUE,
                               class_weight = NULL, sample_weight = NULL, initial_epoch = 0,
                               steps_per_epoch = NULL, validation_steps = NULL, ..., cluster = NULL) {
  call <- rlang::current_env()
  self <- check_compiled(object)
  ignore_dots(list(...), fit.tildenet_model)
  settings <- fit_settings(batch_size, epochs, verbose, shuffle, initial_epoch, steps_per_epoch,
                           validation_split, validation_steps, call)
  if (!is.null(validation_data)) settings$validation_split <- 0
  cluster <- check_cluster(cluster, x, call)
  settings <- cluster_begin(self, cluster, settings)
  callbacks <- cluster_callbacks(callback_list(callbacks), cluster)
  data <- if (is_blocks(x)) block_training(self, x, settings, call)
          else if (is_generator(x)) generator_training(self, x, y, class_weight, settings, call)
          else array_training(self, x, y, sample_weight, class_weight, settings, call)
  data <- cluster_join(data, cluster, settings, call)
  validation <- validation_pass(self, validation_data, data, settings, call)
  history <- run_training(self, data, validation, callbacks, settings)
  cluster_end(self, cluster)
  invisible(history)
}

# ---- training data ---------------------------------------------------------------------------------

# Data of a training: what run_training() asks of arrays and generators alike.
#   samples, steps, batch_size: for the params; entries: x, targets, weights (as the user gave them);
#   epoch(run, epoch): trains one epoch.
array_training <- function(self, x, y, sample_weight, class_weight, settings, call) {
  x <- input_entries(self, x, call = call, compress = TRUE)
  n <- entry_rows(x[[1]])
  targets <- target_entries(self, y, n, call = call)
  given <- weight_entries(self, sample_weight, n, call = call)
  weights <- training_weights(given, targets, class_weight, call)
  rows <- split_rows(n, settings$validation_split, call)
  default <- if (is.null(settings$steps)) 32 else ceiling(rows / settings$steps)
  settings$batch_size <- fitting_batch_size(self, settings$batch_size, rows, default, call,
                                            "The training data")
  fitting_batch_size(self, NULL, n - rows, default, call, "The data of `validation_split`")
  session <- train_session(self, x, targets, weights)
  sources <- pass_sources(session, x, targets, weights)
  runner <- pass_runner(self, session, sources, settings$batch_size, "train")
  batches <- ceiling(rows / settings$batch_size)
  list(n = n, samples = rows, batch_size = settings$batch_size, session = session, runner = runner,
       steps = min(batches, settings$steps %||% Inf), x = x, targets = targets, weights = given,
       x_sources = sources[seq_along(c(x, targets))], series = session$series,
       epoch = array_epoch)
}

# One epoch over arrays: the engine runs slices, R looks in between.
array_epoch <- function(run, epoch) {
  self <- run$self
  data <- run$data
  training <- self$training
  engine_runner_start(data$runner, c(0, data$samples), run$settings$shuffle, training$epoch)
  training$epoch <- training$epoch + 1
  run_pass(data$runner, run$single, max_batches = data$steps,
           before = if (run$single) function(batch) run_batch_begin(run, batch),
           step = function(status) run_slice(run, status),
           on_bad = function(status) run_bad_loss(run, status),
           is_over = function() self$stop_training, advance = data$advance)
  session_settle(self, data$session)
  flat_series(series_values(data$series, cluster_result(data$runner, data$cluster)))
}
