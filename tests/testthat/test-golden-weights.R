# Initializers, constraints and regularizers against Keras.

# A layer with a weight of that shape: the kernel of a dense layer, its bias for vectors, the slopes of
# a parametric relu for more axes.
holder_of <- function(shape, kind, extra) {
  n <- length(shape)
  if (n > 2) {
    args <- stats::setNames(list(extra), paste0("alpha_", kind))
    input <- layer_input(shape = shape)
    return(keras_model(input, do.call(layer_activation_parametric_relu, c(list(input), args))))
  }
  args <- list(units = shape[n], use_bias = n == 1)
  args[[paste0(if (n == 1) "bias_" else "kernel_", kind)]] <- extra
  input <- layer_input(shape = if (n == 1) 2 else shape[1])
  keras_model(input, do.call(layer_dense, c(list(input), args)))
}

# Loss and weight after one step whose loss has no gradient.
step_of <- function(model, w, rate) {
  weights <- get_weights(model)
  weights[[length(weights)]] <- w
  set_weights(model, weights)
  compile(model, optimizer = optimizer_sgd(rate), loss = function(y_true, y_pred) k_sum(y_pred * 0))
  x <- array(0, c(2, model$input$shape[-1]))
  y <- array(0, c(2, model$output$shape[-1]))
  loss <- train_on_batch(model, x, y)
  after <- get_weights(model)
  list(loss = as.numeric(unlist(loss))[1], w = after[[length(after)]])
}

test_that("constraints give Keras' numbers", {
  golden_group("constraints", function(case, top) {
    w <- golden_array(case$w)
    model <- holder_of(dim(w), "constraint", golden_call(case$constraint, case$args))
    expect_golden(step_of(model, w, 0.5)$w, golden_array(case$value), case$name)
  })
})

test_that("regularizers give Keras' numbers", {
  golden_group("regularizers", function(case, top) {
    if (case$kind == "function") {
      w <- golden_array(case$w)
      step <- step_of(holder_of(dim(w), "regularizer", golden_call(case$regularizer, case$args)), w, 1024)
      expect_golden(step$loss, case$value, paste(case$name, "value"))
      gradient <- golden_array(case$gradient)
      return(expect_golden((w - step$w) / 1024, gradient, paste(case$name, "gradient"), 0,
                           max(1e-6, 1e-5 * max(abs(gradient)))))
    }
    x <- golden_array(case$x)
    input <- layer_input(shape = dim(x)[-1])
    layer <- golden_value(case$layer)
    output <- layer(input)
    if (case$kind == "shared") output <- layer(output)
    model <- keras_model(input, output)
    compile(model, optimizer = optimizer_sgd(1024), loss = case[["loss"]], metrics = "mse")
    weights <- golden_arrays(case$weights)
    set_weights(model, weights)
    if (!is.null(case$evaluate)) {
      result <- evaluate(model, x, golden_array(case$y), batch_size = case$evaluate_batch_size,
                         verbose = 0)
      for (n in names(case$evaluate)) {
        expect_golden(as.numeric(result[[n]]), case$evaluate[[n]], paste(case$name, n))
      }
    }
    loss <- as.numeric(unlist(train_on_batch(model, x, golden_array(case$y))))[1]
    expect_golden(loss, case$full_batch_loss, paste(case$name, "loss"))
    if (!is.null(case$gradients)) {
      Map(function(b, a, g) {
        g <- golden_array(g)
        expect_golden((b - a) / 1024, g, paste(case$name, "gradient"), 0,
                      max(1e-6, 1e-5 * max(abs(g))))
      }, weights, get_weights(model), case$gradients)
    }
  })
})

# Moments of many draws, within five standard errors.
expect_draws <- function(values, facts, label) {
  values <- as.numeric(values)
  m <- length(values)
  expect_golden(mean(values), facts$mean, paste(label, "mean"), 0, 5 * facts$sd / sqrt(m))
  expect_golden(sd(values), facts$sd, paste(label, "sd"), 5 / sqrt(2 * m), 0)
  if (!is.null(facts$min)) {
    slack <- 1e-6 * max(1, abs(facts$max))
    expect_gte(min(values), facts$min - slack, label = paste(label, "smallest"))
    expect_lte(max(values), facts$max + slack, label = paste(label, "largest"))
  }
}

draw_of <- function(initializer, shape) {
  as.numeric(tildenet:::engine_raw_read(tildenet:::initial_data(initializer, shape), shape))
}

test_that("initializers draw from Keras' distributions", {
  set.seed(1)
  golden_group("initializers", function(case, top) {
    if (case$kind == "layer") {
      for (weight in case$weights) {
        shape <- unlist(weight$shape)
        for (scheme in c("glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
                         "lecun_uniform", "lecun_normal")) {
          if (is.null(weight[[scheme]])) next
          made <- golden_call(paste0("initializer_", scheme))
          draws <- unlist(lapply(1:20, function(i) draw_of(made, shape)))
          expect_draws(draws, weight[[scheme]], paste(case$name, weight$weight, scheme))
        }
      }
      return()
    }
    initializer <- golden_call(if (case$kind == "orthogonal") "initializer_orthogonal" else
      case$initializer, case$args)
    if (case$kind == "fixed") {
      value <- golden_array(case$value)
      found <- tildenet:::engine_raw_read(tildenet:::initial_data(initializer, dim(value)), dim(value))
      expect_golden(found, value, case$name, 0, 0)
    } else if (case$kind == "draw") {
      shape <- unlist(case$shape)
      expect_draws(unlist(lapply(1:20, function(i) draw_of(initializer, shape))), case$facts,
                   case$name)
    } else {
      shape <- unlist(case$shape)
      w <- tildenet:::engine_raw_read(tildenet:::initial_data(initializer, shape), shape)
      flat <- matrix(golden_row_major(w), ncol = shape[length(shape)], byrow = TRUE)
      gram <- if (case$unit_side == "rows") flat %*% t(flat) else t(flat) %*% flat
      expect_golden(gram, diag(case$gram_diagonal, nrow(gram)), case$name, 0,
                    1e-5 * max(1, case$gram_diagonal))
    }
  })
})
