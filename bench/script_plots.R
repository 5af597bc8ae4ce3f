# The genre of a film from its plot, as a user writes it: the ten most frequent genres, 1,500 words, a
# dense net with much dropout, 200 epochs. Argument: folder for the plot.
library(tildenet)
source("bench/parts.R")
source("bench/data_plots.R")
part("R and packages")

films <- film_plots()
frequent <- names(sort(table(films$genre), decreasing = TRUE))[1:10]
films <- films[films$genre %in% frequent, ]
films$genre <- factor(films$genre)
part("read")

max_words <- 1500
tokenizer <- text_tokenizer(num_words = max_words)
tokenizer %>% fit_text_tokenizer(films$overview)
sequences <- texts_to_sequences(tokenizer, films$overview)

train <- sample(length(sequences), size = 0.95 * length(sequences))
x_train <- sequences_to_matrix(tokenizer, sequences[train], mode = "binary")
x_test <- sequences_to_matrix(tokenizer, sequences[-train], mode = "binary")
num_classes <- nlevels(films$genre) + 1
y_train <- to_categorical(films$genre[train], num_classes)
y_test <- to_categorical(films$genre[-train], num_classes)
part("tokenize, 0/1 matrix")

model <- keras_model_sequential()
model %>%
  layer_dense(units = 512, input_shape = c(max_words), activation = "relu") %>%
  layer_dropout(rate = 0.6) %>%
  layer_dense(units = 64, activation = "relu", kernel_regularizer = regularizer_l1(0.001)) %>%
  layer_dropout(rate = 0.8) %>%
  layer_dense(units = num_classes, activation = "softmax")
model %>% compile(loss = "categorical_crossentropy", optimizer = "adam", metrics = "accuracy")
history <- model %>% fit(x_train, y_train, batch_size = 64, epochs = 200, verbose = 0, validation_split = 0.1)
part("200 epochs")

score <- model %>% evaluate(x_test, y_test, batch_size = 64, verbose = 0)
part("evaluate")
png(file.path(commandArgs(TRUE)[1], "w4.png"))
plot(history)
invisible(dev.off())
part("plot")
peak_memory()
number("accuracy on the test films", score[["accuracy"]])
