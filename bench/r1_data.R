# R1: every function that takes data of many rows against base R, or the fastest package that does the same.
source("bench/common.R")
runs <- 2
set.seed(1)
missed <- character()

# others: functions by name, each of which makes the same as ours; cells: numbers that go in or come out, the larger.
# All take turns, and the least processor time of each counts: other programs make it longer, nothing shorter.
compare <- function(name, cells, ours, others) {
  seconds <- vapply(seq_len(runs), function(run) {
    vapply(c(list(ours), others), function(f) {
      gc(FALSE)
      sum(system.time(f(), gcFirst = FALSE)[c("user.self", "sys.self")])
    }, 0)
  }, numeric(1 + length(others)))
  seconds <- apply(seconds, 1, min)
  for (k in seq_along(others)) {
    slower <- seconds[1] > 1.1 * seconds[k + 1] && seconds[1] > 0.005
    if (slower) missed <<- c(missed, name)
    cat(sprintf("  %-30s %8.4f s a million   %-28s %8.4f   %5.1f times ours%s\n", name, seconds[1] / cells * 1e6,
                names(others)[k], seconds[k + 1] / cells * 1e6, seconds[k + 1] / max(seconds[1], 1e-4),
                if (slower) "  MISSED" else ""))
  }
}

cat("\nR1  processor seconds per million cells (bar: nothing slower than its peer)\n")

# ---- sequences and texts ---------------------------------------------------------------------------

lengths_of <- function(n) pmin(2000, pmax(10, round(rlnorm(n, 5.2, 0.6))))
zipf <- function(n, k) as.integer(pmin(k - 1, exp(runif(n, 0, log(k)))))
reviews <- lapply(lengths_of(10000), zipf, k = 10000)
base_pad <- function(sequences, maxlen) {
  out <- matrix(0L, length(sequences), maxlen)
  for (i in seq_along(sequences)) {
    s <- sequences[[i]]
    if (length(s) > maxlen) s <- s[(length(s) - maxlen + 1):length(s)]
    if (length(s) > 0) out[i, (maxlen - length(s) + 1):maxlen] <- s
  }
  out
}
stopifnot(identical(base_pad(reviews, 400), pad_sequences(reviews, 400)))
compare("pad_sequences", 10000 * 400, function() pad_sequences(reviews, 400),
        list("loop over rows" = function() base_pad(reviews, 400)))

base_dense <- function(sequences, columns) {
  out <- matrix(0, length(sequences), columns)
  for (i in seq_along(sequences)) out[i, unique(sequences[[i]]) + 1] <- 1
  out
}
base_places <- function(sequences, columns) {
  out <- matrix(0, length(sequences), columns)
  out[cbind(rep(seq_along(sequences), lengths(sequences)), unlist(sequences) + 1L)] <- 1
  out
}
words <- text_tokenizer(num_words = 2000)
inside <- lapply(reviews[1:5000], function(s) s[s < 2000])
stopifnot(identical(base_dense(inside, 2000), sequences_to_matrix(words, inside)))
compare("sequences_to_matrix", 5000 * 2000, function() sequences_to_matrix(words, inside),
        list("loop over rows" = function() base_dense(inside, 2000), "matrix of places" = function() base_places(inside, 2000)))

texts <- vapply(reviews[1:3000], function(s) paste0("w", s, collapse = " "), "")
tokenizer <- fit_text_tokenizer(text_tokenizer(num_words = 2000), texts)
vocabulary <- names(tokenizer$word_index)
compare("texts_to_sequences", sum(lengths(reviews[1:3000])), function() texts_to_sequences(tokenizer, texts),
        list("strsplit() and match()" = function() lapply(strsplit(tolower(texts), " ", fixed = TRUE), match, vocabulary)))
compare("texts_to_matrix", 3000 * 2000, function() texts_to_matrix(tokenizer, texts),
        list("strsplit() and match()" = function() {
          base_dense(lapply(strsplit(tolower(texts), " ", fixed = TRUE), function(w) {
            at <- match(w, vocabulary)
            at[!is.na(at) & at < 2000]
          }), 2000)
        }))
if (requireNamespace("text2vec", quietly = TRUE)) {
  compare("fit_text_tokenizer", sum(lengths(reviews[1:3000])), function() fit_text_tokenizer(text_tokenizer(), texts),
          list("text2vec" = function() text2vec::create_vocabulary(text2vec::itoken(texts, tolower, text2vec::space_tokenizer, progressbar = FALSE))))
}

genres <- replicate(20000, paste(sample(letters[1:20], sample(1:4, 1)), collapse = "|"))
base_labels <- function(x) {
  pieces <- strsplit(x, "|", fixed = TRUE)
  labels <- sort(unique(unlist(pieces)))
  out <- matrix(0L, length(x), length(labels), dimnames = list(NULL, labels))
  out[cbind(rep(seq_along(pieces), lengths(pieces)), match(unlist(pieces), labels))] <- 1L
  out
}
stopifnot(identical(base_labels(genres), multilabel(genres)))
compare("multilabel", 20000 * 20, function() multilabel(genres), list("strsplit() and match()" = function() base_labels(genres)))

# ---- arrays ----------------------------------------------------------------------------------------

