# Ratings of films from user and film, as a user writes it: the dot product of two embeddings, biases
# beside it, and a net on the joined embeddings; the learning rate is changed between fits. Argument:
# folder for the plots.
library(tildenet)
library(ggplot2)
source("bench/parts.R")
source("bench/data_ratings.R")
part("R and packages")

ratings <- film_ratings()
ratings$userId <- match(ratings$userId, unique(ratings$userId)) - 1
ratings$movieId <- match(ratings$movieId, unique(ratings$movieId)) - 1
n_users <- max(ratings$userId) + 1
n_movies <- max(ratings$movieId) + 1
n_factors <- 50
set.seed(1)
chosen <- runif(nrow(ratings)) < 0.8
trn <- ratings[chosen, ]
val <- ratings[!chosen, ]
part("read")

embedding_input <- function(name, n_in, n_out, reg) {
  inp <- layer_input(shape = 1, dtype = "int64", name = name)
  list(inp = inp, emb = inp %>% layer_embedding(n_in, n_out, input_length = 1,
                                                embeddings_regularizer = regularizer_l2(reg)))
}
create_bias <- function(inp, n_in) {
  inp %>% layer_embedding(n_in, 1, input_length = 1) %>% layer_flatten()
}
train <- function(model, epochs, lr = NULL) {
  if (!is.null(lr)) model$optimizer$lr <- lr
  model %>% fit(list(trn$userId, trn$movieId), trn$rating, batch_size = 64, epochs = epochs, verbose = 0,
                validation_data = list(list(val$userId, val$movieId), val$rating))
}
save <- function(name, history) {
  plot <- plot(history) + labs(title = name)
  ggsave(file.path(commandArgs(TRUE)[1], paste0("w3-", name, ".png")), plot, width = 7, height = 5, dpi = 100)
}

user <- embedding_input("user_in", n_users, n_factors, 1e-4)
movie <- embedding_input("movie_in", n_movies, n_factors, 1e-4)
x <- layer_dot(list(user$emb, movie$emb), axes = 2) %>% layer_flatten()
dot <- keras_model(list(user$inp, movie$inp), x)
dot %>% compile(optimizer_adam(0.001), loss = "mse")
train(dot, 1)
train(dot, 3, 0.01)
history <- train(dot, 6, 0.001)
save("dot", history)
part("10 epochs dot")

user <- embedding_input("user_in", n_users, n_factors, 1e-4)
movie <- embedding_input("movie_in", n_movies, n_factors, 1e-4)
x <- layer_dot(list(user$emb, movie$emb), axes = 2) %>% layer_flatten()
x <- layer_add(list(x, create_bias(user$inp, n_users)))
x <- layer_add(list(x, create_bias(movie$inp, n_movies)))
bias <- keras_model(list(user$inp, movie$inp), x)
bias %>% compile(optimizer_adam(0.001), loss = "mse")
train(bias, 1)
train(bias, 6, 0.01)
train(bias, 10, 0.001)
history <- train(bias, 5, 0.0001)
save("bias", history)
part("22 epochs bias")

user <- embedding_input("user_in", n_users, n_factors, 1e-4)
movie <- embedding_input("movie_in", n_movies, n_factors, 1e-4)
x <- layer_concatenate(list(user$emb, movie$emb)) %>%
  layer_flatten() %>%
  layer_dropout(0.3) %>%
  layer_dense(70, activation = "relu") %>%
  layer_dropout(0.75) %>%
  layer_dense(1)
neural <- keras_model(list(user$inp, movie$inp), x)
neural %>% compile(optimizer_adam(0.001), loss = "mse")
history <- train(neural, 8)
save("neural", history)
part("8 epochs neural")

peak_memory()
for (name in c("dot", "bias", "neural")) {
  number(paste("validation loss,", name),
         evaluate(get(name), list(val$userId, val$movieId), val$rating, verbose = 0)[["loss"]])
}
