# A small quick search.
small_tune <- function(formula, data, space, ..., n = 3, N_layers = 3, Nepochs = 3, seed = 1) {
  fixed <- list(N_layers = N_layers, Nepochs = Nepochs)
  fixed <- fixed[!names(fixed) %in% names(space)]
  do.call(kms_tune, c(list(formula, data, space, n = n, seed = seed), fixed, list(...)))
}

rates <- function() list(units = list(8, c(8, 4)), learning_rate = function() 10^stats::runif(1, -3, -1))

# What does not tell the time.
untimed <- function(tuned) {
  tuned <- as.data.frame(tuned)
  tuned[names(tuned) != "seconds"]
}
