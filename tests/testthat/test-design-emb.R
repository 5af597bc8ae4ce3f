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

test_that("levels seen once, or not at all, share the row for unseen levels", {
  values <- c(rep(c("a", "b"), each = 30), "once", "held")
  state <- prepared(values)
  ids <- emb_replay(state, values)$input
  settled <- emb_settle(state, ids, 1:61)
  expect_identical(settled$state$row, c(0L, 1L, 4L, 4L)) # a, b, held, once
  expect_identical(settled$input[61:62], c(4L, 4L))
  expect_identical(sum(settled$input[1:60] == 4), 1L) # 2 in 100 of 61 rows is two rows
})

test_that("without levels seen once some rows drawn at random teach the row", {
  values <- rep(letters[1:5], 40)
  ids <- emb_replay(prepared(values), values)$input
  draw <- function() withr::with_seed(3, emb_settle(prepared(values), ids, 1:200)$input)
  expect_identical(sum(draw() == 5), 4L)
  expect_identical(draw(), draw())
  expect_identical(emb_settle(prepared(values), ids, 1:200)$state$row, 0:4)
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

test_that("in a dot product an unseen level adds nothing: bias and mean are left", {
  d <- ratings()
  d$user <- factor(d$user)
  fit <- kms(stars ~ user + film + emb(user, 3):emb(film, 3), d, N_layers = 0, Nepochs = 20, pTraining = 1, seed = 1,
             verbose = 0, optimizer_args = list(learning_rate = 0.01))
  expect_identical(unname(embedding(fit, "user")["<unseen>", ]), numeric(3))
  weights <- get_weights(fit$model)
  kernel <- stats::setNames(weights[[which(vapply(weights, NROW, 0) == fit$P)[1]]][, 1], fit$colnames_x)
  bias <- weights[[which(lengths(weights) == 1)[1]]][1]
  new <- data.frame(user = c("z", "b", "z"), film = c("m3", "new", "new"))
  p <- suppressWarnings(predict(fit, new, type = "response"))
  by_hand <- bias + c(kernel[["filmm3"]], kernel[["userb"]], 0)
  expect_equal(p, by_hand * fit$train_scale$y[2] + fit$train_scale$y[1], tolerance = 1e-5)
})

test_that("a level that only other rows than those fitted to have is unseen in a product", {
  settled <- emb_settle(prepared(c("a", "b", "once", "held")), c(0L, 1L, 0L, 2L, 3L), 1:4, joined = FALSE)
  expect_identical(settled$state$row, c(0L, 1L, 2L, 4L)) # a, b, held, once
  expect_identical(settled$input, c(0L, 1L, 0L, 2L, 4L))
})

test_that("penalties move no row of zeros, and each table has its own", {
  d <- ratings()
  f <- stars ~ user + emb(user, 2, regularizer = regularizer_l2(0.01)):emb(film, 2, constraint = constraint_unitnorm(1))
  fit <- kms(f, d, N_layers = 0, Nepochs = 3, seed = 1, verbose = 0)
  config <- function(name) get_layer(fit$model, name)$config
  expect_equal(config("emb_user_table")$embeddings_regularizer$l2, 0.01)
  expect_equal(config("emb_film_table")$embeddings_regularizer$l1, 1e-5)
  expect_identical(config("emb_film_table")$embeddings_constraint$kind, "unitnorm")
  expect_identical(unname(embedding(fit, "film")["<unseen>", ]), numeric(2))
  expect_equal(unname(rowSums(embedding(fit, "film")^2))[1:8], rep(1, 8), tolerance = 1e-4)
  none <- small_kms(stars ~ x + emb(film, 2, regularizer = NULL), d)
  expect_null(get_layer(none$model, "emb_film_table")$config$embeddings_regularizer)
  expect_error(small_kms(stars ~ emb(film, 2, regularizer = 3), d), "regularizer of emb", class = "tildenet_error_argument")
})
