#' Layers behind the output layer of a distribution
#'
#' `layer_ordinal()` turns one number eta into the probabilities of `units` ordered labels, with the cumulative logit
#' model P(y <= k) = sigmoid(c_k - eta); the cutpoints c_1 < c_2 < ... are its weights (the first of them, then the
#' logs of the steps between them). `layer_dispersion()` puts a column behind its input that is the same number above 0
#' in every row: theta of a negative binomial or the precision of a beta distribution (its weight is the log of
#' that number).
#' @inheritParams layers
#' @param units Number of labels, at least 2.
#' @param cutpoints Where the cutpoints start: `units - 1` increasing numbers, `NULL` for those of equal
#'   probabilities.
#' @param start Where the number starts, above 0.
#' @inherit layers return
#' @section Shapes:
#' `layer_ordinal()`: (samples, 1) to (samples, units), `units - 1` weights. `layer_dispersion()`: (samples, columns) to
#' (samples, columns + 1), 1 weight.
#' @seealso [loss_ordinal()], [loss_negative_binomial()], [loss_beta()]
#' @examples
#' ratings <- keras_model_sequential() %>%
#'   layer_dense(units = 1, use_bias = FALSE, input_shape = 2) %>%
#'   layer_ordinal(units = 3)
#' predict(ratings, matrix(c(-1, 0, 1, 0, 0, 0), 3))
#' @name layer_ordinal
NULL

#' @rdname layer_ordinal
#' @export
layer_ordinal <- function(object, units, cutpoints = NULL, input_shape = NULL, batch_input_shape = NULL,
                          batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                          weights = NULL) {
  force_object(object)
  units <- check_count(units, "units", min = 2)
  cutpoints <- check_numbers(cutpoints %||% stats::qlogis(seq_len(units - 1) / units), "cutpoints", rlang::current_env())
  if (length(cutpoints) != units - 1 || !is_increasing(cutpoints)) {
    must <- if (units == 2) "one number" else paste(units - 1, "increasing numbers")
    abort_arg("cutpoints", paste("hold", must), describe_numbers(cutpoints))
  }
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Ordinal", list(units = units, cutpoints = cutpoints), common))
}

# Beyond the ends: sigmoid() of it is 0 or 1, whatever eta is.
far_cutpoint <- 1e4

define_layer("Ordinal",
  build = function(self, inputs) {
    check_columns(self, inputs[[1]], 1)
    cut <- self$config$cutpoints
    weight <- new_parameter(paste0(self$name, "/cutpoints"), c(1, length(cut)))
    parameter_assign(weight, c(cut[1], log(diff(cut))))
    self$params <- list(weight)
  },
  emit = function(self, inputs) {
    n <- self$config$units
    raw <- parameter_tensor(self$params[[1]])
    first <- array(c(1, rep(0, n - 2)), c(1, n - 1))
    steps <- raw * k_constant(first) + k_exp(raw) * k_constant(1 - first)
    sum <- upper.tri(diag(n - 1), diag = TRUE) + 0
    upper <- k_dot(steps, k_constant(cbind(sum, 0))) + k_constant(array(c(rep(0, n - 1), far_cutpoint), c(1, n)))
    lower <- k_dot(steps, k_constant(cbind(0, sum))) - k_constant(array(c(far_cutpoint, rep(0, n - 1)), c(1, n)))
    eta <- inputs[[1]]
    # sigmoid(a) - sigmoid(b), without taking numbers near 1 from each other
    out <- k_sigmoid(upper - eta) * k_sigmoid(eta - lower) * (1 - k_exp(lower - upper))
    list(outputs = list(out))
  })

#' @rdname layer_ordinal
#' @export
layer_dispersion <- function(object, start = 1, input_shape = NULL, batch_input_shape = NULL,
                             batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(start = check_number(start, "start", 0, open = TRUE))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Dispersion", config, common))
}

define_layer("Dispersion",
  build = function(self, inputs) {
    check_columns(self, inputs[[1]])
    self$params <- list(new_parameter(paste0(self$name, "/log_dispersion"), c(1, 1),
                                      initializer_constant(log(self$config$start))))
  },
  emit = function(self, inputs) {
    shape <- k_constant(matrix(0, inputs[[1]]$shape[2], 1))
    same <- k_dot(inputs[[1]], shape) + k_exp(parameter_tensor(self$params[[1]]))
    list(outputs = emit_op("concatenate", list(inputs[[1]], same), list(axis = -1)))
  })

check_columns <- function(self, x, columns = NULL) {
  if (length(x$shape) == 2 && !is.na(x$shape[2]) && (is.null(columns) || x$shape[2] == columns)) return(invisible())
  abort_tn(paste0("It takes samples with ", columns %||% "a known number of", " column",
                  if (!identical(as.numeric(columns), 1)) "s", "."), "shape", paste0("The shape is ", shape_text(x$shape), "."), call = NULL)
}
