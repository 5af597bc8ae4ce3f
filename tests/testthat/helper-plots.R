# Fits made by hand, so that figures do not hang on training and look the same everywhere.

# Each figure, named by its title, draws without a word, whatever the release of ggplot2, and looks as
# recorded. Other releases draw other guides and margins. Closes a test: what is left out there is a skip.
expect_figures <- function(...) {
  figures <- list(...)
  for (title in names(figures)) {
    testthat::expect_silent(drawn(figures[[title]]))
  }
  testthat::skip_if_not_installed("vdiffr")
  recorded <- utils::packageVersion("ggplot2")[1, 1:2] == "3.4"
  testthat::skip_if_not(recorded, "the figures are recorded with ggplot2 3.4")
  for (title in names(figures)) vdiffr::expect_doppelganger(title, figures[[title]])
}

drawn <- function(figure) {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  if (is.function(figure)) figure() else print(figure)
}

history_of <- function(n, asked = n, validated = TRUE) {
  metrics <- list(loss = 1 / seq_len(n), accuracy = 1 - 1 / (1 + seq_len(n)))
  if (validated) {
    metrics <- c(metrics, list(val_loss = 1.2 / seq_len(n), val_accuracy = 1 - 1.3 / (1 + seq_len(n))))
  }
  structure(list(params = list(verbose = 0, epochs = asked, steps = 3, samples = 96, batch_size = 32,
                               validation_samples = if (validated) 24, do_validation = validated,
                               metrics = names(metrics)),
                 metrics = metrics), class = "keras_training_history")
}

labelled_fit <- function(predictions, y_test = c("a", "a", "b", "c"), labels = c("a", "b", "c")) {
  structure(list(y_test = y_test, predictions = predictions, y_labels = labels, input_formula = y ~ .,
                 y_type = if (length(labels) == 2) "binary" else "multinomial",
                 history = history_of(3)), class = "kms_fit")
}

# 17 labels of falling frequency, the last of them never observed; every third prediction is the next label.
many_label_fit <- function() {
  labels <- c("Action", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama",
              "Family", "Fantasy", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "Western")
  truth <- rep(seq_len(16), times = 1 + 10 * (16:1))
  wrong <- seq_along(truth) %% 3 == 0
  labelled_fit(labels[ifelse(wrong, truth %% 17 + 1, truth)], labels[truth], labels)
}

two_folds <- function() {
  fold <- function(fit) new_prediction(list(fit = fit, y_test = c("a", "b", "b"), accuracy = 0.5))
  structure(list(k_folds = 2, test_f1 = fold(c("a", "a", "b")), test_f2 = fold(c("b", "b", "b"))), class = "kms_kcv_fit")
}

number_fit <- function(n = 60) {
  y <- seq(-1, 2, length.out = n)
  structure(list(y_test = y, predictions = y / 2 + sin(7 * y) / 4, y_type = "continuous",
                 input_formula = log10(gross / budget) ~ ., history = history_of(3)), class = "kms_fit")
}

# Weights that need no generator: the sines of 1, 2, 3, ... as sums of halves, which floats hold exactly.
sine_weights <- function(n) round(64 * sin(seq_len(n))) / 64

with_sine_weights <- function(model) {
  shapes <- lapply(get_weights(model), dim)
  set_weights(model, lapply(shapes, function(shape) array(sine_weights(prod(shape)), shape)))
  model
}

dense_chain <- function() {
  k_clear_session()
  with_sine_weights(keras_model_sequential() %>% layer_dense(3, "relu", input_shape = 2) %>%
                      layer_dropout(0.25) %>% layer_dense(20) %>% layer_dense(2, "softmax"))
}

two_inputs <- function() {
  k_clear_session()
  words <- layer_input(6, name = "words")
  numbers <- layer_input(4, name = "numbers")
  keras_model(list(words, numbers), layer_dense(layer_concatenate(list(layer_dense(words, 8), numbers)), 3))
}
