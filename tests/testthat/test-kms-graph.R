test_that("an embedding joins the columns before the first dense layer", {
  fit <- small_kms(stars ~ x + emb(film, 3), ratings())
  expect_identical(vapply(fit$model$inputs, function(t) t$history$layer$name, ""), c("x", "emb_film"))
  expect_identical(dim(get_weights(get_layer(fit$model, "emb_film_table"))[[1]]), c(9L, 3L))
  first <- Filter(function(layer) inherits(layer, "Dense"), fit$model$layers)[[1]]
  expect_identical(dim(get_weights(first)[[1]]), c(4L, 8L))
  expect_identical(fit$P, 1L)
  expect_output(print(fit), "P = 1 + emb(film, 3)", fixed = TRUE)
})

test_that("what kms() fits can be written by hand", {
  d <- ratings()
  fit <- small_kms(stars ~ x + emb(film, 3) + offset(x), d, pTraining = 1, activity_regularizer = NULL)
  columns <- layer_input(1)
  film <- layer_input(1)
  offset <- layer_input(1)
  rows <- film |> layer_embedding(9, 3) |> layer_flatten()
  sum <- layer_concatenate(list(columns, rows)) |> layer_dense(8, "relu") |> layer_dense(8, "relu") |> layer_dense(1)
  model <- keras_model(list(columns, film, offset), layer_add(list(sum, offset)))
  set_weights(model, get_weights(fit$model))
  scale <- fit$train_scale
  ids <- attr(fit, "design")$specials[[1]]$state$row[match(d$film, sort(unique(d$film)))]
  z <- predict(model, list((d$x - scale$X[1]) / scale$X[2], ids, d$x / scale$y[2]), verbose = 0)
  expect_equal(z[, 1] * scale$y[2] + scale$y[1], predict(fit, d, type = "response"), tolerance = 1e-5)
})

test_that("a product of embeddings learns what columns alone cannot", {
  d <- ratings()
  fit <- function(formula) {
    kms(formula, d, N_layers = 0, seed = 2, verbose = 0, optimizer_args = list(learning_rate = 0.01))$R2_predictions
  }
  expect_lt(fit(stars ~ user + film + x), 0.5)
  expect_gt(fit(stars ~ user + film + x + emb(user, 4):emb(film, 4)), 0.9)
})

test_that("products alone have an output layer with a bias, and say so", {
  expect_message(fit <- small_kms(stars ~ emb(user, 2):emb(film, 2), ratings()), "output layer only",
                 class = "tildenet_message_no_hidden")
  expect_identical(vapply(fit$model$layers, function(l) class(l)[1], "")[7:8], c("Dot", "Dense"))
  expect_identical(nrow(fit$layers_overview), 1L)
})

test_that("every outcome goes with columns, embeddings and products, sparse and dense", {
  d <- transform(ratings(), kind = cut(stars, c(-Inf, -1, 1, Inf), c("low", "mid", "high")), good = stars > 0)
  outcomes <- list(quote(kind), quote(good), quote(cbind(good, sunny = x > 0)))
  for (outcome in outcomes) {
    for (sparse in c(FALSE, TRUE)) {
      for (n in c(0, 2)) {
        f <- eval(bquote(.(outcome) ~ x + emb(user) + emb(user):emb(film, 2)))
        fit <- suppressMessages(kms(f, d, N_layers = n, Nepochs = 2, sparse_data = sparse, seed = 1, verbose = 0))
        link <- predict(fit, d[1:9, ], type = "link")
        prob <- predict(fit, d[1:9, ], type = "prob")
        expected <- if (fit$y_type == "multinomial") exp(link) / rowSums(exp(link)) else stats::plogis(link)
        if (fit$y_type == "binary") prob <- prob[, 2]
        expect_equal(expected, prob, tolerance = 1e-5, ignore_attr = TRUE)
      }
    }
  }
})

test_that("on sparse columns the first layer is a sum and stays sparse", {
  fit <- small_kms(stars ~ user + emb(film, 3), ratings(), sparse_data = TRUE)
  kinds <- vapply(fit$model$layers, function(l) class(l)[1], "")
  expect_true(all(c("Add", "Activation", "ActivityRegularization") %in% kinds))
  expect_false("Concatenate" %in% kinds)
  expect_snapshot(error = TRUE, {
    small_kms(stars ~ user + emb(film, 3), ratings(), sparse_data = TRUE, activity_regularizer = function(x) k_sum(x))
  })
})

test_that("a compiled model of the user's takes the inputs by name", {
  film <- layer_input(1, name = "emb_film")
  columns <- layer_input(1, name = "x")
  rows <- film |> layer_embedding(9, 2) |> layer_flatten()
  model <- keras_model(list(film, columns), layer_concatenate(list(rows, columns)) |> layer_dense(1))
  compile(model, "adam", "mse")
  fit <- kms(stars ~ x + emb(film), ratings(), model, Nepochs = 2, seed = 1, verbose = 0)
  expect_length(predict(fit, ratings()[1:4, ], type = "response"), 4)
  expect_snapshot(error = TRUE, {
    kms(stars ~ x, ratings(), model)
    kms(stars ~ x + emb(film) + offset(x), ratings(), model)
    embedding(fit, "film")
  })
})
