#' The best items for each user
#'
#' Ranks items by the predicted outcome, for a fit of [kms()] whose formula has embeddings of users and of
#' items: `rating ~ user + movie + emb(user, 20):emb(movie, 20)` (matrix factorisation with biases),
#' `rating ~ emb(user, 20) + emb(movie, 20)` (a net on the rows of both tables) and the like.
#'
#' @param object A fit of [kms()]. Its outcome is a number or has two labels.
#' @param users Ids of users as in the column of users: numbers, text or a factor. Or a data frame with
#'   that column and a row for each user, see Details.
#' @param n The most items for each user; `Inf` ranks all.
#' @param exclude_seen `TRUE` leaves out the pairs of user and item that occur in the data of the fit, its
#'   test rows included. `FALSE` leaves out none; a data frame with the columns of users and items leaves
#'   out its rows.
#' @param items Ids of the items to choose from, or a data frame as for `users`. `NULL`: all that occur in
#'   the data of the fit.
#'
#' @param unknown What ids are that the fit has not seen: `"average"`, `"na"` or `"error"`, see Details.
#'
#' @details
#' **Which is which.** In the order in which the `emb()` terms appear in the formula the first of the first
#' product `emb(a, k):emb(b, k)` is the user, the second the item. Without a product they are the first two
#' variables in `emb()`. A variable is a column of the data, also as `factor(column)`.
#'
#' **Other predictors.** What else the formula reads, such as a director or the age of a user, is given in
#' the data frame `items` or `users`, whose first row of each id counts.
#'
#' **Unseen users and items.** Ids that the fit has not seen are named in a warning. They have the average of the
#' training rows (see [predict()][predict.kms_fit]), and so have those without a training row: an unseen user gets the
#' items in the order of what they have on average. With `unknown = "na"` they have no score and are left out, with
#' `"error"` they are an error of class `tildenet_error_data`.
#'
#' @returns A data frame with a row for each recommendation: `user` (in the order of `users`, each once) and
#'   `item`, both of the type they have in the data, `score`, the prediction in the units of the outcome (the
#'   probability of the second of two labels), and `rank` from 1. Items of equal score are in the order of
#'   their ids.
#'
#' @section Errors:
#' A fit without two such embeddings, other outcomes, and ids of another type are errors of class
#' `tildenet_error_argument`; data frames that lack columns the formula reads are of class
#' `tildenet_error_data`.
#'
#' @source Koren, Bell and Volinsky (2009), Matrix factorization techniques for recommender systems.
#' @seealso [ratings_frame()] for ratings in a matrix, [embedding()], [plot_embedding()]
#' @examples
#' ratings <- expand.grid(user = c("Ann", "Bob", "Cy", "Di"), film = paste("Film", 1:6))
#' taste <- outer(c(2, 1, -1, -2), c(1, 1, 1, -1, -1, -1))
#' ratings$stars <- 3 + taste[cbind(ratings$user, ratings$film)]
#' rated <- ratings[-c(1, 6, 11, 16, 20), ]
#' fit <- kms(stars ~ user + film + emb(user, 2):emb(film, 2), rated, N_layers = 0, Nepochs = 100,
#'            batch_size = 4, optimizer_args = list(learning_rate = 0.02), pTraining = 1, seed = 1,
#'            verbose = 0)
#' recommend(fit, c("Ann", "Di"), n = 3, exclude_seen = FALSE)
#' recommend(fit, levels(rated$user))
#' @export
recommend <- function(object, users, n = 10, exclude_seen = TRUE, items = NULL, unknown = "average") {
  call <- rlang::current_env()
  object <- check_kms_fit(object, call)
  ids <- recommend_ids(object, call)
  n <- check_count(n, "n", infinite = TRUE)
  if (missing(users)) abort_missing_arg("users", call)
  unknown <- check_string(unknown, "unknown", unknown_rules)
  users <- recommend_side(users, "user", "users", object, ids, unknown, call)
  items <- recommend_side(items, "item", "items", object, ids, unknown, call)
  recommend_check_columns(object, users, items, ids, call)
  seen <- recommend_seen(exclude_seen, object, users, items, ids, call)
  rows <- seq_along(users$ids)
  at_once <- max(1, floor(recommend_rows / max(1, length(items$ids))))
  best <- lapply(split(rows, ceiling(rows / at_once)), function(rows) {
    scores <- recommend_scores(object, lapply(users$data, take_samples, rows), items$data, ids, rows[1] == 1)
    mine <- seen$user >= rows[1] & seen$user <= rows[length(rows)]
    scores[cbind(seen$item[mine], seen$user[mine] - rows[1] + 1)] <- NA
    recommend_best(scores, rows, n)
  })
  best <- do.call(rbind, c(list(recommend_best(matrix(0, 0, 0), integer(), n)), unname(best)))
  data.frame(user = users$ids[best$user], item = items$ids[best$item], score = best$score, rank = best$rank)
}

