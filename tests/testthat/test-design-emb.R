prepared <- function(values, dim = NULL) emb_prepare(values, list(dim = dim), "emb(f)", NULL)

test_that("levels of factors keep their order, text and numbers are sorted", {
  expect_identical(prepared(factor(c("b", "a"), c("b", "a", "unused")))$levels, c("b", "a", "unused"))
  expect_identical(prepared(c("b", "a", "b"))$levels, c("a", "b"))
  expect_identical(prepared(c(10, 9, 10))$levels, c("9", "10"))
  state <- prepared(c("b", "a", "c"))
  replayed <- emb_replay(state, c("c", "new", "a", "new"))
  expect_identical(replayed$input, c(2L, 3L, 0L, 3L))
  expect_identical(replayed$new, "new")
})

test_that("levels that none of the rows fitted to has read the row for unseen levels", {
  values <- c(rep(c("a", "b"), c(30, 10)), "once", "held")
  state <- prepared(values)
  ids <- emb_replay(state, values)$input
  settled <- emb_settle(state, ids, 1:41, NULL)
  expect_identical(settled$state$row, c(0L, 1L, 4L, 3L)) # a, b, held, once
  expect_identical(settled$input[40:42], c(1L, 3L, 4L))
  expect_identical(settled$state$count, c(30L, 10L, 0L, 1L))
  expect_equal(settled$state$share, c(30, 10, 0, 1, 0) / 41)
  weighted <- emb_settle(state, ids, 1:41, rep(c(1, 3), c(30, 11)))
  expect_equal(weighted$state$share, c(30, 30, 0, 3, 0) / 63)
})

test_that("lengths have a default and agree in a product", {
  expect_identical(emb_default_dim(prepared(as.character(1:90))), 10)
  expect_identical(emb_default_dim(prepared(as.character(1:9000))), 50)
  dims <- function(formula) {
    vapply(design_fit(formula, ratings())$design$specials, function(s) s$state$dim, 0, USE.NAMES = FALSE)
  }
  expect_identical(dims(stars ~ emb(user) + emb(film, 7)), c(4, 7))
  expect_identical(dims(stars ~ emb(user):emb(film, 7)), c(7, 7))
  expect_identical(dims(stars ~ emb(user):emb(film)), c(3, 3))
  expect_error(dims(stars ~ emb(user, 2):emb(film, 3)), "2 and 3", class = "tildenet_error_formula")
})

test_that("whole numbers are the same levels as integers, doubles, text and factors", {
  d <- ratings()
  d$id <- c(1e5, 2e5, 3, 123456789)[as.integer(d$user) %% 4 + 1]
  expect_identical(prepared(d$id)$levels, c("3", "100000", "200000", "123456789"))
  expect_identical(emb_replay(prepared(d$id), as.integer(d$id)), emb_replay(prepared(as.integer(d$id)), d$id))
  forms <- list(d$id, as.integer(d$id), factor(format(d$id, scientific = FALSE, trim = TRUE), label_text(sort(unique(d$id)))))
  fits <- lapply(forms, function(id) predict(small_kms(stars ~ emb(id, 2) + x, transform(d, id = id)), d, type = "response"))
  expect_identical(fits[[1]], fits[[2]])
  expect_identical(fits[[1]], fits[[3]])
})

test_that("the row for unseen levels is the mean of the rows of the levels", {
  d <- ratings()
  for (f in list(stars ~ user + film + emb(user, 3):emb(film, 3), stars ~ x + emb(user, 3) + emb(film, 2))) {
    fit <- kms(f, d, N_layers = 0, Nepochs = 3, seed = 1, verbose = 0, validation_split = 0)
    for (name in c("user", "film")) {
      rows <- embedding(fit, name)
      count <- table(factor(d[[name]][fit$split == "train"], rownames(rows)))
      expect_equal(rows["<unseen>", ], drop(as.vector(count) %*% rows) / sum(count), tolerance = 1e-6)
    }
  }
})

test_that("a model of the user's has the mean of its own table", {
  d <- ratings()
  x <- layer_input(1, name = "x")
  id <- layer_input(1, name = "emb_film")
  out <- layer_concatenate(list(x, layer_flatten(layer_embedding(id, 9, 2)))) %>% layer_dense(1)
  model <- compile(keras_model(list(x, id), out), "adam", "mse")
  fit <- kms(stars ~ x + emb(film), d, keras_model_seq = model, Nepochs = 2, seed = 1, verbose = 0, validation_split = 0)
  table <- get_weights(model)[[1]]
  count <- table(factor(d$film, paste0("m", 1:8))[fit$split == "train"])
  expect_equal(table[9, ], drop(as.vector(count) %*% table[1:8, ]) / sum(count), tolerance = 1e-6)
})

test_that("each table has a penalty and a constraint of its own", {
  d <- ratings()
  f <- stars ~ user + emb(user, 2, regularizer = regularizer_l2(0.01)):emb(film, 2, constraint = constraint_unitnorm(1))
  fit <- kms(f, d, N_layers = 0, Nepochs = 3, seed = 1, verbose = 0)
  config <- function(name) get_layer(fit$model, name)$config
  expect_equal(config("emb_user_table")$embeddings_regularizer$l2, 0.01)
  expect_null(config("emb_film_table")$embeddings_regularizer)
  expect_identical(config("emb_film_table")$embeddings_constraint$kind, "unitnorm")
  expect_equal(unname(rowSums(embedding(fit, "film")^2))[1:8], rep(1, 8), tolerance = 1e-4)
  none <- small_kms(stars ~ x + emb(film, 2, regularizer = NULL), d)
  expect_null(get_layer(none$model, "emb_film_table")$config$embeddings_regularizer)
  expect_error(small_kms(stars ~ emb(film, 2, regularizer = 3), d), "regularizer of emb", class = "tildenet_error_argument")
})
