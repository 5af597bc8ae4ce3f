# Fits as C: the function takes columns of the data.
skip_on_cran()

some_data <- function(n = 60) {
  withr::with_seed(3, {
    d <- data.frame(y = stats::rnorm(n, 100, 20), year = sample(1990:2020, n, TRUE), x = stats::rexp(n) + 0.1,
                    f = factor(sample(c("a b", "c\"x*/", "\u00e9?"), n, TRUE)), g = sample(c("p", "q", "r", "s"), n, TRUE),
                    on = stats::runif(n) > 0.5, `odd name` = stats::rnorm(n), check.names = FALSE)
    d$o <- factor(sample(c("lo", "mid", "hi"), n, TRUE), levels = c("lo", "mid", "hi"), ordered = TRUE)
    d$`odd factor` <- factor(sample(c("u", "v", "w"), n, TRUE))
    d$two <- ifelse(d$x + d$on > 1.4, "yes", "no")
    d$n <- stats::rpois(n, 3)
    d$a1 <- stats::rbinom(n, 1, 0.4)
    d$a2 <- stats::rbinom(n, 1, 0.5)
    d
  })
}

# Columns as the function reads them, by what the fit knows.
as_c_columns <- function(fit, data) {
  columns <- c_columns(kms_design(fit), NULL)
  values <- vapply(names(columns), function(name) {
    v <- data[[name]]
    v <- if (columns[[name]]$kind == "labels") match(as.character(v), columns[[name]]$levels) - 1 else as.numeric(v)
    ifelse(is.na(v), length(columns[[name]]$levels), v)
  }, numeric(nrow(data)))
  matrix(values, nrow(data))
}

expect_c_fits <- function(fits, data) {
  cases <- lapply(fits, function(fit) list(object = fit, inputs = list(as_c_columns(fit, data))))
  found <- run_c_cases(cases)
  for (name in names(fits)) {
    type <- if (fits[[name]]$y_type == "continuous") "response" else "prob"
    wanted <- suppressWarnings(predict(fits[[name]], data, type = type))
    expect_same_rows(found[[name]], list(unname(as.matrix(wanted))), name)
  }
}

test_that("regressions, labels, counts and several labels with all kinds of terms", {
  skip_without_compiler()
  d <- some_data()
  formulas <- list(
    numbers = y ~ year + x + f, products = y ~ x * f + on:g + g, functions = f ~ log(x) + I(year^2) + on + `odd name` + o,
    table = two ~ x + on + emb(g, 2), counts = n ~ x + offset(log(x)) + f, without = y ~ f * g - 1 + scale(x),
    labels = cbind(a1, a2) ~ x + f, shifted = y ~ offset(x) + g + sqrt(x) + I((x - 1) / year),
    both = y ~ g + emb(g, 3) + `odd factor` * x,
    more = y ~ log(x, 3) + scale(year, scale = FALSE) + as.character(n) + log2(x) + -x,
    recoded = y ~ factor(n) + as.factor(g) * x, again = y ~ 0 + `odd factor` + factor(on) + factor(f),
    pairs = y ~ emb(g, 2):emb(f, 2) + x, logical = on ~ x + emb(f, 2), switch = y ~ emb(on, 2) + x)
  fits <- lapply(seq_along(formulas), function(k) {
    small_kms(formulas[[k]], d, scale_continuous = if (k %% 2 == 0) "zero_one" else "z",
              loss = if (names(formulas)[k] == "counts") "poisson")
  })
  fits <- stats::setNames(fits, names(formulas))
  fits$contrasts <- small_kms(y ~ f + g, d, contrasts.arg = list(f = "contr.sum", g = "contr.helmert"))
  fits$recoded_sum <- small_kms(y ~ factor(n), d, contrasts.arg = list(`factor(n)` = "contr.sum"))
  fits$softmax <- small_kms(two ~ x + g, d, loss = "categorical_crossentropy")
  unscaled <- small_kms(y ~ x + year, d, scale_continuous = NULL)
  expect_c_fits(c(fits, list(unscaled = unscaled)), d)
  new <- d[1:6, ]
  new$g <- c("p", "zz", "q", "zz", "r", "s")
  new$f <- as.character(new$f)
  new$f[3:4] <- "new"
  expect_c_fits(fits[c("table", "both", "products", "contrasts", "pairs")], new)
})

# Rows beside those of the training: far out, and a level that it lacks.
with_far_rows <- function(d) {
  far <- d[1:3, ]
  far$x <- c(1e4, -1e4, 1e25)
  rbind(d, far)
}

test_that("the robust scale is part of the function, outliers and columns of one value included", {
  skip_without_compiler()
  d <- some_data()
  d$one <- 7
  d$h <- factor(rep_len(c("a", "b"), nrow(d)), c("a", "b", "none"))
  fits <- list(robust = small_kms(y ~ x + year + h + one, d, scale_continuous = "robust"),
               robust_labels = small_kms(two ~ year * x + emb(g, 2), d, scale_continuous = "robust"))
  expect_true(any(is.infinite(fits$robust$train_scale$X)))
  expect_c_fits(fits, with_far_rows(d))
})

