# Films of user u by predict(), best first, without those in `seen`.
ranked_by_hand <- function(fit, u, films, seen) {
  films <- setdiff(films, seen$film[seen$user == u])
  score <- predict(fit, data.frame(user = rep(u, length(films)), film = films), type = "response")
  best <- order(-score)
  data.frame(item = films[best], score = score[best])
}

some_ratings <- function() ratings()[1:50, ]
films <- paste0("m", 1:8)

test_that("23: user, item, score and rank, in the order of predict() and without what was seen", {
  d <- some_ratings()
  for (formula in list(stars ~ user + film + emb(user, 2):emb(film, 2), stars ~ emb(user, 2) + emb(film, 3))) {
    fit <- small_kms(formula, d, N_layers = if (length(formula[[3]]) > 3) 2 else 0)
    out <- recommend(fit, c("c", "a"), n = 3)
    expect_identical(names(out), c("user", "item", "score", "rank"))
    expect_identical(levels(out$user), levels(d$user))
    expect_identical(unique(as.character(out$user)), c("c", "a"))
    for (u in c("a", "c")) {
      mine <- out[out$user == u, ]
      hand <- utils::head(ranked_by_hand(fit, u, films, d), 3)
      expect_identical(mine$item, hand$item)
      expect_equal(mine$score, hand$score)
      expect_identical(mine$rank, seq_len(nrow(hand)))
    }
    all <- recommend(fit, unique(d$user), n = Inf, exclude_seen = FALSE)
    expect_identical(nrow(all), 80L)
    rest <- recommend(fit, unique(d$user), n = Inf)
    expect_identical(nrow(rest), 80L - nrow(unique(d[c("user", "film")])))
    expect_identical(nrow(merge(rest, d, by.x = c("user", "item"), by.y = c("user", "film"))), 0L)
  }
})

test_that("users are scored in parts without a difference", {
  d <- data.frame(user = 1:900, film = rep(1:600, length.out = 1800), stars = rep(1:5, 360))
  fit <- small_kms(stars ~ emb(user, 2):emb(film, 2), d, Nepochs = 1, batch_size = 500)
  whole <- recommend(fit, 1:900, n = 2)
  expect_gt(900 * 600, recommend_rows)
  alone <- recommend(fit, c(1, 899, 900), n = 2)
  expect_equal(subset(whole, user %in% c(1, 899, 900)), alone, ignore_attr = TRUE)
})

test_that("what is left out may be given, users come once, nobody is nobody", {
  d <- some_ratings()
  fit <- small_kms(stars ~ emb(user, 2):emb(film, 2), d)
  train <- recommend(fit, c("a", "b", "a"), n = Inf, exclude_seen = d[fit$split == "train", ])
  expect_false(anyDuplicated(train[c("user", "item")]) > 0)
  left <- setdiff(paste(rep(c("a", "b"), each = 8), films), paste(d$user, d$film)[fit$split == "train"])
  expect_setequal(paste(train$user, train$item), left)
  none <- recommend(fit, character())
  expect_identical(lapply(none, class), list(user = "factor", item = "character", score = "numeric", rank = "integer"))
  expect_identical(nrow(none), 0L)
})

test_that("scores are in the units of the outcome, for two labels the probability of the second", {
  d <- transform(some_ratings(), stars = 1000 + stars, likes = stars > 0)
  fit <- small_kms(stars ~ emb(user, 2) + emb(film, 2), d)
  expect_gt(min(recommend(fit, "a")$score), 900)
  liked <- small_kms(likes ~ emb(user, 2):emb(film, 2), d)
  out <- recommend(liked, "a", n = 2)
  expect_equal(out$score, utils::head(ranked_by_hand(liked, "a", films, d)$score, 2))
  expect_true(all(out$score > 0 & out$score < 1))
})

test_that("ids keep the type of their column", {
  d <- transform(some_ratings(), user = 99990L + as.integer(user), film = 10 * as.numeric(sub("m", "", film)))
  fit <- small_kms(stars ~ factor(user) + emb(user, 2):emb(factor(film), 2), d)
  out <- recommend(fit, c(1e5, 99991), n = 2)
  expect_identical(unique(out$user), c(100000L, 99991L))
  expect_type(out$item, "double")
  expect_identical(recommend(fit, c("100000", "99991"), n = 2), out)
})

test_that("unseen users are told of and ranked by the row for unseen levels", {
  d <- some_ratings()
  fit <- small_kms(stars ~ film + emb(user, 2):emb(film, 2), d)
  expect_warning(out <- recommend(fit, c("zoe", "a", "yan"), n = 8), "\"zoe\", \"yan\"",
                 class = "tildenet_warning_new_levels")
  zoe <- out[out$user == "zoe", ]
  hand <- suppressWarnings(ranked_by_hand(fit, "zoe", films, d))
  expect_identical(zoe$item, hand$item)
  expect_equal(zoe$score, hand$score)
  expect_identical(out$item[out$user == "yan"], zoe$item)
})

