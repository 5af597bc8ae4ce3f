# What a newcomer writes who has read the README and nothing else: own data, own words, the same calls.
library(tildenet)

# A classifier of my own data frame ------------------------------------------------------------------
cars <- transform(mtcars, gear = factor(gear), automatic = ifelse(am == 1, "no", "yes"))
fit <- kms(automatic ~ wt + hp + gear, cars, N_layers = 2, units = 16, seed = 3)
print(fit)
print(confusion(fit))
plot(fit)
probabilities <- predict(fit, cars[1:5, ], type = "prob")
stopifnot(nrow(probabilities) == 5, abs(rowSums(probabilities) - 1) < 1e-6)
classes <- predict(fit, cars[1:5, ], type = "class")
stopifnot(length(classes) == 5, as.character(classes) %in% c("no", "yes"))

# A number, transformed on both sides ------------------------------------------------------------------
consumption <- kms(log(mpg) ~ poly(wt, 2) + hp, cars, N_layers = 2, units = 16, seed = 3)
found <- importance(consumption, cars)
print(found)
plot(found)
plot(partial_dependence(consumption, cars, "wt"))
folds <- kms_kcv(gear ~ wt + hp, cars, k_folds = 3, Nepochs = 20, N_layers = 1, seed = 3)
print(folds)

# Words ------------------------------------------------------------------------------------------------
mails <- data.frame(
  words = rep(c("win a free prize now", "meeting moved to monday", "free money, click now", "lunch on monday?"), 15),
  kind = rep(c("spam", "ham"), 30))
filter <- kms(kind ~ text(words, 50), mails, N_layers = 1, units = 8, seed = 3)
new <- data.frame(words = c("free prize, click", "moved the lunch meeting"))
stopifnot(identical(as.character(predict(filter, new, type = "class")), c("spam", "ham")))

# Who likes what -----------------------------------------------------------------------------------------
ratings <- read.csv(system.file("extdata", "ratings.csv", package = "tildenet"))
taste <- kms(rating ~ user + movie + emb(user, 3):emb(movie, 3), ratings, N_layers = 0, Nepochs = 20, seed = 3)
wanted <- recommend(taste, users = c("v01", "v02"), n = 3)
print(wanted)
stopifnot(nrow(wanted) == 6)

# By hand ------------------------------------------------------------------------------------------------
x <- scale(as.matrix(cars[c("wt", "hp", "qsec")]))
y <- cars$mpg
model <- keras_model_sequential() %>%
  layer_dense(units = 16, activation = "relu", input_shape = 3) %>%
  layer_dense(units = 1)
model %>% compile(loss = "mse", optimizer = "adam", metrics = "mae")
history <- model %>% fit(x, y, epochs = 30, batch_size = 8, validation_split = 0.2, verbose = 0)
plot(history)
print(model %>% evaluate(x, y, verbose = 0))
stopifnot(length(model %>% predict(x)) == nrow(cars))

# Tomorrow -----------------------------------------------------------------------------------------------
file <- tempfile(fileext = ".rds")
saveRDS(fit, file)
again <- readRDS(file)
stopifnot(identical(predict(again, cars, type = "prob"), predict(fit, cars, type = "prob")))
cat("done\n")