# Pairs scored in one call of predict(): a few megabytes of design.
recommend_rows <- 5e5

# The ids of the design, checked.
recommend_ids <- function(object, call) {
  ids <- kms_design(object)$ids
  if (is.null(ids)) {
    formula <- if (is.null(object$input_formula)) "It is a fit of a matrix."
               else paste0("Its formula is ", deparse1(object$input_formula), ".")
    abort_arg("object", "have embeddings of two variables, users and items, in its formula", formula,
              "Such as rating ~ user + item + emb(user, 20):emb(item, 20).", call = call)
  }
  for (side in c("user", "item")) if (is.null(ids[[side]]$column)) {
    abort_arg("object", paste("have a column of its data as the", side, "in its formula"), call = call,
              given = paste0("It has `", ids[[side]]$label, "`."),
              how = "Make it a column before the fit; only factor() may stand around its name.")
  }
  if (!object$y_type %in% c("continuous", "binary")) {
    abort_arg("object", "have an outcome to rank by: a number or two labels",
              paste0("Its outcome is ", object$y_type, "."), call = call)
  }
  ids
}

# list(data, ids, levels): one row of `data` for each different id, in the type of the training data, with
# the other columns the fit reads; `levels` where the id stands among those of the embedding, NA for new.
recommend_side <- function(given, side, arg, object, ids, unknown, call) {
  column <- ids[[side]]$column
  levels <- kms_design(object)$specials[[ids[[side]]$label]]$state$levels
  if (is.null(given) && side == "item") given <- levels[diff(ids$seen@p) > 0]
  given <- if (is.data.frame(given)) own_frame(as.data.frame(given)) else own_values(given)
  data <- if (is.data.frame(given)) given else list()
  values <- recommend_values(given, arg, ids, side, call)
  first <- which(!duplicated(values))
  data <- lapply(data, take_samples, first)
  data[[column]] <- values[first]
  other <- ids[[setdiff(c("user", "item"), side)]]$column
  at <- label_match(values[first], levels)
  new <- list(column = column, levels = label_text(values[first][is.na(at)]), how = unseen_words)
  design_tell_levels(list(new), unknown, arg, call)
  known <- if (unknown == "na") !is.na(at) else rep(TRUE, length(at))
  data <- lapply(data, take_samples, known)
  list(data = data[setdiff(intersect(names(data), kms_design(object)$columns), other)], ids = values[first][known],
       levels = at[known])
}

