net_of_fit <- function(fit) glance(fit)$net
plain <- function(...) kms(..., seed = 1, verbose = 0)
large <- function(n) {
  set.seed(1)
  d <- data.frame(a = rnorm(n), b = rnorm(n))
  d$y <- d$a - d$b + rnorm(n)
  d
}

test_that("without arguments about layers the size of the table says which net", {
  small <- plain(Species ~ ., iris)
  expect_equal(net_of_fit(small), "committee")
  expect_equal(nrow(small$members), 12)
  expect_true("Net:      committee, mean of 12 members, because 126 rows" %in% capture.output(print(small)))
  d <- large(1300)
  wide <- plain(y ~ ., d)
  expect_equal(net_of_fit(wide), "realmlp_tds")
  expect_true(paste0("Net:      realmlp_tds, because ", format(nobs(wide), big.mark = ","), " rows") %in% capture.output(print(wide)))
  expect_equal(net_of_fit(plain(y ~ ., d, pTraining = 0.7)), "committee")
})

test_that("the net that is chosen can be written by hand", {
  d <- large(1300)
  by_hand <- plain(y ~ ., d, net = "realmlp_tds", Nepochs = 32, dropout = 0.15, validation_split = 0.1)
  expect_identical(predict(plain(y ~ ., d), d)$fit, predict(by_hand, d)$fit)
  expect_identical(predict(plain(Species ~ ., iris), iris, "prob"), predict(plain(Species ~ ., iris, net = "committee"), iris, "prob"))
  asked <- plain(y ~ ., d, validation_split = 0.3)
  expect_equal(glance(asked)$epochs, 32)
  expect_identical(predict(asked, d)$fit,
                   predict(plain(y ~ ., d, net = "realmlp_tds", Nepochs = 32, dropout = 0.15, validation_split = 0.3), d)$fit)
})

test_that("any argument about layers or their training means dense layers", {
  asked <- list(N_layers = 2, units = 8, activation = "relu", dropout = 0.1, use_bias = FALSE, kernel_initializer = "he_normal",
                kernel_regularizer = NULL, bias_regularizer = NULL, activity_regularizer = NULL, Nepochs = 2, batch_size = 16,
                loss = "categorical_crossentropy", optimizer = "optimizer_sgd", optimizer_args = list(learning_rate = 0.01),
                scale_continuous = "zero_one", sparse_data = TRUE, bias_initializer = "zeros", net = "dense")
  for (name in names(asked)) {
    fit <- do.call(plain, c(list(Species ~ ., iris), asked[name], list(patience = 2)))
    expect_equal(net_of_fit(fit), "dense", label = paste("net with", name))
    expect_null(attr(fit, "choice"))
  }
  expect_equal(net_of_fit(plain(Species ~ ., iris, patience = 3)), "committee")
})

test_that("what the strong nets have no place for goes to dense layers", {
  d <- large(60)
  d$f <- factor(rep(letters[1:3], 20))
  d$o <- cut(d$y, 3, ordered_result = TRUE)
  expect_equal(net_of_fit(plain(y ~ a + emb(f), d, patience = 2)), "dense")
  expect_equal(net_of_fit(plain(y ~ a + offset(b), d, patience = 2)), "dense")
  expect_equal(net_of_fit(plain(o ~ a, d, patience = 2)), "dense")
  expect_equal(net_of_fit(plain(cbind(a > 0, b > 0) ~ f, d, patience = 2)), "dense")
  x <- as(as(as(as.matrix(d[1:2]), "dMatrix"), "generalMatrix"), "CsparseMatrix")
  expect_equal(net_of_fit(plain(x, d$y, patience = 2)), "dense")
  expect_equal(net_of_fit(plain(as.matrix(d[1:2]), d$y)), "committee")
  expect_equal(net_of_fit(plain(matrix(rnorm(60 * 501), 60), d$y, patience = 2)), "dense")
})

test_that("rows with missing predictors are used, unless it is said otherwise", {
  d <- large(60)
  d$a[3] <- NA
  expect_message(fit <- kms(y ~ ., d, seed = 1), class = "tildenet_message_missing_used")
  expect_equal(fit$N, 60)
  expect_equal(suppressMessages(kms(y ~ ., d, seed = 1, na.action = na.omit))$N, 59)
})

test_that("all folds have the net of all rows, and a fit goes on as the net it has", {
  d <- large(80)
  cv <- kms_kcv(y ~ ., d, k_folds = 2, seed = 1, verbose = 0)
  expect_equal(vapply(cv[c("train_f1", "train_f2")], net_of_fit, ""), c(train_f1 = "committee", train_f2 = "committee"))
  fit <- plain(y ~ ., d)
  more <- fit(fit, d, epochs = 2, verbose = 0)
  expect_equal(net_of_fit(more), "committee")
  expect_equal(glance(more)$epochs, glance(fit)$epochs + 2)
})
