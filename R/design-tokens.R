# tokens(x, num_words, maxlen, ...): texts as sequences of word indices of one length, each word a row of
# a table, the rows of a text pooled into one. Index 0 fills up and is not pooled.

tokens_poolings <- c("mean", "max")

tokens_check <- function(args, label, call) {
  count <- function(name) check_count(args[[name]], paste(name, "of", label), null_ok = TRUE, call = call)
  side <- function(name) check_string(args[[name]] %||% "pre", paste(name, "of", label), c("pre", "post"), call = call)
  pooling <- args$pooling %||% "mean"
  if (!identical(pooling, "mean") && !identical(pooling, "max")) {
    abort_arg(paste("pooling of", label), paste("be one of", quoted_list(tokens_poolings)), describe(pooling),
              "For other layers on the tokens build the model by hand and give it as `keras_model_seq`.",
              call = call)
  }
  others <- args[intersect(setdiff(names(formals(text_tokenizer)), "num_words"), names(args))]
  special_delegate(label, "tokens", call, do.call(text_tokenizer, others))
  list(num_words = count("num_words"), maxlen = count("maxlen"), dim = count("dim"), pooling = pooling,
       padding = side("padding"), truncating = side("truncating"), tokenizer = others,
       table = special_penalty(args, label, "embeddings", call))
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
  state$known <- learn_words(state$tokenizer, state$num_words, input[fitted])
  if (length(state$known$words) == 0) text_abort_empty(state$label)
  if (is.null(state$maxlen)) {
    state$maxlen <- max(lengths(learned_sequences(state$known, input[fitted], NULL)))
  }
  state$dim <- state$dim %||% table_dim(length(state$known$words))
  list(state = state, input = tokens_replay(state, input)$input)
}

tokens_head <- function(state, entry, name) {
  table <- list(input_dim = length(learned_terms(state$known)) + 1, output_dim = state$dim,
                input_length = state$maxlen, embeddings_regularizer = entry$kernel_regularizer,
                name = table_layer_name(name))
  table[names(state$table)] <- state$table
  name <- paste0(name, "_", state$pooling)
  if (state$pooling == "mean") {
    return(list(list(layer = "layer_embedding", args = c(table, mask_zero = TRUE)),
                list(layer = "layer_global_average_pooling_1d", args = list(name = name))))
  }
  list(list(layer = "layer_embedding", args = table),
       list(layer = "layer_lambda", args = list(f = pool_max, name = name), with_input = TRUE))
}

# Largest values of list(rows (n, steps, dim), indices (n, steps)) without those of index 0, which the layer
# for maxima would take in; a text without words gives zeros.
pool_max <- function(both) {
  real <- k_expand_dims(k_cast(k_not_equal(both[[2]], 0), "float32"))
  low <- 1e9 # beyond what rows of a table hold
  k_max(both[[1]] * real + (real - 1) * low, axis = 2) * k_max(real, axis = 2)
}

define_special("tokens",
  arguments = function(x, num_words = NULL, maxlen = NULL, dim = NULL, pooling = "mean", lower = TRUE,
                       filters = NULL, split = " ", char_level = FALSE, oov_token = NULL, padding = "pre",
                       truncating = "pre", regularizer = NULL, constraint = NULL) NULL,
  values = text_values, check = tokens_check,
  prepare = text_prepare,
  replay = tokens_replay, settle = tokens_settle, shape = function(state) state$maxlen, head = tokens_head,
  table = function(state, weights) {
    out <- weights[-1, , drop = FALSE]
    dimnames(out) <- list(learned_terms(state$known), NULL)
    out
  })
