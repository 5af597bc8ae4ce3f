# model.matrix() without its intercept column, as a plain matrix.
reference_matrix <- function(formula, data) {
  x <- model.matrix(formula, data)
  x <- x[, colnames(x) != "(Intercept)", drop = FALSE]
  attr(x, "assign") <- attr(x, "contrasts") <- NULL
  dimnames(x) <- list(NULL, colnames(x))
  x
}

films <- function() {
  data.frame(
    genre = factor(c("a", "b", "a", "c", "b", "a")), who = c("x", "y", "x", "z", "y", "z"),
    gross = c(10, 200, 3000, 40, 500, 60), budget = c(1, 20, 30, 4, 5, 6),
    seen = c(TRUE, FALSE, TRUE, TRUE, FALSE, TRUE)
  )
}

test_that("the design equals model.matrix() without the intercept, to the bit", {
  breaks <- c(0, 50, 400, 5000)
  formulas <- list(
    genre ~ ., genre ~ . - who, log10(gross / budget) ~ ., cut(gross, breaks) ~ .,
    gross %in% c(10, 40) ~ . - seen, genre ~ rank(gross) + ., gross ~ genre * budget,
    gross ~ genre:budget, gross ~ (genre + seen + budget)^2, gross ~ I(budget^2) + who,
    genre ~ poly(gross, 2) * seen, gross ~ log(budget) + as.factor(budget > 5),
    gross ~ genre - 1, gross ~ 0 + seen + genre:who, gross ~ scale(budget) + C(genre, sum)
  )
  for (f in formulas) {
    expect_identical(design_fit(f, films())$x, reference_matrix(f, films()), label = deparse1(f))
  }
})

test_that("splines and matrix columns are columns of the design", {
  d <- films()
  d$m <- cbind(u = 1:6, v = 6:1)
  f <- genre ~ splines::ns(gross, 2) + m
  expect_identical(design_fit(f, d)$x, reference_matrix(f, d))
})

test_that("a sparse design has the same values and names", {
  d <- films()
  for (f in list(gross ~ ., gross ~ genre * budget + who, genre ~ poly(gross, 2) * seen,
                 gross ~ genre:who - 1)) {
    x <- design_fit(f, d, sparse = TRUE)$x
    expect_s4_class(x, "dgCMatrix")
    expect_equal(as.matrix(x), reference_matrix(f, d), label = deparse1(f), tolerance = 1e-14)
  }
})

test_that("a factor with many levels makes the design sparse on its own account", {
  d <- data.frame(y = rnorm(400), f = factor(rep(1:200, 2)), x = rnorm(400))
  expect_s4_class(design_fit(y ~ f, d)$x, "dgCMatrix")
  expect_s4_class(design_fit(y ~ f * x, d)$x, "dgCMatrix")
  expect_true(is.matrix(design_fit(y ~ f, d, sparse = FALSE)$x))
  d$f <- factor(rep(1:50, 8))
  expect_true(is.matrix(design_fit(y ~ f, d)$x))
  # Polynomial contrasts fill their columns.
  d$f <- ordered(rep(1:50, 8))
  wide <- data.frame(y = rnorm(400), a = d$f, b = rev(d$f), c = ordered(rep(1:40, 10)))
  expect_true(is.matrix(design_fit(y ~ a + b + c, wide)$x))
})

test_that("a 20,000-level factor is never made dense", {
  n <- 1e5
  d <- data.frame(y = seq_len(n), f = factor(rep_len(1:20000, n)))
  x <- design_fit(y ~ f, d)$x
  expect_identical(dim(x), c(100000L, 19999L))
  expect_lt(as.numeric(object.size(x)), 5e6)
})

test_that("formulas are found in strings and refused with a reason otherwise", {
  expect_identical(design_fit("gross ~ . - who", films())$x, design_fit(gross ~ . - who, films())$x)
  expect_snapshot(error = TRUE, {
    design_fit("gross ~", films())
    design_fit(~gross, films())
    design_fit(3, films())
    design_fit(gross ~ 1, films())
    design_fit(gross ~ nowhere, films())
    design_fit(gross ~ seen, as.list(films()))
    design_fit(Sys.Date() + gross ~ seen, films())
    design_fit(cbind(gross, budget) ~ seen, films())
    design_fit(gross / 0 ~ seen, films())
    design_fit(gross ~ I(budget / 0), films())
    design_fit(gross ~ who, films()[c(1, 3), ])
    design_fit(gross ~ who, films()[0, ])
    design_fit(gross ~ ., transform(films(), tags = I(as.list(1:6))))
  })
})

test_that("variables after a minus do not drop rows and are not asked for", {
  d <- films()
  d$who[2] <- NA
  fit <- design_fit(genre ~ . - who, d)
  expect_identical(nrow(fit$x), 6L)
  expect_identical(fit$design$columns, c("gross", "budget", "seen"))
})

test_that("22.4 defect 4: rows with NA in predictors leave X and y together", {
  d <- films()
  d$budget[c(2, 4)] <- NA
  expect_message(fit <- design_fit(gross ~ budget + genre, d),
                 "Dropped 2 of 6 rows with missing values \\(`budget`: 2\\)",
                 class = "tildenet_message_missing_rows")
  expect_identical(fit$y, d$gross[-c(2, 4)])
  expect_identical(fit$x[, "budget"], d$budget[-c(2, 4)])
  expect_identical(fit$rows, c(1L, 3L, 5L, 6L))
  expect_error(design_fit(gross ~ budget, transform(films(), budget = NA)),
               class = "tildenet_error_data")
})

