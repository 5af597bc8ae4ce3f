# Optimizers against Keras: given gradients for twelve steps, dense and by rows.

# With identity inputs and the loss sum(y_true * y_pred) a kernel's gradient is y_true.
sum_loss <- function(y_true, y_pred) k_sum(y_true * y_pred)

as_matrix_rows <- function(a) if (length(dim(a)) == 2) a else matrix(a, nrow = 1)

slice_of <- function(a, k) array(a[slice.index(a, 1) == k], dim(a)[-1])

# The two arrays lie in one kernel, block by block: a step of both is a step of it, but for clipping
# by norm, which is by array. Cases that clip by norm are left to the check from outside.
one_array_model <- function(kernel, optimizer) {
  model <- keras_model_sequential() %>%
    layer_dense(ncol(kernel), use_bias = FALSE, input_shape = nrow(kernel))
  compile(model, optimizer = optimizer, loss = sum_loss)
  set_weights(model, list(kernel))
  model
}

test_that("optimizers give Keras' steps", {
  cases <- golden_cases("optimizers")
  global <- Filter(function(c) !is.null(c$case$args$global_clipnorm), cases)
  golden_group("optimizers", function(case, top) {
    starts <- golden_arrays(top$start)
    gradients <- golden_arrays(top$gradient_sets[[case$gradients]])
    after <- golden_arrays(case$after)
    small <- case$gradients == "small"
    for (i in seq_along(starts)) {
      kernel <- as_matrix_rows(starts[[i]])
      model <- one_array_model(if (small) kernel * 0 else kernel,
                               golden_call(case$optimizer, case$args))
      for (step in seq_len(dim(gradients[[i]])[1])) {
        train_on_batch(model, diag(nrow(kernel)), as_matrix_rows(slice_of(gradients[[i]], step)))
        expected <- as_matrix_rows(slice_of(after[[i]], step))
        found <- get_weights(model)[[1]]
        label <- paste(case$name, "array", i, "step", step)
        if (small) {
          expect_golden(found, expected - kernel, label, 1e-4, 1e-8)
        } else {
          expect_golden(found, expected, label, 0, 2e-6 * step * pmax(1, abs(as.numeric(expected))))
        }
      }
    }
  }, vapply(global, function(c) c$case$name, "")) # the norm over both arrays needs two inputs
})

test_that("rows without gradient get the numbers of the dense rule", {
  golden_group("optimizers_sparse", function(case, top) {
    start <- golden_array(top$start[[1]])
    recorded <- unlist(top$recorded_steps)
    after <- golden_array(if (isTRUE(case$new_same_as_its_dense)) case$dense_after else
      case$new_after)
    model <- keras_model_sequential() %>%
      layer_embedding(nrow(start), ncol(start), input_length = 1) %>%
      layer_flatten()
    compile(model, optimizer = golden_call(case$optimizer, case$args), loss = sum_loss)
    set_weights(model, list(start))
    for (step in seq_along(top$gradients)) {
      g <- top$gradients[[step]]
      train_on_batch(model, matrix(golden_numbers(g$rows$data), ncol = 1), golden_array(g$values))
      at <- match(step, recorded)
      if (is.na(at)) next
      expected <- slice_of(after, at)
      expect_golden(get_weights(model)[[1]], expected, paste(case$name, "step", step), 0,
                    2e-6 * step * pmax(1, abs(as.numeric(expected))))
    }
  })
})
