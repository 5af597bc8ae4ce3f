#' Training on generators, the old names
#'
#' The same as [fit()], [evaluate()] and [predict()] with a generator.
#'
#' @inheritParams fit
#' @param object A model.
#' @param generator `function()` that returns `list(x, y)` or `list(x, y, weights)`, batch by batch
#'   without end; for predictions the inputs, or a list that begins with them.
#' @param steps,steps_per_epoch,validation_steps Numbers of batches.
#' @param max_queue_size,workers Accepted for old scripts, without effect.
#' @returns As the functions named above.
#' @section Errors:
#' A missing number of batches, batches of another form, and a generator that ends early are errors.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
#' compile(model, "sgd", "mse")
#' batches <- function() {
#'   x <- matrix(rnorm(16), 8)
#'   list(x, x[, 1])
#' }
#' fit_generator(model, batches, steps_per_epoch = 4, epochs = 2, verbose = 0)
#' evaluate_generator(model, batches, steps = 2)
#' @name fit_generator
NULL

#' @rdname fit_generator
#' @export
fit_generator <- function(object, generator, steps_per_epoch, epochs = 1,
                          verbose = getOption("keras.fit_verbose", "auto"), callbacks = NULL,
                          view_metrics = "auto", validation_data = NULL, validation_steps = NULL,
                          class_weight = NULL, max_queue_size = 10, workers = 1, initial_epoch = 0) {
  fit(object, generator, epochs = epochs, verbose = verbose, callbacks = callbacks,
      validation_data = validation_data, validation_steps = validation_steps,
      class_weight = class_weight, initial_epoch = initial_epoch,
      steps_per_epoch = if (!missing(steps_per_epoch)) steps_per_epoch)
}

#' @rdname fit_generator
#' @export
evaluate_generator <- function(object, generator, steps, max_queue_size = 10, workers = 1,
                               callbacks = NULL) {
  evaluate(object, generator, steps = if (!missing(steps)) steps, callbacks = callbacks, verbose = 0)
}

#' @rdname fit_generator
#' @export
predict_generator <- function(object, generator, steps, max_queue_size = 10, workers = 1,
                              verbose = 0, callbacks = NULL) {
  predict(object, generator, steps = if (!missing(steps)) steps, callbacks = callbacks,
          verbose = verbose)
}
