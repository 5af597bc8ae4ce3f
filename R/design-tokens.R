# tokens(x, num_words, maxlen, ...): texts as sequences of word indices of one length, each word a row of
# a table, the rows of a text pooled into one or read one after the other by a recurrent layer. Index 0
# fills up and is neither pooled nor read.

tokens_layers <- c(lstm = "layer_lstm", gru = "layer_gru", simple_rnn = "layer_simple_rnn")
tokens_poolings <- c("mean", "max", names(tokens_layers))

tokens_check <- function(args, label, call) {
  count <- function(name) check_count(args[[name]], paste(name, "of", label), null_ok = TRUE, call = call)
  side <- function(name) check_string(args[[name]] %||% "pre", paste(name, "of", label), c("pre", "post"), call = call)
  pooling <- args$pooling %||% "mean"
  if (!rlang::is_string(pooling) || !pooling %in% tokens_poolings) {
    abort_arg(paste("pooling of", label), paste("be one of", quoted_list(tokens_poolings)), describe(pooling),
              "For other layers on the tokens build the model by hand and give it as `keras_model_seq`.",
              call = call)
  }
  if (!is.null(args$units) && !pooling %in% names(tokens_layers)) {
    abort_arg(paste("units of", label), "be left out unless a recurrent layer reads the words",
              paste0("Pooling is ", quoted(pooling), "."), call = call)
  }
  others <- args[intersect(setdiff(names(formals(text_tokenizer)), "num_words"), names(args))]
  special_delegate(label, "tokens", call, do.call(text_tokenizer, others))
  c(list(num_words = count("num_words"), maxlen = count("maxlen"), dim = count("dim"), pooling = pooling,
         units = count("units"), padding = side("padding"), truncating = side("truncating"), tokenizer = others),
    vectors_check(args, label, call))
}

# Reads texts as they are until tokens_settle() has learnt the words.
tokens_replay <- function(state, texts) {
  input <- if (is.null(state$known)) texts else {
    pad_sequences(learned_sequences(state$known, texts, NULL), state$maxlen, padding = state$padding,
                  truncating = state$truncating)
  }
  list(input = input, new = character())
}

tokens_settle <- function(state, input, fitted, ...) {
  state$known <- tokens_learn(state, input[fitted])
  if (is.null(state$maxlen)) {
    state$maxlen <- max(lengths(learned_sequences(state$known, input[fitted], NULL)))
  }
  state$dim <- state$dim %||% ncol(state$vectors) %||% table_dim(length(state$known$words))
  start <- if (!is.null(state$vectors)) vectors_start(state)
  state$vectors <- NULL
  list(state = state, input = tokens_replay(state, input)$input, start = start)
}

# Words and how they are found, of what learn_words() gives.
tokens_learn <- function(state, texts) {
  frozen <- !state$trainable
  state$known <- learn_words(state$tokenizer, if (!frozen) state$num_words, texts)
  words <- state$known$words
  if (length(words) == 0) text_abort_empty(state$label)
  if (!is.null(state$vectors)) words <- vectors_words(state, words)
  c(state$known[c("settings", "oov")], list(words = words[seq_len(min(length(words), state$num_words))]))
}

tokens_head <- function(state, entry, name) {
  table <- list(input_dim = length(learned_terms(state$known)) + 1, output_dim = state$dim,
                input_length = state$maxlen, embeddings_regularizer = entry$kernel_regularizer,
                name = table_layer_name(name))
  table[names(state$table)] <- state$table
  table$mask_zero <- state$pooling != "max"
  list(list(layer = "layer_embedding", args = table), tokens_reader(state, paste0(name, "_", state$pooling)))
}

# The layer that makes one row of those of a text.
tokens_reader <- function(state, name) {
  args <- list(name = name)
  if (state$pooling == "max") {
    return(list(layer = "layer_lambda", args = c(args, f = pool_max), with_input = TRUE))
  }
  if (state$pooling %in% names(tokens_layers)) args$units <- state$units %||% state$dim
  list(layer = c(mean = "layer_global_average_pooling_1d", tokens_layers)[[state$pooling]], args = args)
}

# Largest values of list(rows (n, steps, dim), indices (n, steps)) without those of index 0, which the layer
# for maxima would take in; a text without words gives zeros.
pool_max <- function(both) {
  real <- k_expand_dims(k_cast(k_not_equal(both[[2]], 0), "float32"))
  low <- 1e9 # beyond what rows of a table hold
  k_max(both[[1]] * real + (real - 1) * low, axis = 2) * k_max(real, axis = 2)
}

define_special("tokens",
  arguments = function(x, num_words = NULL, maxlen = NULL, dim = NULL, pooling = "mean", units = NULL, lower = TRUE,
                       filters = NULL, split = " ", char_level = FALSE, oov_token = NULL, padding = "pre",
                       truncating = "pre", regularizer = NULL, constraint = NULL, vectors = NULL,
                       trainable = TRUE) NULL,
  content = "texts", values = text_values, check = tokens_check,
  prepare = text_prepare,
  replay = tokens_replay, settle = tokens_settle, shape = function(state) state$maxlen, head = tokens_head,
  table = function(state, weights) {
    out <- weights[-1, , drop = FALSE]
    dimnames(out) <- list(learned_terms(state$known), NULL)
    out
  },
  columns = function(state, input) {
    # How often each word stands in the sequence; 0 fills up.
    terms <- learned_terms(state$known)
    Matrix::sparseMatrix(row(input)[input > 0], input[input > 0], x = 1, dims = c(nrow(input), length(terms)),
                         dimnames = list(NULL, terms))
  })
