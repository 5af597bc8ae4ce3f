mixed <- function(n = 60) {
  withr::with_seed(11, {
    data.frame(y = stats::rnorm(n), a = stats::runif(n, 1, 9), b = stats::rnorm(n), c = stats::rexp(n) + 0.1,
               f = factor(sample(c("u", "v", "w"), n, TRUE)), g = factor(sample(letters[1:4], n, TRUE)),
               h = sample(c("no", "yes", "maybe"), n, TRUE), l = sample(c(TRUE, FALSE), n, TRUE))
  })
}

# Terms that R replays on new rows as they were.
replayable <- c("a", "b", "c", "f", "g", "h", "l", "I(a^2)", "log(c)", "poly(b, 2)", "splines::ns(a, 3)",
                "cut(a, c(0, 3, 6, 10))", "f:b", "g:l", "a*h", "(a + f + l)^2", "I(h %in% c(\"no\", \"yes\"))",
                "a:b", "b %in% f", "scale(c)", "as.factor(l)", "factor(h, levels = c(\"no\", \"yes\", \"maybe\"))")

random_formulas <- function(n) {
  withr::with_seed(5, lapply(seq_len(n), function(i) {
    right <- if (i %% 3 == 0) {
      c(".", sample(replayable[8:22], 1), paste("-", sample(c("b", "c", "f", "h"), sample(0:2, 1))))
    } else {
      sample(replayable, sample(1:4, 1))
    }
    right <- right[right != "- "]
    if (i %% 7 == 0) right <- c(right, "- 1")
    paste("y ~", gsub("+ -", "-", paste(right, collapse = " + "), fixed = TRUE))
  }))
}

# Contrasts and other attributes aside.
plain_matrix <- function(formula, data) {
  x <- stats::model.matrix(formula, data)
  x <- x[, colnames(x) != "(Intercept)", drop = FALSE]
  matrix(x, nrow(x), dimnames = list(NULL, colnames(x)))
}

test_that("40 random formulas give the design of model.matrix() to the bit, sparse and dense", {
  d <- mixed()
  formulas <- random_formulas(40)
  expect_gt(length(unique(formulas)), 36)
  for (text in formulas) {
    f <- stats::as.formula(text)
    expected <- plain_matrix(f, d)
    expect_identical(design_fit(text, d, sparse = FALSE)$x, expected, label = text)
    expect_identical(as.matrix(design_fit(f, d, sparse = TRUE)$x), expected, label = text)
  }
})

test_that("40 random formulas replay on single, permuted and fewer rows", {
  d <- mixed()
  for (text in random_formulas(40)) {
    fit <- design_fit(text, d, sparse = FALSE)
    order <- withr::with_seed(2, sample.int(nrow(d)))
    expect_equal(design_apply(fit$design, d[order, ])$x, fit$x[order, , drop = FALSE], tolerance = 1e-12, label = text)
    for (row in c(1, 30)) {
      again <- design_apply(fit$design, droplevels(d[row, names(d) != "y"]))
      expect_equal(again$x, fit$x[row, , drop = FALSE], tolerance = 1e-12, label = text)
    }
  }
})

test_that("with every formula a missing column is an error and a new level a warning", {
  d <- mixed()
  for (text in random_formulas(40)) {
    design <- design_fit(text, d)$design
    expect_error(design_apply(design, d[setdiff(names(d), design$columns[1])]), design$columns[1],
                 class = "tildenet_error_data", label = text)
  }
  asked <- 0
  for (text in random_formulas(40)) {
    design <- design_fit(text, d)$design
    for (name in intersect(names(design$xlevels), c("f", "g", "h"))) {
      new <- d[1:4, ]
      new[[name]] <- c("new", as.character(new[[name]][2:4]))
      # factor(h, levels = ) has nothing for a new level: its row is lost, with a warning of its own.
      lost <- name == "h" && grepl("factor(h", text, fixed = TRUE)
      expect_warning(again <- design_apply(design, new), if (lost) "factor\\(h" else paste0("`", name, "`.*\"new\""),
                     class = if (lost) "tildenet_warning_lost_rows" else "tildenet_warning_new_levels")
      expect_identical(again$rows, if (lost) 2:4 else 1:4, label = text)
      asked <- asked + 1
    }
  }
  expect_gt(asked, 20)
})

