# From a data frame with plots, posters and lists of genres to predicted genres, by each way that the article on film
# genres shows.

# Films whose genre is that of a word of the plot and of a colour of the poster; some have both genres. Film 3 has no
# word with a vector, the poster of film 5 cannot be read.
made_up_films <- function(n = 60, frame = parent.frame()) {
  skip_if_not_installed("png")
  folder <- withr::local_tempdir(.local_envir = frame)
  withr::with_seed(3, {
    genres <- rep_len(list("Horror", "Romance", c("Horror", "Romance")), n)
    poster <- file.path(folder, sprintf("%02d.png", seq_len(n)))
    for (k in seq_len(n)) {
      light <- c("Romance" %in% genres[[k]], 0, "Horror" %in% genres[[k]])
      png::writePNG(array(pmin(rep(light, each = 64) * 0.8 + stats::runif(192, 0, 0.2), 1), c(8, 8, 3)), poster[k])
    }
    plots <- vapply(genres, function(g) paste(c("the", c(Horror = "ghost", Romance = "wedding")[g], sample(letters, 3)),
                                              collapse = " "), "")
  })
  plots[3] <- "qqq"
  writeLines("no picture", poster[5])
  films <- data.frame(overview = plots, poster = poster, budget = seq_len(n))
  films$genres <- genres
  films
}

# A network in the manner of VGG16, its random weights in a file as Keras writes it.
vgg_style <- function() {
  keras_model_sequential() %>%
    layer_conv_2d(6, 3, padding = "same", activation = "relu", input_shape = c(8, 8, 3), name = "block1_conv1") %>%
    layer_max_pooling_2d(2, strides = 2, name = "block1_pool") %>%
    layer_conv_2d(8, 3, padding = "same", activation = "relu", name = "block2_conv1") %>%
    layer_max_pooling_2d(2, strides = 2, name = "block2_pool")
}

local_vgg <- function(frame = parent.frame()) {
  skip_if_not_installed("hdf5r")
  file <- withr::local_tempfile(fileext = ".h5", .local_envir = frame)
  withr::with_seed(1, save_model_weights_hdf5(vgg_style(), file))
  vgg <- vgg_style()
  load_model_weights_hdf5(vgg, file)
  vgg
}

genre_head <- function(units, inputs) {
  keras_model_sequential() %>%
    layer_dense(units[1], activation = "relu", input_shape = inputs) %>%
    layer_dense(units[2], activation = "relu") %>%
    layer_dense(2, activation = "sigmoid") %>%
    compile(optimizer_rmsprop(1e-2), "binary_crossentropy", metrics = "accuracy")
}

# Share of films whose genres are all named by the `n` most probable ones, where there are predictions.
named_right <- function(fit, films) {
  label <- predict(fit, films, type = "class")
  known <- stats::complete.cases(label)
  mean(rowSums(label[known, ] != multilabel(films$genres)[known, ]) == 0)
}

test_that("features of posters by a network from a file, then a head of dense layers", {
  films <- made_up_films()
  vgg <- local_vgg()
  cache <- withr::local_tempdir()
  expect_warning(features <- image_features(films$poster, vgg, cache = cache), "05.png", class = "tildenet_warning_image")
  expect_length(list.files(cache), nrow(films) - 1)
  expect_identical(dim(features), c(60L, 2L, 2L, 8L))
  films$pixels <- array_reshape(features, c(nrow(films), 32))
  expect_message(fit <- kms(genres ~ pixels, films, genre_head(c(16, 8), 32), Nepochs = 40, seed = 1),
                 "Dropped 1 of 60 rows", class = "tildenet_message_missing_rows")
  expect_identical(fit$y_type, "multilabel")
  top <- predict(fit, films, type = "top", k = 1)
  expect_identical(which(is.na(top)), 5L)
  expect_gt(named_right(fit, films), 0.9)
})

test_that("means of word vectors from a file, then a head, and both kinds of features together", {
  films <- made_up_films()
  file <- withr::local_tempfile(fileext = ".txt")
  writeLines(c("3 2", "ghost 1 0", "wedding 0 1", "the 9 9"), file)
  vectors <- read_word_vectors(file, vocabulary = unique(text_to_word_sequence(paste(films$overview, collapse = " "))))
  films$meaning <- mean_vectors(films$overview, vectors, stop_words = "english")
  expect_identical(which(is.na(films$meaning[, 1])), 3L)
  expect_message(fit <- kms(genres ~ meaning, films, genre_head(c(8, 8), 2), Nepochs = 40, seed = 1),
                 "Dropped 1 of 60 rows")
  expect_identical(unname(which(is.na(predict(fit, films, type = "class")[, 1]))), 3L)
  expect_gt(named_right(fit, films), 0.9)
  films$pixels <- array_reshape(suppressWarnings(image_features(films$poster, local_vgg())), c(nrow(films), 32))
  expect_message(both <- kms(genres ~ meaning + pixels, films, N_layers = 1, units = 8, Nepochs = 40, batch_size = 8,
                             optimizer_args = list(learning_rate = 0.01), seed = 1),
                 "Dropped 2 of 60 rows")
  expect_gt(named_right(both, films), 0.9)
})

test_that("plots, posters and numbers go into one formula, and genres come out", {
  films <- made_up_films()
  suppressWarnings(suppressMessages(
    fit <- kms(genres ~ text(overview) + image(poster, 8, filters = 4) + log(budget + 1), films, N_layers = 1, units = 8,
               Nepochs = 20, batch_size = 8, optimizer_args = list(learning_rate = 0.01), seed = 1, verbose = 0)
  ))
  top <- suppressWarnings(predict(fit, films[1:5, ], type = "top", k = 2))
  expect_identical(dim(top), c(5L, 2L))
  expect_identical(top[1:2, 1], c("Horror", "Romance"))
  expect_true(all(is.na(top[5, ])))
  expect_identical(multilabel_measures(fit)$measures$measure[1:2], c("precision", "recall"))
})