test_that("nets of tables are functions of the columns too: RealMLP, packs and TabM, their numbers in the range of the training rows", {
  skip_without_compiler()
  d <- some_data()
  quick <- function(formula, net, ...) kms(formula, d, net = net, units = 6, Nepochs = 3, keep = "last", seed = 1, verbose = 0, ...)
  fits <- list(pack_number = quick(y ~ x + year + f + g, "pack", members = 3), pack_labels = quick(g ~ x + year + f, "pack", members = 3),
               tabm_number = quick(y ~ x + year + f, "tabm", members = 3), tabm_labels = quick(two ~ x + emb(g, 2), "tabm", members = 2),
               realmlp = quick(y ~ x + year + two, "realmlp"), small = quick(cbind(a1, a2) ~ x + f, "realmlp_tds"))
  uneven <- kms(two ~ x + year, d, net = "pack", members = 4, units = 6, Nepochs = 20, seed = 6, verbose = 0)
  expect_gt(length(unique(uneven$members$weight)), 1)
  expect_c_fits(c(fits, list(pack_uneven = uneven)), with_far_rows(d))
})

test_that("Unseen levels and cold start: C predicts them as predict() does", {
  skip_without_compiler()
  d <- some_data()
  w <- ifelse(d$g == "p", 0, 1) # a first level without a row fitted to
  fits <- list(plain = small_kms(y ~ g * x + f, d, weights = w), sums = small_kms(y ~ f + g, d, contrasts.arg = list(f = "contr.sum")),
               numbers = small_kms(y ~ factor(n) + emb(g, 2), d), whole = small_kms(two ~ 0 + g + f:x, d, weights = w))
  new <- transform(d, f = replace(as.character(f), 1:9, "new"), g = replace(g, 5:15, "new"), n = replace(n, 12:20, 77L))
  expect_c_fits(fits, new)
})

test_that("fits of matrices and of networks of the user's", {
  skip_without_compiler()
  x <- withr::with_seed(1, matrix(stats::rnorm(150), 50, dimnames = list(NULL, c("a", "b", "c d"))))
  sparse <- Matrix::Matrix(round(x), sparse = TRUE)
  own <- stats::setNames(data.frame(x, x[, 2]^2), c("a", "b", "c", "d"))
  model <- keras_model_sequential() %>% layer_dense(4, "relu", input_shape = 3) %>% layer_dense(1)
  compile(model, "adam", "mse")
  fits <- list(matrix = kms(x, x[, 1] + x[, 2]^2, units = 5, Nepochs = 2, seed = 1, verbose = 0),
               sparse = kms(sparse, ifelse(x[, 1] > 0, "u", "v"), units = 5, Nepochs = 2, seed = 1, verbose = 0),
               own = kms(a ~ ., own, keras_model_seq = model, units = 5, Nepochs = 2, seed = 1, verbose = 0))
  expect_c_fits(fits["matrix"], as.data.frame(x))
  expect_c_fits(fits["own"], own)
  found <- run_c_cases(list(sparse = list(object = fits$sparse, inputs = list(unname(as.matrix(sparse))))))
  expect_same_rows(found$sparse, list(unname(predict(fits$sparse, sparse, type = "prob"))), "sparse")
})

test_that("the comment says what the columns and labels are", {
  d <- some_data()
  path <- withr::local_tempfile(fileext = ".c")
  save_c(small_kms(f ~ x + on + g, d), path, "kinds")
  text <- readLines(path, encoding = "UTF-8")
  comment <- text[seq_len(which(grepl("[*]/$", text))[1])]
  expect_true(any(grepl("x[0] x: a number", comment, fixed = TRUE)))
  expect_true(any(grepl("x[1] on: 1 for TRUE, 0 for FALSE", comment, fixed = TRUE)))
  expect_true(any(grepl("x[2] g: a level: 0 \"p\", 1 \"q\", 2 \"r\", 3 \"s\"", comment, fixed = TRUE)))
  expect_true(any(grepl("\"c\\042x*/\",", text, fixed = TRUE)))
})

test_that("terms that C has nothing for are refused with a way out", {
  d <- some_data()
  d$text <- rep(c("a shark", "her wedding"), length.out = nrow(d))
  d$day <- as.Date("2020-01-01") + seq_len(nrow(d))
  refuse <- function(formula) expect_error(save_c(small_kms(formula, d), tempfile()), class = "tildenet_error_unsupported")
  refuse(y ~ poly(x, 2))
  refuse(y ~ factor(year > 2000))
  refuse(y ~ factor(f, levels = c("a b", "c\"x*/")))
  refuse(y ~ day)
  log2 <- function(x) x + 5
  refuse(y ~ log2(x))
  refuse(y ~ x + tokens(text, 5, 4))
  refuse(y ~ emb(paste(g, f), 2))
  expect_snapshot(error = TRUE, save_c(small_kms(y ~ x + text(text, 5), d), tempfile()))
  expect_snapshot(error = TRUE, save_c(small_kms(y ~ cut(x, c(0, 1, 9)), d), tempfile()))
})

test_that("families that give one number or labels: ordinal, negative binomial, beta", {
  skip_without_compiler()
  d <- family_data(40)
  expect_c_fits(list(ordinal = small_kms(level ~ a + b, d, loss = "ordinal"),
                     counts = small_kms(count ~ a + offset(log(time)), d, loss = "negative_binomial"),
                     shares = small_kms(share ~ a + b, d, loss = "beta")), d)
})
