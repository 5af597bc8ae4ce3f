#' Callbacks from functions
#'
#' Calls R functions at the events of training, testing and prediction.
#'
#' @param on_epoch_begin,on_epoch_end `function(epoch, logs)`, epochs from 0.
#' @param on_batch_begin,on_batch_end,on_train_batch_begin,on_train_batch_end `function(batch, logs)`,
#'   batches of an epoch from 0; both names mean the batches of training.
#' @param on_train_begin,on_train_end `function(logs)`.
#' @param on_predict_batch_begin,on_predict_batch_end,on_predict_begin,on_predict_end The same in
#'   [predict()].
#' @param on_test_batch_begin,on_test_batch_end,on_test_begin,on_test_end The same in [evaluate()] and
#'   on validation data.
#' @details `logs` is a named list: `loss` and the metrics so far after a batch; with those of the
#'   validation data behind `val_` after an epoch; empty at a beginning. A function of fewer arguments
#'   gets the first ones. Events of batches make the engine come back to R after every batch, so they
#'   cost time.
#' @returns A callback for the `callbacks` of [fit()], [evaluate()] and [predict()].
#' @section Errors:
#' Something else than a function is an error of class `tildenet_error_argument`. An error inside a
#' function ends the training; the model is then that of the last whole step.
#' @examples
#' callback_lambda(on_epoch_end = function(epoch, logs) cat(epoch, logs$loss, "\n"))
#' @export
callback_lambda <- function(on_epoch_begin = NULL, on_epoch_end = NULL, on_batch_begin = NULL,
                            on_batch_end = NULL, on_train_batch_begin = NULL,
                            on_train_batch_end = NULL, on_train_begin = NULL, on_train_end = NULL,
                            on_predict_batch_begin = NULL, on_predict_batch_end = NULL,
                            on_predict_begin = NULL, on_predict_end = NULL,
                            on_test_batch_begin = NULL, on_test_batch_end = NULL,
                            on_test_begin = NULL, on_test_end = NULL) {
  given <- mget(names(formals()), envir = environment())
  given <- given[!vapply(given, is.null, NA)]
  for (event in names(given)) {
    if (!is.function(given[[event]])) abort_arg(event, "be a function", describe(given[[event]]))
  }
  new_callback("lambda", list(functions = given), lapply(given, lambda_hook))
}

lambda_hook <- function(f) {
  fitting <- call_with_fitting(f)
  function(self, ...) fitting(...)
}

#' Write a callback as a class
#'
#' An R6 class to inherit from. Overwrite the methods of the events that matter; the others do nothing.
#'
#' @details
#' Methods `on_epoch_begin`, `on_epoch_end` take `(epoch, logs)`; those of batches, `on_batch_begin`,
#' `on_batch_end`, and the same with `train_`, `test_` or `predict_` before `batch`, take
#' `(batch, logs)`; `on_train_begin`, `on_train_end`, `on_test_*` and `on_predict_*` take `(logs)`.
#' Epochs and batches count from 0; `logs` is a named list of measures.
#'
#' Fields: `params`, a list with `epochs`, `steps`, `verbose`, and `model`, the model in training.
#' `self$model$stop_training <- TRUE` ends the training. Both are set by `set_context(params, model)`
#' before training begins.
#' @format An R6 class generator.
#' @returns `KerasCallback$new()`, or that of a class that inherits from it, is a callback for
#'   [fit()], [evaluate()] and [predict()].
#' @examples
#' LossHistory <- R6::R6Class("LossHistory", inherit = KerasCallback,
#'   public = list(
#'     losses = NULL,
#'     on_batch_end = function(batch, logs = list()) self$losses <- c(self$losses, logs$loss)
#'   ))
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
#' compile(model, "sgd", "mse")
#' history <- LossHistory$new()
#' fit(model, 1:8, 8:1, batch_size = 2, epochs = 1, verbose = 0, callbacks = list(history))
#' history$losses
#' @name KerasCallback
#' @export KerasCallback
NULL

KerasCallback <- R6::R6Class("KerasCallback",
  public = list(
    params = NULL,
    model = NULL,
    set_context = function(params = NULL, model = NULL) {
      self$params <- params
      self$model <- model
    },
    on_epoch_begin = function(epoch, logs = NULL) {},
    on_epoch_end = function(epoch, logs = NULL) {},
    on_batch_begin = function(batch, logs = NULL) {},
    on_batch_end = function(batch, logs = NULL) {},
    on_train_batch_begin = function(batch, logs = NULL) {},
    on_train_batch_end = function(batch, logs = NULL) {},
    on_test_batch_begin = function(batch, logs = NULL) {},
    on_test_batch_end = function(batch, logs = NULL) {},
    on_predict_batch_begin = function(batch, logs = NULL) {},
    on_predict_batch_end = function(batch, logs = NULL) {},
    on_train_begin = function(logs = NULL) {},
    on_train_end = function(logs = NULL) {},
    on_test_begin = function(logs = NULL) {},
    on_test_end = function(logs = NULL) {},
    on_predict_begin = function(logs = NULL) {},
    on_predict_end = function(logs = NULL) {}
  )
)

#' TensorBoard, which is not there
#'
#' Accepted so that old scripts run; says once that nothing is written.
#' @param ... Ignored.
#' @returns A callback that does nothing.
#' @examples
#' callback_tensorboard("logs")
#' @export
callback_tensorboard <- function(...) {
  say_once("tensorboard", "callback_tensorboard() has no effect: there is no TensorBoard here.")
  new_callback("tensorboard", list(), list())
}