# The ids as they were given, in the type of the training data.
recommend_values <- function(given, arg, ids, side, call) {
  column <- ids[[side]]$column
  if (is.data.frame(given)) {
    if (!column %in% names(given)) {
      abort_arg(arg, paste0("have a column `", column, "`"), class = "data", call = call,
                given = paste0("Users and items are `", ids$user$label, "` and `", ids$item$label,
                               "`, by their order in the formula."))
    }
    given <- given[[column]]
  } else if (is.null(given) || !is.atomic(given) || !is.null(dim(given))) {
    abort_arg(arg, paste0("hold ids as in the column `", column, "`, or be a data frame with it"),
              describe(given), call = call)
  }
  values <- ids_like(given, ids[[side]]$like)
  wrong <- which(is.na(values))
  if (length(wrong) > 0) {
    abort_arg(arg, paste0("hold ids as in the column `", column, "`, which is of type ",
                          class(ids[[side]]$like)[1]),
              paste0("It holds ", encodeString(label_text(given[wrong[1]]), quote = "\""), "."), call = call)
  }
  values
}

recommend_check_columns <- function(object, users, items, ids, call) {
  lacking <- setdiff(kms_design(object)$columns, c(names(users$data), names(items$data)))
  if (length(lacking) == 0) return(invisible())
  abort_arg("items", "be a data frame with what else the fit reads of the items", class = "data", call = call,
            given = paste0("Not known: ", paste0("`", lacking, "`", collapse = ", "), "."),
            how = paste0("A row for each `", ids$item$column, "`. What belongs to users goes into a data frame ",
                         "`users`, a row for each `", ids$user$column, "`."))
}

# Pairs to leave out: list(user, item) of places among users and items.
recommend_seen <- function(exclude_seen, object, users, items, ids, call) {
  if (is.data.frame(exclude_seen)) {
    columns <- c(ids$user$column, ids$item$column)
    lacking <- setdiff(columns, names(exclude_seen))
    if (length(lacking) > 0) {
      abort_arg("exclude_seen", paste0("have the columns `", columns[1], "` and `", columns[2], "`"),
                paste0("It lacks ", paste0("`", lacking, "`", collapse = ", "), "."), class = "data", call = call)
    }
    exclude_seen <- own_frame(exclude_seen)
    place <- function(side, ids) match(ids_like(exclude_seen[[ids$column]], ids$like), side$ids)
    pairs <- data.frame(user = place(users, ids$user), item = place(items, ids$item))
  } else if (check_flag(exclude_seen, "exclude_seen", call = call)) {
    by_item <- entry_columns(ids$seen)
    pairs <- data.frame(user = match(ids$seen@i + 1L, users$levels), item = match(by_item, items$levels))
  } else {
    pairs <- data.frame(user = integer(), item = integer())
  }
  pairs[stats::complete.cases(pairs), ]
}

# Predictions of all pairs: a matrix (items, users). Of levels that are new in other columns the first call
# tells; new ids were told of before.
recommend_scores <- function(object, users, items, ids, first) {
  n_users <- n_samples(users)
  n_items <- n_samples(items)
  users <- lapply(users, take_samples, rep(seq_len(n_users), each = n_items))
  items <- lapply(items[setdiff(names(items), names(users))], take_samples, rep(seq_len(n_items), n_users))
  pairs <- structure(c(users, items), class = "data.frame", row.names = .set_row_names(n_users * n_items))
  own <- c(ids$user$column, ids$item$column)
  score <- withCallingHandlers(
    predict(object, pairs, batch_size = 4096, type = "response"),
    tildenet_warning_new_levels = function(w) {
      if (!first || all(all.vars(str2lang(w$column)) %in% own)) rlang::cnd_muffle(w)
    }
  )
  matrix(score, n_items, n_users)
}

n_samples <- function(columns) NROW(columns[[1]])

# The best n of each column; what is NA is left out. rows: the users of the columns.
recommend_best <- function(scores, rows, n) {
  found <- lapply(seq_len(ncol(scores)), function(k) {
    best <- utils::head(order(scores[, k], decreasing = TRUE, na.last = NA), n)
    data.frame(user = rep(rows[k], length(best)), item = best, score = scores[best, k], rank = seq_along(best))
  })
  none <- data.frame(user = integer(), item = integer(), score = numeric(), rank = integer())
  do.call(rbind, c(list(none), found))
}
