# Users: embeddings of 32 for users and 100,000 items, batch 512, Adam, one epoch of 1,000,000 ratings: users
# that are not in a batch cost nothing, so that ten times the users take the time of the same ratings. Once
# plain, once with a penalty on the rows that are looked up (`activity_regularizer`).
source("bench/common.R")

ratings <- 1e6
items <- 1e5
users <- c(1e4, 1e5, 1e6)

epoch_seconds <- function(users, penalty) {
  set.seed(1)
  ids <- lapply(c(users, items), function(n) sample.int(n, ratings, TRUE) - 1L)
  rating <- sample(1:10, ratings, TRUE) / 2
  inputs <- list(layer_input(shape = 1), layer_input(shape = 1))
  factors <- Map(function(input, rows) {
    input %>% layer_embedding(rows, 32, activity_regularizer = penalty) %>% layer_flatten()
  }, inputs, c(users, items))
  model <- keras_model(inputs, layer_dot(factors, axes = 1))
  model %>% compile(optimizer = "adam", loss = "mse")
  median_seconds(function() model %>% fit(ids, rating, epochs = 1, batch_size = 512, verbose = 0), 5)
}

options(tildenet.threads = 1)
for (penalty in list(NULL, regularizer_l2(1e-4))) {
  cat("\nUsers  users and 100,000 items x 32, ", if (is.null(penalty)) "no penalty" else "L2 on what is looked up",
      ": one epoch of 1,000,000 ratings\n", sep = "")
  seconds <- vapply(users, epoch_seconds, 0, penalty)
  cat(sprintf("  %-34s %9.4f s\n", paste(format(users, big.mark = ",", scientific = FALSE), "users"), seconds), sep = "")
  power <- growth(users, seconds)
  cat(sprintf("  an epoch grows with users to the power %.2f (bar: at most 0.2)%s\n", power,
              if (power <= 0.2) "" else "  MISSED"))
}
