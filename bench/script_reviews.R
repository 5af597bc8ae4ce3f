# Good or bad from the text of a review, as a user writes it: read, tokenize, a 0/1 matrix of 10,000
# words, 20 epochs to see where it begins to learn by heart, 4 epochs on all, test. Argument: folder for
# the plot.
library(tildenet)
library(ggplot2)
source("bench/parts.R")
source("bench/data_reviews.R")
part("R and packages")

reviews <- film_reviews()
part("read 50,000 reviews")

set.seed(1)
train <- sample(which(reviews$split == "train"))
test <- which(reviews$split == "test")
tokenizer <- text_tokenizer(num_words = 10000)
tokenizer %>% fit_text_tokenizer(reviews$text[train])
x_train <- texts_to_matrix(tokenizer, reviews$text[train], mode = "binary", sparse = TRUE)
x_test <- texts_to_matrix(tokenizer, reviews$text[test], mode = "binary", sparse = TRUE)
y_train <- reviews$label[train]
y_test <- reviews$label[test]
part("tokenize, 0/1 matrix")

new_model <- function() {
  model <- keras_model_sequential() %>%
    layer_dense(units = 16, activation = "relu", input_shape = 10000) %>%
    layer_dense(units = 16, activation = "relu") %>%
    layer_dense(units = 1, activation = "sigmoid")
  model %>% compile(optimizer = "rmsprop", loss = "binary_crossentropy", metrics = "accuracy")
}

val <- 1:10000
model <- new_model()
history <- model %>% fit(x_train[-val, ], y_train[-val], epochs = 20, batch_size = 512,
                         validation_data = list(x_train[val, ], y_train[val]), verbose = 0)
part("20 epochs on 15,000")

model <- new_model()
model %>% fit(x_train, y_train, epochs = 4, batch_size = 512, verbose = 0)
part("4 epochs on 25,000")
results <- model %>% evaluate(x_test, y_test, verbose = 0)
part("evaluate")

ggsave(file.path(commandArgs(TRUE)[1], "w2.png"), plot(history), width = 7, height = 5, dpi = 100)
part("plot")
peak_memory()
number("accuracy on the test reviews", results[["accuracy"]])
