# Dropout and weight decay that change while a model trains. The factors of all updates of a training are made
# when it begins; the engine follows them from update to update, in whatever graph the batches need.

#' Change dropout or weight decay during training
#'
#' Multiplies the rates of dropout layers, or the weight decay of the optimizer, by a factor that depends on how
#' far the training has come.
#'
#' @details
#' The progress before an update is the part of the training that is over: (e * steps + b) / (epochs * steps) for
#' batch b of epoch e, both from 0, `epochs` being those of [fit()] and `steps` the batches of an epoch. It is 0
#' before the first update and not yet 1 before the last. A training that goes on by `initial_epoch` goes on at its
#' progress. With `by = "epoch"` it is e / epochs for all batches of an epoch.
#'
#' The layers keep their rates, the optimizer its `weight_decay`: they are what they were after the training, and
#' as ever there is no dropout in validation and prediction. Learning rates change by
#' [schedules][learning_rate_schedule_cosine_decay()] and [callback_learning_rate_scheduler()].
#' @param what `"dropout"`: layers of [layer_dropout()], its spatial, Gaussian and alpha forms; `"weight_decay"`: that
#'   of the optimizer.
#' @param schedule `function(progress)` of one number from 0 to below 1 that returns the factor, a number of at least
#'   0. `schedule_flat_cos` is 1 in the first half and then falls to 0 along a cosine.
#' @param by `"batch"` or `"epoch"`: how often the factor changes.
#' @param layers For dropout, the names of the layers; `NULL` for all of the model.
#' @param progress Numbers from 0 to 1.
#' @returns `callback_schedule()`: a callback for the `callbacks` of [fit()]. `schedule_flat_cos()`: the factors, one
#'   for each number.
#' @section Errors:
#' Something else than a function, and when training begins factors below 0, dropout rates that would be 1 or more, a
#' model without dropout layers or without layers of these names, and an optimizer without weight decay are errors of
#' class `tildenet_error_argument`; the model is then as before.
#' @references Holzmueller, Grinsztajn and Steinwart (NeurIPS 2024).
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(8, activation = "relu", input_shape = 2) %>%
#'   layer_dropout(0.3) %>%
#'   layer_dense(1)
#' compile(model, optimizer_adamw(0.01, weight_decay = 0.02), "mse")
#' fit(model, matrix(1:40, 20), 1:20, epochs = 4, verbose = 0,
#'     callbacks = list(callback_schedule("dropout", schedule_flat_cos),
#'                      callback_schedule("weight_decay", function(progress) 1 - progress)))
#' @export
callback_schedule <- function(what = c("dropout", "weight_decay"), schedule, by = c("batch", "epoch"), layers = NULL) {
  what <- check_string(what[1], "what", c("dropout", "weight_decay"))
  if (missing(schedule) || !is.function(schedule)) {
    abort_arg("schedule", "be a function of the progress", if (!missing(schedule)) describe(schedule),
              "As `function(progress) 1 - progress`.")
  }
  if (!is.null(layers) && what != "dropout") abort_arg("layers", "be NULL for the weight decay", describe(layers))
  if (!is.null(layers) && (!is.character(layers) || length(layers) == 0 || anyNA(layers))) {
    abort_arg("layers", "be names of dropout layers, or NULL", describe(layers))
  }
  fields <- list(what = what, schedule = schedule, layers = layers, by = check_string(by[1], "by", c("batch", "epoch")))
  new_callback("schedule", fields, list())
}

#' @rdname callback_schedule
#' @export
schedule_flat_cos <- function(progress) {
  progress <- pmin(pmax(check_amounts(progress, "progress"), 0.5), 1)
  (1 + cos(pi * (2 * progress - 1))) / 2
}

# ---- in a training ---------------------------------------------------------------------------------

# Courses of a training that is about to begin, checked against the graph of its first batch. session: see
# train_session(); settings: those of fit(); steps: of an epoch.
begin_courses <- function(self, callbacks, session, settings, steps) {
  scheduled <- lapply(Filter(function(cb) inherits(cb, "tildenet_callback_schedule"), callbacks), self_of)
  if (length(scheduled) == 0 || settings$epochs <= settings$initial_epoch) return()
  first <- engine_optimizer_step(session$optimizer)
  courses <- lapply(scheduled, function(cb) {
    list(what = cb$what, layers = cb$layers, first = first, factors = course_factors(cb, settings, steps))
  })
  for (course in courses) check_course(course, session$spec, self_of(self$compiled$optimizer))
  self$training$courses <- courses
  set_courses(self, session)
}

end_courses <- function(self, session) {
  if (is.null(self$training$courses)) return()
  self$training$courses <- NULL
  engine_optimizer_courses(session$optimizer, list())
}

# For the graph of a session, each of which has its own nodes.
set_courses <- function(self, session) {
  courses <- lapply(self$training$courses, function(course) {
    nodes <- if (course$what == "dropout") dropping_nodes(session$spec, course$layers) - 1 else -1
    list(nodes = as.integer(nodes), first = course$first, factors = course$factors)
  })
  if (length(courses) > 0) engine_optimizer_courses(session$optimizer, courses)
}

course_factors <- function(cb, settings, steps) {
  epochs <- seq(settings$initial_epoch, settings$epochs - 1)
  progress <- if (cb$by == "epoch") epochs / settings$epochs
              else (rep(epochs * steps, each = steps) + seq_len(steps) - 1) / (settings$epochs * steps)
  factors <- vapply(progress, function(p) check_factor_of(cb$schedule(p)), 0)
  if (cb$by == "epoch") rep(factors, each = steps) else factors
}

check_factor_of <- function(value) {
  if (!is_one_number(value) || value < 0 || value > largest_float) {
    abort_arg("schedule", "return one finite number of at least 0", describe(value), call = NULL)
  }
  as.numeric(value)
}

dropping_ops <- c("dropout", "gaussian_dropout", "alpha_dropout")

# Places of nodes that drop, of the layers of these names or of all.
dropping_nodes <- function(spec, layers = NULL) {
  drops <- vapply(spec$nodes, function(node) {
    node$op %in% dropping_ops && (is.null(layers) || isTRUE(node$layer %in% layers))
  }, NA)
  which(drops)
}

check_course <- function(course, spec, optimizer) {
  if (course$what == "weight_decay") {
    if (is.null(optimizer$weight_decay)) {
      abort_arg("what", "be \"dropout\"", "The optimizer has no weight decay.",
                "Compile the model with optimizer_adamw(), or give another `weight_decay`.", call = NULL)
    }
    return()
  }
  nodes <- spec$nodes[dropping_nodes(spec)]
  names <- unlist(lapply(nodes, `[[`, "layer"))
  unknown <- setdiff(course$layers, names)
  if (length(nodes) == 0 || length(unknown) > 0) {
    abort_arg("layers", "name dropout layers of the model", call = NULL,
              given = if (length(unknown) > 0) paste0("There is none called ", quoted(unknown[1]), "."),
              how = if (length(nodes) == 0) "The model has no dropout layers." else paste0("It has ", some_of(names), "."))
  }
  rates <- unlist(lapply(spec$nodes[dropping_nodes(spec, course$layers)], function(node) node$attrs$rate))
  most <- max(rates) * max(course$factors)
  if (rounds_to_one(most)) {
    abort_arg("schedule", "keep dropout rates below 1", paste0("One would be ", format(most), "."), call = NULL)
  }
}