test_that("what R cannot replay is computed from the new rows, as in lm()", {
  d <- mixed()
  fit <- design_fit(y ~ rank(a), d)
  expect_identical(design_apply(fit$design, d[3:5, ])$x[, 1], rank(d$a[3:5]))
})

test_that("offsets are no columns, also beside terms that are taken away", {
  d <- mixed()
  d$h[3] <- NA
  fit <- design_fit(y ~ a + b - b + offset(log(c)) + offset(2 * b), d)
  expect_identical(colnames(fit$x), "a")
  expect_equal(fit$offset, log(d$c) + 2 * d$b)
  expect_setequal(fit$design$columns, c("a", "b", "c"))
  again <- design_apply(fit$design, d[5:6, ])
  expect_equal(again$offset, fit$offset[5:6])
  expect_null(design_fit(y ~ a, d)$offset)
  expect_snapshot(error = TRUE, {
    design_fit(y ~ a + offset(f), d)
    design_fit(y ~ a + offset(b / 0), d)
    design_fit(y ~ a + offset(cbind(b, c)), d)
    design_fit(y ~ offset(b), d)
    design_apply(fit$design, d["a"])
  })
})

test_that("terms of columns that are a dot again are those of their sum", {
  d <- data.frame(y = 1, a = 1, b = 1, `c d` = 1, w = 1, check.names = FALSE)
  for (labels in list(c("a", "b"), c("b", "a"), c("a", "log(b)", "w"), c("log(b)", "a"), c("a", "b", "a:b"), c("a", "b:w"),
                      c("`c d`", "a", "offset(w)"), c("1", "offset(w)"), c("a", "y"))) {
    for (formula in list(y ~ ., log(y) ~ ., cbind(y, w) ~ .)) {
      sum <- stats::terms(stats::reformulate(labels, formula[[2]], env = environment(formula)))
      expect_silent(dot <- terms_of_labels(labels, formula, d, TRUE))
      expect_identical(dot, sum)
    }
  }
  wide <- as.data.frame(matrix(0, 1, 2000))
  expect_lt(system.time(found <- design_terms(V1 ~ . - V7 + log(V9), wide, NULL))[["user.self"]], 10)
  expect_identical(attr(found$terms, "term.labels"), c(setdiff(names(wide), c("V1", "V7")), "log(V9)"))
})

test_that("a dot alone has the terms of base R, written out without them", {
  odd <- data.frame(y = 1, `a b` = 1, `if` = 1, `x$y` = 1, z. = 1, check.names = FALSE)
  same <- function(formula, data) {
    expect_true(identical(dot_terms(formula, data), stats::terms(formula, data = data), attrib.as.set = TRUE))
  }
  same(y ~ ., odd)
  same(`a b` ~ ., odd)
  same(y ~ ., odd[1:2])
  same(elsewhere ~ ., odd)
  for (formula in list(y ~ . - z., log(y) ~ ., y ~ z., y ~ .^2)) expect_null(dot_terms(formula, odd))
  expect_null(dot_terms(y ~ ., odd["y"]))
})

test_that("variables of terms are found as base R's factors have them", {
  d <- data.frame(y = 1:9, a = 9:1, `b c` = 2, f = "u", check.names = FALSE)
  for (formula in list(y ~ ., log(y) ~ a:`b c` + f, y ~ a * f + offset(a), y ~ 1, ~ a, y ~ I(a^2) + a:f)) {
    terms <- stats::terms(formula, data = d)
    factors <- attr(terms, "factors")
    used <- if (length(factors) > 0) gsub("`", "", rownames(factors)[rowSums(factors) > 0])
    expect_identical(used_variables(terms), used %||% character())
  }
})