test_that("22.4 defect 4: functions that refuse NA are evaluated on whole rows", {
  d <- films()
  d$budget[3] <- NA
  expect_message(fit <- design_fit(genre ~ poly(budget, 2), d), "Dropped 1 of 6 rows")
  expect_identical(unname(fit$x), unname(reference_matrix(genre ~ poly(budget, 2), d[-3, ])))
})

test_that("22.4 defect 5: NA in the outcome drops the row and adds no class", {
  d <- films()
  d$genre[c(1, 2)] <- NA
  expect_message(fit <- design_fit(genre ~ gross, d), "`genre`: 2")
  expect_identical(fit$design$outcome$n_values, 3L)
  expect_identical(as.character(fit$design$outcome$labels), c("a", "b", "c"))
})

test_that("22.4 defect 7: only a column named (Intercept) is dropped", {
  expect_identical(colnames(design_fit(genre ~ budget - 1, films())$x), "budget")
  expect_identical(colnames(design_fit(gross ~ budget, films(), drop_intercept = FALSE)$x),
                   c("(Intercept)", "budget"))
})

test_that("22.4 defect 9: variables come from the data, then from the formula's environment", {
  N <- 2
  units <- films()$budget
  d <- films()
  d$P <- d$gross
  d$seed <- d$budget * 2
  fit <- design_fit(P / N ~ seed + I(units * N), d)
  expect_identical(fit$y, d$gross / 2)
  expect_identical(unname(fit$x), cbind(d$seed, d$budget * 2))
})

test_that("the design keeps what the formula needs and no data", {
  make <- function() {
    big <- rnorm(1e5)
    breaks <- c(0, 50, 400, 5000)
    design_fit(cut(gross, breaks) ~ budget + poly(seen + budget, 2), films())$design
  }
  design <- make()
  expect_identical(ls(environment(design$formula)), "breaks")
  expect_lt(length(serialize(design, NULL)), 1e4)
})

test_that("plain columns make the frame and the matrix of base R", {
  set.seed(1)
  data <- data.frame(y = rnorm(30), `a b` = rnorm(30), i = 1:30, f = factor(rep(letters[1:3], 10)), s = rep(c("u", "v"), 15),
                     l = rep(c(TRUE, FALSE, NA), 10), z = c(NA, rnorm(29)), check.names = FALSE)
  same_attributes <- function(a, b) expect_identical(attributes(a)[sort(names(attributes(a)))], attributes(b)[sort(names(attributes(b)))])
  for (formula in list(y ~ ., y ~ `a b` + i, y ~ 0 + z + i, y ~ i * z, s ~ f + l)) {
    terms <- stats::terms(formula, data = data)
    base <- stats::model.frame(terms, data, na.action = stats::na.pass)
    frame <- plain_frame(terms, data)
    expect_identical(as.list(frame), as.list(base))
    expect_identical(row.names(frame), row.names(base))
    same_attributes(attr(frame, "terms"), attr(base, "terms"))
  }
  for (formula in list(y ~ `a b` + i, y ~ 0 + z + i, log(i) ~ z)) {
    frame <- stats::model.frame(formula, data, na.action = stats::na.pass)
    terms <- stats::delete.response(attr(frame, "terms"))
    base <- stats::model.matrix(terms, frame)
    rownames(base) <- NULL
    expect_identical(number_columns(terms, frame), base)
  }
  for (formula in list(y ~ log(i), y ~ i + offset(z), y ~ nowhere, y ~ poly(i, 2))) {
    expect_null(plain_frame(stats::terms(formula, data = data), data))
  }
  for (formula in list(y ~ f, y ~ l, y ~ i:z, y ~ s + i, y ~ I(i^2))) {
    frame <- stats::model.frame(formula, data, na.action = stats::na.pass)
    expect_null(number_columns(stats::delete.response(attr(frame, "terms")), frame))
  }
})

test_that("a wide design holds the columns as they are, and is replayed", {
  data <- as.data.frame(matrix(stats::rnorm(20 * 600), 20))
  data$V7 <- 1:20
  built <- design_fit(V1 ~ ., data)
  expect_identical(built$x, as.matrix(data[-1]))
  expect_identical(built$design$assign, seq_len(599))
  expect_identical(design_apply(built$design, data[3:5, ])$x, as.matrix(data[3:5, -1], rownames.force = FALSE))
})

test_that("columns whose names need backticks are looked at as others", {
  d <- data.frame(y = stats::rnorm(600), x = 1, a = 1:600, b = rep(1:300, 2))
  names(d)[2:4] <- c("x 1", "a b", "a:b")
  expect_error(design_fit(y ~ `a b` + `x 1`, replace(d, "x 1", Inf)), "`x 1`", class = "tildenet_error_data")
  expect_error(design_fit(y ~ `a b` + `x 1`, replace(d, "x 1", "same")), "- `x 1`", fixed = TRUE,
               class = "tildenet_error_data")
  expect_true(design_fit(y ~ `a b`, replace(d, "a b", list(factor(1:600))))$design$sparse)
  built <- design_fit(y ~ `a:b` + `a b`, replace(d, "a:b", list(factor(d$`a:b`))))
  expect_identical(colnames(built$x)[c(1, 299, 300)], c("`a:b`2", "`a:b`300", "`a b`"))
  expect_identical(names(built$design$contrasts), "a:b")
  again <- design_apply(built$design, d[c(2, 1), ])$x
  expect_identical(as.matrix(again), as.matrix(built$x[c(2, 1), ]))
})