classes <- sample(0:9, 500000, TRUE)
compare("to_categorical", 5e6, function() to_categorical(classes, 10),
        list("diag(10)[y + 1, ]" = function() diag(10)[classes + 1, ], "outer(y, 0:9)" = function() outer(classes, 0:9, "==") + 0))
images <- array(runif(5000 * 28 * 28), c(5000, 28, 28))
compare("array_reshape, samples stay", length(images), function() array_reshape(images, c(5000, 784)),
        list("aperm() twice" = function() aperm(array(aperm(images), c(784, 5000)))))
compare("array_reshape, all axes", length(images), function() array_reshape(images, c(2500, 1568)),
        list("aperm() twice" = function() aperm(array(aperm(images), c(1568, 2500)))))
pixels <- matrix(images, 5000)
compare("normalize", length(pixels), function() normalize(pixels),
        list("x / sqrt(rowSums(x^2))" = function() pixels / sqrt(rowSums(pixels^2))))
compare("normalize, largest", length(pixels), function() normalize(pixels, order = Inf),
        list("apply()" = function() pixels / apply(abs(pixels), 1, max)))
series <- rnorm(200000)
windows <- timeseries_generator(series, series, length = 20, batch_size = 10000)
compare("timeseries_generator", 20 * 199980, function() for (i in seq_len(length(windows))) generator_next(windows),
        list("embed()" = function() embed(series, 21)[, 21:2]))

# ---- data frames -----------------------------------------------------------------------------------

long <- data.frame(y = rnorm(200000), a = rnorm(200000), b = factor(sample(letters, 200000, TRUE)), c = runif(200000))
wide <- as.data.frame(matrix(rnorm(200 * 3000), 200))
wide$y <- rnorm(200)
design <- function(data, formula) {
  function() tildenet:::design_fit(formula, data)
}
frame_and_matrix <- function(data, formula) {
  function() {
    frame <- model.frame(formula, data)
    list(model.matrix(formula, frame)[, -1], model.response(frame))
  }
}
compare("design, long", 200000 * 28, design(long, y ~ .), list("model.matrix()" = frame_and_matrix(long, y ~ .)))
compare("design, 3,000 columns", 200 * 3000, design(wide, y ~ .), list("model.matrix()" = frame_and_matrix(wide, y ~ .)))

# ---- models ----------------------------------------------------------------------------------------

x <- matrix(rnorm(20000 * 500), 20000)
y <- as.numeric(x[, 1] > 0)
model <- keras_model_sequential() %>%
  layer_dense(64, activation = "relu", input_shape = 500) %>%
  layer_dense(1, activation = "sigmoid")
compile(model, "sgd", "binary_crossentropy", metrics = "accuracy")
weights <- lapply(get_weights(model), unname)
probability <- function() {
  hidden <- pmax(sweep(x %*% weights[[1]], 2, weights[[2]], "+"), 0)
  1 / (1 + exp(-(hidden %*% weights[[3]] + as.vector(weights[[4]]))))
}
compare("predict", length(x), function() predict(model, x), list("x %*% w" = probability))
compare("evaluate", length(x), function() evaluate(model, x, y, verbose = 0),
        list("x %*% w, loss and accuracy" = function() {
          p <- probability()
          c(-mean(ifelse(y == 1, log(p), log(1 - p))), mean((p > 0.5) == y))
        }))
compare("fit, one epoch", length(x), function() fit(model, x, y, epochs = 1, batch_size = 128, verbose = 0),
        list("glm.fit(), two steps" = function() suppressWarnings(glm.fit(x, y, family = binomial(), control = list(maxit = 2)))))

labels <- sample(letters[1:10], 200000, TRUE)
predicted <- ifelse(runif(200000) < 0.7, labels, sample(letters[1:10], 200000, TRUE))
compare("confusion", 200000, function() confusion(y_test = labels, predictions = predicted),
        list("table()" = function() table(labels, predicted)))
peers <- list("table()" = function() {
  counts <- table(labels, predicted)
  cbind(diag(counts) / colSums(counts), diag(counts) / rowSums(counts))
})
if (requireNamespace("caret", quietly = TRUE)) {
  Sys.setenv(TZ = "UTC") # its date package asks the system otherwise
  peers[["caret"]] <- function() caret::confusionMatrix(factor(predicted), factor(labels))
}
compare("classification_report", 200000, function() classification_report(labels, predicted), peers)
truth <- matrix(rbinom(20000 * 20, 1, 0.2), 20000)
prob <- truth * 0.3 + runif(length(truth))
compare("multilabel_measures", length(truth), function() multilabel_measures(truth, (prob > 0.7) + 0, prob),
        list("apply() by rows" = function() apply(prob, 1, rank)))

rows <- data.frame(y = y, x[, 1:20])
fit <- kms(y ~ ., rows, N_layers = 1, Nepochs = 1, seed = 1, verbose = 0)
compare("importance", 20 * 5 * nrow(rows), function() importance(fit, rows, n_repeats = 5),
        list("predict() of shuffled columns" = function() {
          for (column in names(rows)[-1]) for (turn in 1:5) {
            rows[[column]] <- sample(rows[[column]])
            mean(predict(fit, rows, type = "class") == y)
          }
        }))

if (length(missed) > 0) cat("\nSlower than a peer:", paste(unique(missed), collapse = ", "), "\n")