test_that("items and other predictors come in data frames", {
  d <- transform(some_ratings(), year = 1990 + match(film, films), old = as.integer(user) > 5)
  fit <- small_kms(stars ~ old + year + emb(user, 2):emb(film, 2), d)
  items <- unique(d[c("film", "year")])
  users <- unique(d[c("user", "old", "film")])[1:12, ]
  out <- recommend(fit, users, n = 2, items = items)
  u <- as.character(out$user[1])
  new <- merge(data.frame(user = u, old = users$old[users$user == u][1]), items)
  new <- new[!new$film %in% d$film[d$user == u], ]
  expect_equal(out$score[1], max(predict(fit, new, type = "response")))
  some <- recommend(fit, users, n = 9, exclude_seen = FALSE, items = items[1:2, ])
  expect_setequal(some$item, items$film[1:2])
  expect_snapshot(error = TRUE, {
    recommend(fit, "a")
    recommend(fit, users)
    recommend(fit, users, items = items["year"])
  })
})

test_that("what cannot be ranked is refused", {
  d <- some_ratings()
  fit <- small_kms(stars ~ emb(user, 2):emb(film, 2), d)
  expect_snapshot(error = TRUE, {
    recommend(mtcars, 1)
    recommend(fit)
    recommend(fit, "a", n = 0)
    recommend(fit, NA)
    recommend(fit, list("a"))
    recommend(fit, "a", exclude_seen = NA)
    recommend(fit, "a", exclude_seen = d["film"])
    recommend(small_kms(stars ~ user + film, d), "a")
    recommend(small_kms(stars ~ emb(paste(user, x > 0)) + emb(film), d), "a")
    recommend(small_kms(cut(stars, 3) ~ emb(user, 2):emb(film, 2), d), "a")
    recommend(small_kms(as.matrix(mtcars[-1]), mtcars$mpg), 1)
    recommend(small_kms(stars ~ emb(id, 2):emb(film, 2), transform(d, id = as.integer(user))), "Ann")
  })
})

test_that("a fit with its pairs survives saveRDS() and is at most three times its weights", {
  set.seed(1)
  d <- unique(data.frame(user = sample(300, 2e4, TRUE), film = sample(2000, 2e4, TRUE)))
  d$stars <- sample(1:5, nrow(d), TRUE)
  fit <- small_kms(stars ~ emb(user, 10):emb(film, 10), d, Nepochs = 1, batch_size = 512)
  path <- withr::local_tempfile()
  saveRDS(fit, path)
  expect_lt(file.size(path), 3 * 4 * count_params(fit$model))
  expect_identical(recommend(readRDS(path), 1:3), recommend(fit, 1:3))
})

test_that("ratings of users and films left out are predicted as well as by the biases alone", {
  d <- withr::with_seed(7, {
    d <- expand.grid(user = paste0("u", 1:60), film = paste0("f", 1:40))
    tastes <- stats::rnorm(60) %o% stats::rnorm(40)
    bias <- outer(stats::rnorm(60, sd = 0.5), stats::rnorm(40), "+")
    d$stars <- 3 + as.vector(bias + 0.5 * tastes) + stats::rnorm(2400, sd = 0.3)
    d
  })
  new <- cbind(user = d$user %in% paste0("u", 51:60), film = d$film %in% paste0("f", 36:40))
  train <- droplevels(d[rowSums(new) == 0, ])
  train[1:2] <- lapply(train[1:2], as.character)
  error <- function(formula) {
    fit <- kms(formula, train, N_layers = 0, Nepochs = 15, batch_size = 32, optimizer_args = list(learning_rate = 0.01), pTraining = 1,
               validation_split = 0, seed = 1, verbose = 0)
    parts <- list(users = new[, 1] & !new[, 2], films = new[, 2] & !new[, 1], both = new[, 1] & new[, 2])
    vapply(parts, function(rows) {
      sqrt(mean((suppressWarnings(predict(fit, d[rows, ], type = "response")) - d$stars[rows])^2))
    }, 0)
  }
  biases <- error(stars ~ user + film)
  factors <- error(stars ~ user + film + emb(user, 4):emb(film, 4))
  mean <- sqrt(mean((mean(train$stars) - d$stars[new[, 1] & !new[, 2]])^2))
  expect_lt(biases[["users"]], 0.9 * mean)
  expect_true(all(factors < 1.01 * biases))
})
