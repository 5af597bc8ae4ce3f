stars_matrix <- function() {
  Matrix::sparseMatrix(i = c(3, 1, 2, 1, 3), j = c(3, 1, 2, 3, 1), x = c(4, 5, 3, 0, NA),
                       dimnames = list(c("u3", "u1", "u2"), c("b", "a", "c")))
}

stars_frame <- function(names = c("user", "item", "rating")) {
  stats::setNames(data.frame(factor(c("u3", "u3", "u1", "u2"), c("u3", "u1", "u2")),
                             factor(c("b", "c", "a", "c"), c("b", "a", "c")), c(5, 0, 3, 4)), names)
}

test_that("stored entries are ratings, zeros too, and what is missing is unknown", {
  expect_identical(ratings_frame(stars_matrix()), stars_frame())
  expect_identical(ratings_frame(stars_matrix(), c("who", "what", "stars")), stars_frame(c("who", "what", "stars")))
})

test_that("all forms of a matrix give the same", {
  x <- stars_matrix()
  triplets <- Matrix::summary(x)
  dense <- matrix(NA_real_, 3, 3, dimnames = dimnames(x))
  dense[cbind(triplets$i, triplets$j)] <- triplets$x
  list_form <- structure(list(i = triplets$i, j = triplets$j, v = triplets$x, nrow = 3L, ncol = 3L, dimnames = dimnames(x)),
                         class = "simple_triplet_matrix")
  for (form in list(methods::as(x, "TsparseMatrix"), methods::as(x, "RsparseMatrix"), dense, list_form)) {
    expect_identical(ratings_frame(form), stars_frame())
  }
})

test_that("a realRatingMatrix of recommenderlab is its data", {
  # A class of its name, so that the package need not be there.
  where <- new.env()
  make <- methods::setClass("realRatingMatrix", methods::representation(data = "ANY"), where = where)
  withr::defer(methods::removeClass("realRatingMatrix", where = where))
  expect_identical(ratings_frame(make(data = stars_matrix())), stars_frame())
})

test_that("without names ids are numbers; no rating is no row", {
  x <- stars_matrix()
  dimnames(x) <- NULL
  out <- ratings_frame(x)
  expect_identical(levels(out$user), c("1", "2", "3"))
  expect_identical(as.integer(out$item), c(1L, 3L, 2L, 3L))
  expect_identical(dim(ratings_frame(matrix(NA_real_, 2, 3))), c(0L, 3L))
})

test_that("a matrix and its triplets give one fit", {
  d <- unique(ratings()[c("user", "film")])
  d$stars <- seq_len(nrow(d)) %% 5
  x <- Matrix::sparseMatrix(as.integer(d$user), match(d$film, sort(unique(d$film))), x = d$stars,
                            dimnames = list(levels(d$user), sort(unique(d$film))))
  d <- d[order(d$user, d$film), ]
  by_matrix <- small_kms(stars ~ emb(user, 2):emb(film, 2), ratings_frame(x, c("user", "film", "stars")))
  expect_equal(get_weights(by_matrix$model), get_weights(small_kms(stars ~ emb(user, 2):emb(film, 2), d)$model))
})

test_that("what is no matrix of ratings is refused", {
  twice <- stars_matrix()
  rownames(twice) <- c("u1", "u2", "u1")
  expect_snapshot(error = TRUE, {
    ratings_frame()
    ratings_frame(1:3)
    ratings_frame(stars_frame())
    ratings_frame(matrix("a"))
    ratings_frame(twice)
    ratings_frame(stars_matrix(), c("a", "b"))
    ratings_frame(stars_matrix(), c("a", "b", "a"))
  })
})
