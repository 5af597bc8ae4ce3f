# Classical models against scikit-learn. Term matrices, label matrices and reports have tests of their own.

learn_top <- function(group) golden_cases(group)[[1]]$case

learn_golden_x <- function(data) {
  m <- data$x
  Matrix::sparseMatrix(i = rep(seq_len(m$shape[[1]]), diff(unlist(m$p))), j = unlist(m$j) + 1, x = unlist(m$x),
                       dims = unlist(m$shape))
}

learn_golden_y <- function(data) `colnames<-`(golden_array(data$y), unlist(data$labels))

test_that("golden: linear support vector machines", {
  skip_if_not_installed("LiblineaR")
  golden_group("learn_svm", function(case, top) {
    if (case$kind != "linear_svc") return() # the others have a free intercept, or are a search
    data <- learn_top("learn_svm")
    x <- learn_golden_x(data)
    train <- seq_len(data$train_rows)
    fits <- lapply(list(x, as.matrix(x)), function(x) {
      linear_svm(x[train, ], learn_golden_y(data)[train, ], cost = case$args$C, class_weight = case$args$class_weight,
                 loss = case$args$loss %||% "squared_hinge")
    })
    atol <- if (identical(case$args$loss, "hinge")) 1e-4 else 1e-7
    for (fit in fits) {
      expect_golden(coef(fit)[1, ], golden_numbers(case$intercept), case$name, 0, atol)
      expect_golden(unname(t(coef(fit)[-1, ])), golden_array(case$coef), case$name, 0, atol)
      expect_golden(predict(fit, x, type = "link"), golden_array(case$decision), case$name, 0, atol)
      expect_golden(predict(fit, x), golden_array(case$predictions), case$name)
    }
  })
})

test_that("golden: multinomial naive Bayes", {
  golden_group("learn_bayes", function(case, top) {
    if (case$kind == "data") return(expect_identical(case$x$shape[[1]], 40L))
    data <- learn_top("learn_bayes")
    train <- seq_len(data$train_rows)
    labels <- unlist(data$labels)
    several <- case$kind == "multinomial_nb_ovr"
    y <- if (several) learn_golden_y(data)[train, ] else factor(labels[unlist(data$single) + 1], labels)[train]
    prior <- if (isFALSE(case$args$fit_prior)) "uniform" else unlist(case$args$class_prior)
    sparse <- learn_golden_x(data)
    for (x in list(sparse, as.matrix(sparse))) {
      fit <- naive_bayes(x[train, ], y, case$args$alpha %||% 1, prior, unlist(case$sample_weight))
      classes <- predict(fit, x)
      if (several) {
        expect_golden(classes, golden_array(case$predictions), case$name)
        prior_of <- do.call(rbind, lapply(case$class_log_prior, golden_numbers))
        expect_golden(cbind(fit$rest$log_prior, fit$log_prior), prior_of, case$name, 1e-8)
      } else {
        expect_identical(as.integer(classes) - 1L, unlist(case$predictions))
        expect_golden(fit$log_prior, golden_numbers(case$class_log_prior), case$name, 1e-8)
        expect_golden(rowSums(fit$feature_log_prob), golden_numbers(case$log_prob_row_sums), case$name, 1e-8)
      }
      expected <- c(prob = "predict_proba", link = "joint_log_likelihood")
      for (type in names(expected)[expected %in% names(case)]) {
        found <- predict(fit, x[-train, ], type = type)
        expect_golden(found, golden_array(case[[expected[type]]]), case$name, 1e-8, 1e-9)
      }
      if (!is.null(case$feature_log_prob)) {
        expect_golden(unname(fit$feature_log_prob), golden_array(case$feature_log_prob), case$name, 1e-8)
      }
    }
  })
})

test_that("golden: co-clusters", {
  cases <- lapply(golden_cases("learn_cocluster"), `[[`, "case")
  genres <- cases[[2]]$x
  golden_group("learn_cocluster", function(case, top) {
    if (case$kind == "labels") return(expect_length(case$labels, 20))
    x <- golden_array(if (golden_is_tensor(case$x)) case$x else genres)
    points <- cocluster_points(x, case$args$n_clusters)
    expect_golden(abs(points[seq_len(nrow(x)), , drop = FALSE]), golden_array(case$embedding_rows), case$name, 1e-6, 1e-9)
    set.seed(1)
    found <- cocluster(x, case$args$n_clusters)
    expect_lte(found$inertia, case$inertia + 1e-6)
    expect_identical(c(found$rows, found$columns), unlist(c(case$row_labels, case$column_labels)) + 1L)
  })
})

# Its sign made that of the reference: the largest entry of a component is positive.
signed_components <- function(rotation) {
  sweep(rotation, 2, apply(rotation, 2, function(v) sign(v[which.max(abs(v))])), `*`)
}

test_that("golden: principal components, by prcomp() and of plot_embedding()", {
  golden_group("learn_pca", function(case, top) {
    x <- golden_array(case$x)
    parts <- stats::prcomp(x)
    variance <- golden_numbers(case$explained_variance)
    kept <- seq_along(variance)
    expect_golden(unname(parts$center), golden_numbers(case$mean), case$name, 1e-8)
    expect_golden(parts$sdev[kept]^2, variance, case$name, 1e-7, 1e-9)
    real <- kept[variance > 1e-9] # a component without variance may point anywhere
    components <- signed_components(parts$rotation[, real, drop = FALSE])
    expect_golden(unname(t(components)), golden_array(case$components)[real, , drop = FALSE], case$name, 1e-6, 1e-8)
    scores <- sweep(x, 2, parts$center) %*% components
    if (isTRUE(case$args$whiten)) scores <- sweep(scores, 2, sqrt(variance[real]), `/`)
    expect_golden(unname(scores), golden_array(case$transformed)[, real, drop = FALSE], case$name, 1e-6, 1e-7)
    drawn <- embedding_components(x)
    shares <- golden_numbers(case$explained_variance_ratio)
    two <- utils::head(real, 2)
    expect_golden(drawn$shares[two], shares[two], case$name, 1e-7)
    if (!isTRUE(case$args$whiten)) {
      expect_golden(unname(abs(drawn$scores[, two])), abs(golden_array(case$transformed)[, two]), case$name, 1e-6, 1e-7)
    }
  })
})
