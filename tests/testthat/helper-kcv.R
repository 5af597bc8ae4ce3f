# A small quick cross-validation.
small_kcv <- function(input_formula, data, ..., k_folds = 3, N_layers = 2, units = 8, Nepochs = 3,
                      seed = 1, verbose = "auto") {
  kms_kcv(input_formula, data, k_folds = k_folds, N_layers = N_layers, units = units,
          Nepochs = Nepochs, seed = seed, verbose = verbose, ...)
}

# The weights of each fold.
fold_weights <- function(cv) {
  lapply(seq_len(cv$k_folds), function(f) get_weights(cv[[paste0("train_f", f)]]$model))
}

# A compiled model for four columns and three labels.
iris_model <- function() {
  keras_model_sequential() |>
    layer_dense(units = 6, activation = "relu", input_shape = 4) |>
    layer_dense(units = 3, activation = "softmax") |>
    compile(optimizer = optimizer_adam(0.01), loss = "categorical_crossentropy", metrics = "accuracy")
}
