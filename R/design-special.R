#' Specials of the formula
#'
#' Terms on the right side of the formula of [kms()] that are inputs of the network of their own, beside
#' the columns of the design. They are no functions: only `kms()` knows them, and only as whole terms. ([calendar()] and
#' [ordinal()], for dates and ordered factors, are functions as any other: their columns join the design.)
#'
#' @details
#' **`emb(f, dim)`** gives each level of a factor (or of text, numbers, logicals) a row of `dim` numbers
#' that are learned, where a dummy would give it a column: many levels cost no more than few. The rows
#' join the columns of the design before the first dense layer. `dim` is by default the square root of
#' the number of levels, rounded up, at most 50.
#'
#' **`emb(a, k):emb(b, k)`** adds the dot product of the two rows before the output's activation: with
#' `N_layers = 0`, `rating ~ user + item + emb(user, 10):emb(item, 10)` is matrix factorisation with a bias
#' for each user and item. With several output units each has a dot product with weights of its own.
#' `emb(a, k) * emb(b, k)` has both, from the same two tables. With nothing else in the formula there are
#' no hidden layers.
#'
#' **Unseen levels.** Each table has one more row, for levels that none of the rows weights are fitted to has: the
#' mean of the rows of the levels, each counted as often as these rows have it (with case weights: by their sum). It
#' is set anew before each epoch and each validation and when training has ended. So in the formula above a new user
#' has, of the bias and of the product, what the users of those ratings have on average, and a new user and a new item
#' the mean rating of the model. A level that was not in the data at all is named in a warning by
#' [predict()][predict.kms_fit], whose `unknown` gives other answers.
#'
#' **`text(x, num_words, mode)`** reads texts as bags of words: a sparse input with a column for each of the
#' `num_words` most frequent words (`NULL`: all), which feeds the first dense layer as columns of the design
#' do. `mode` is `"binary"`, `"count"`, `"freq"` or `"tfidf"`, as in [texts_to_matrix()]; columns are not
#' scaled (shares of words are small numbers: `"freq"` takes more epochs than the others). Words are made by a
#' [text_tokenizer()] with the further arguments `lower`, `filters`, `split`, `char_level`, `oov_token` (one more
#' column, for all other words). Exactly `num_words` words are kept, where a tokenizer keeps one less. With
#' `ngrams` or another argument of [text_vectorizer()] (`analyzer`, `stop_words`, `min_df`, `max_df`,
#' `vocabulary`, `token_pattern`, `strip_accents`, `use_idf`, `smooth_idf`, `sublinear`, `norm`, `hash`) that
#' makes the terms, and `num_words` is its `max_features`.
#'
#' **`tokens(x, num_words, maxlen)`** reads texts as sequences of words: each of the `num_words` most frequent ones
#' has a row of `dim` numbers (by default as for `emb()`), and the rows of a text are pooled into one, by
#' `pooling = "mean"` or `"max"`, which joins the columns. With `pooling = "lstm"`, `"gru"` or `"simple_rnn"` a recurrent
#' layer of `units` (by default `dim`) reads them one after the other instead, and its last output joins the
#' columns: see [layer_lstm()]. Other words are left out, or read the row of `oov_token`. A text has at most
#' `maxlen` words (`NULL`: as the longest training text); `padding`, `truncating`: see [pad_sequences()]; the
#' filling is neither pooled nor read. The arguments of [text_tokenizer()] are taken too.
#'
#' **`tokens(x, vectors = m)`** starts from word vectors: `m` is a numeric matrix with words as row names, such as
#' [read_word_vectors()] gives, and its columns are the `dim` numbers of a word. Row names are compared with the
#' words of the texts as these come from the tokenizer, lower-cased unless `lower = FALSE`.
#' * `trainable = TRUE`: the vectors are a start that training improves. The words are those of the training
#'   rows, as without vectors; one that `m` does not have starts, as without `m`, from random numbers between -0.05 and
#'   0.05. In new texts all other words are left out, or read the row of `oov_token`, also when `m` has them.
#' * `trainable = FALSE`: the vectors stay as they are. The words are those of `m`: first those of the training
#'   rows, most frequent first, then the others in the order of `m`, so that new texts are read with words that no
#'   training row holds; `num_words` keeps the first of them. Words without a vector are left out, or read the
#'   row of `oov_token`. The fit keeps the row of each word: read only those you need, with the
#'   `vocabulary` or `n_max` of [read_word_vectors()].
#'
#' A vector in `m` for `oov_token` is taken too; without one that row starts at random, or stays 0 where nothing is trained.
#' A table that starts from vectors has no penalty but its own. A model given as `keras_model_seq` has a table
#' of its own: only the choice of words is then of use.
#'
#' **Texts** are character vectors or factors, any expression such as `paste(title, plot)`. NA counts as
#' "". Words are those of the rows that weights are fitted to, neither of validation nor of test rows;
#' the fit keeps them, not the texts, and reads new texts by them, also after `saveRDS()`.
#'
#' **`image(path, size)`** reads pictures from files: `path` holds their names, text or a factor, `size` is the side
#' that all are resized to, or `c(height, width)`. Relative names start from the working directory, or from
#' `directory`. `color_mode` is `"rgb"`, `"grayscale"` or `"rgba"`; `interpolation`: see [image_load()],
#' which says what files are read; here it is `"bilinear"` unless given. The pixels, 0 to 255, are divided by 255 and go through convolutions of 3 x 3 with `filters`
#' channels, each followed by a maximum over 2 x 2 cells. The mean of each of the last channels joins the columns. That is meant
#' for pictures of some 32 to 128 cells a side.
#'
#' A row without a file name, or whose file cannot be read, is a row with a missing value: `na.action` says what [kms()]
#' makes of it, it is predicted as NA, and a warning of class `tildenet_warning_unreadable` names the files (all of
#' them are its field `files`, with the reason). A file that several rows name is read once. All pictures are in memory
#' during a fit or a prediction: a byte for each of pictures x height x width x channels numbers, and some ten more for
#' those of the rows that are trained on, or predicted; 1,000 pictures of 128 x 128 x 3 take 0.55 GB. The fit keeps none of them.
#'
#' **`image(path, size, model)`** lets `model` read the pictures: layers such as `keras_model_sequential() %>%
#' layer_conv_2d(8, 3)`, with or without an input shape, or a trained network such as [application_vgg16()]
#' without its top. Its output, flattened, joins the columns. Each fit trains a copy that starts from the model's
#' weights; layers that are frozen ([freeze_weights()]) stay so, `trainable = FALSE` freezes all of them, `TRUE` none. `size` may be
#' left out where the model has an input shape. Pixels arrive as they are, from 0 to 255, unless there is a
#' `preprocess`: `"caffe"`, `"tf"` or `"torch"`, as the weights of ImageNet want it (see [imagenet_preprocess_input()]), or a
#' function of the tensor such as `function(x) x / 255`. It is a part of the network. A frozen model computes the same
#' features in every epoch: with a large one [image_features()] computes them once, as columns of the data.
#'
#' **Penalties.** The penalty of the first dense layer's weights is also that of the kernels of `image()` without a
#' `model` and of the table of `tokens()`; of the tables of `emb()` only where `kernel_regularizer` is given. Otherwise
#' these have none in the loss: before each epoch the row of a level that c of the rows fitted to have becomes
#' (c row + 10 mean) / (c + 10), mean being the row for unseen levels (where an epoch has u updates, fewer than 500,
#' the part it keeps, c / (c + 10), is raised to the power u / 500). So levels that are rare stay near the average, and
#' an epoch costs what the rows it reads cost. Each special
#' takes a `regularizer` and a `constraint` of its own instead, as [layer_dense()] does (`regularizer =
#' NULL`: no penalty): of its table, for `text()` of the weights of its words, for `image()` without a `model` of the
#' kernels of its convolutions.
#'
#' In the model the columns of the design are the input `x`, that of a special is named after it, as
#' `emb_director`, and the sum of all `offset()` terms is `offset`. On a sparse design the first dense
#' layer is the sum of a layer on the columns and one on the features, so that nothing is made dense.
#'
#' @section Errors:
#' A special that is called wrongly or stands elsewhere is an error of class `tildenet_error_formula`, an argument
#' of it that cannot be is one of class `tildenet_error_argument`. Columns that do not fit it, texts without words,
#' and `vectors` without a word of theirs or with infinite numbers are of class `tildenet_error_data`, missing
#' numbers in `vectors` of class `tildenet_error_missing`. Where the package that reads a kind of file is not installed,
#' it is one of class `tildenet_error_package`.
#' @source Guo and Berkhahn (2016), Entity embeddings of categorical variables; Koren, Bell and Volinsky
#'   (2009), Matrix factorization techniques for recommender systems; Iyyer and others (2015), Deep
#'   unordered composition rivals syntactic methods for text classification (pooled word rows); Lin, Chen and Yan
#'   (2014), Network in network (means of channels as features).
#' @seealso [embedding()] for the table learned, [kms()]
#' @examples
#' cars <- transform(mtcars, maker = sub(" .*", "", rownames(mtcars)))
#' fit <- kms(mpg ~ wt + emb(maker, 2), cars, N_layers = 2, units = 8, Nepochs = 20, seed = 1,
#'            verbose = 0)
#' embedding(fit, "maker")["Merc", ]
#'
#' films <- data.frame(plot = c("a shark", "a wedding", "the shark again", "her wedding", NA),
#'                     kind = c("thriller", "comedy", "thriller", "comedy", "comedy"))
#' fit <- kms(kind ~ text(plot, 10, ngrams = c(1, 2)), films, N_layers = 1, units = 4, Nepochs = 50,
#'            pTraining = 1, validation_split = 0, seed = 1, verbose = 0)
#' predict(fit, data.frame(plot = "a shark at the wedding"), type = "prob")
#'
#' # Words that no training text holds are read by their vectors
#' vectors <- rbind(shark = c(1, 0), whale = c(0.9, 0.1), wedding = c(0, 1), bride = c(0.1, 0.9))
#' fit <- kms(kind ~ tokens(plot, vectors = vectors, trainable = FALSE), films, N_layers = 1,
#'            units = 4, Nepochs = 50, optimizer_args = list(learning_rate = 0.1), pTraining = 1,
#'            validation_split = 0, seed = 1, verbose = 0)
#' predict(fit, data.frame(plot = c("whale", "bride")), type = "prob")
#'
#' # Pictures of bars that lie or stand
#' if (requireNamespace("png", quietly = TRUE)) {
#'   bars <- data.frame(file = tempfile(rep("bar", 40), fileext = ".png"), way = c("lies", "stands"))
#'   for (i in seq_len(40)) {
#'     bar <- matrix(runif(256, 0, 0.3), 16)
#'     bar[sample(4:13, 1), 3:14] <- 1
#'     png::writePNG(if (bars$way[i] == "lies") bar else t(bar), bars$file[i])
#'   }
#'   fit <- kms(way ~ image(file, 16, color_mode = "grayscale", filters = c(4, 8)), bars, N_layers = 1,
#'              units = 8, Nepochs = 30, optimizer_args = list(learning_rate = 0.03), seed = 1,
#'              verbose = 0)
#'   fit$confusion
#'   predict(fit, bars[1:2, ], type = "prob")
#' }
#' @name formula_specials
#' @aliases emb text tokens image
NULL

# Specials: calls on the right side of a formula that are inputs of the network beside the columns of
# the design. One file each tells define_special():
#
#   arguments  a function whose formals are those of the special; the first is evaluated in the data,
#              the others where the formula was written
#   content    where the first argument is read for what it says, not as a level: what it holds, such as "texts"
#   values     function(values, special, call): the first argument as it stands in the model frame, NA where
#              its row is to be dropped; special with `args`, or the state of a fit; left out, as it is
#   check      function(args, label, call): the other arguments, checked
#   prepare    function(values, args, label, call): what is kept to replay it, its state
#   replay     function(state, values): list(input, new, unknown), the input of these values, the levels
#              among them that the state does not know and which values these are (NULL: none)
#   settle     function(state, input, fitted, weights): list(state, input, start) once it is known which rows,
#              in which order, weights are fitted to (`fitted`), and how much each counts (NULL: all alike); start:
#              first weights of the table, see kms_start_tables(), or NULL
#   shape      function(state): shape of the input of one row
#   head       function(state, entry, name): layer calls from the input to the features (see kms-graph.R);
#              what of the state only it needs is `state$build`, which is not kept
#   kernel     for a sparse input: function(state), arguments of the first dense layer on it
#   onnx       function(f, special): the input's value in an ONNX file (see onnx-fit.R); left out, it is refused
#   table      with a layer of the name table_layer_name(): function(state, weights), its rows with names
#   columns    where a linear model can read it: function(state, input), the input as a sparse matrix
#
# In a design a special is list(kind, label, expr, input, state, joined): the call as written, its first
# argument, the name of the input, whether its features join the columns of the design. Until it is
# prepared it has its other arguments, `args`, instead of a state.

# What the terms of a formula say about specials: list(labels = the terms without any, specials by
# label, pairs = list of two labels each).
design_specials <- function(terms, env, call) {
  variables <- as.list(attr(terms, "variables"))[-1]
  kinds <- vapply(variables, special_kind, "")
  for (v in variables[kinds == ""]) special_check_nested(v, call)
  response <- attr(terms, "response")
  if (response > 0 && nzchar(kinds[response])) special_abort_place(variables[[response]], call)
  labels <- attr(terms, "term.labels")
  if (!any(nzchar(kinds))) return(list(labels = labels, specials = list(), pairs = list()))
  specials <- lapply(variables[nzchar(kinds)], special_parse, env, call)
  names(specials) <- vapply(specials, `[[`, "", "label")
  inputs <- vapply(specials, special_input_name, "")
  specials <- Map(function(s, name) c(s, input = name), specials, make.unique(inputs, "_"))
  factors <- attr(terms, "factors")
  known <- variable_names(terms)
  members <- lapply(seq_along(labels), function(term) known[factors[, term] > 0])
  special_terms(labels, members, specials, call)
}

special_kind <- function(v) {
  name <- if (is.call(v) && is.name(v[[1]])) as.character(v[[1]]) else ""
  if (nzchar(name) && exists(name, envir = special_kinds, inherits = FALSE)) name else ""
}

# Sorts the terms into those without a special, single ones and pairs.
special_terms <- function(labels, members, specials, call) {
  plain <- logical(length(labels))
  pairs <- list()
  used <- character()
  for (term in seq_along(labels)) {
    found <- intersect(members[[term]], names(specials))
    plain[term] <- length(found) == 0
    if (plain[term]) next
    used <- c(used, found)
    if (length(members[[term]]) == 1) {
      specials[[found]]$joined <- TRUE
    } else if (length(members[[term]]) == 2 && length(found) == 2 &&
                 all(vapply(specials[found], `[[`, "", "kind") == "emb")) {
      pairs <- c(pairs, list(found))
    } else {
      abort_arg("input_formula", "join specials only as emb(a, k):emb(b, k)",
                paste0("It has the term `", labels[term], "`."), class = "formula", call = call)
    }
  }
  list(labels = labels[plain], specials = specials[unique(used)], pairs = pairs)
}

special_parse <- function(v, env, call) {
  kind <- get(special_kind(v), envir = special_kinds)
  label <- deparse1(v)
  matched <- tryCatch(match.call(kind$arguments, v), error = function(e) {
    special_abort_call(label, special_kind(v), conditionMessage(e), call)
  })
  first <- names(formals(kind$arguments))[1]
  if (is.null(matched[[first]])) {
    special_abort_call(label, special_kind(v), paste0("`", first, "` is missing."), call)
  }
  others <- as.list(matched)[-1]
  others[[first]] <- NULL
  args <- tryCatch(lapply(others, eval, env), error = function(e) {
    special_abort_call(label, special_kind(v), conditionMessage(e), call)
  })
  special_check_nested(matched[[first]], call)
  list(kind = special_kind(v), label = label, expr = matched[[first]],
       args = kind$check(args, label, call), joined = FALSE)
}

special_of <- function(special) get(special$kind, envir = special_kinds)

# Errors of functions that a special hands its arguments to name the special.
special_delegate <- function(label, kind, call, value) {
  tryCatch(value, tildenet_error = function(e) {
    special_abort_call(label, kind, one_line(e), call)
  })
}

# An error of the package as a sentence or two in another one.
one_line <- function(cnd) paste(c(cnd$message, cnd$body), collapse = " ")

# Penalty and constraint of a special's own weights as arguments of a layer; what was not given is not there.
special_penalty <- function(args, label, weights, call) {
  out <- list()
  if ("regularizer" %in% names(args)) {
    out$regularizer <- list(as_regularizer(args$regularizer, paste("regularizer of", label), call))
  }
  if ("constraint" %in% names(args)) {
    out$constraint <- list(as_constraint(args$constraint, paste("constraint of", label), call))
  }
  if (length(out) > 0) names(out) <- paste0(weights, "_", names(out))
  unlist(out, recursive = FALSE)
}

special_abort_call <- function(label, kind, given, call) {
  formals <- names(formals(get(kind, envir = special_kinds)$arguments))
  if (length(formals) > 4) formals <- c(formals[1:4], "...")
  abort_arg("input_formula", paste0("call ", kind, "() as ", kind, "(", paste(formals, collapse = ", "), ")"),
            paste0("In `", label, "`: ", given), class = "formula", call = call)
}

# "emb_director": names of inputs are names of layers.
special_input_name <- function(special) {
  paste0(special$kind, "_", gsub("[^A-Za-z0-9.]+", "_", deparse1(special$expr)))
}

special_check_nested <- function(v, call) {
  inside <- intersect(setdiff(all.names(v), all.vars(v)), ls(special_kinds))
  if (length(inside) > 0) special_abort_place(v, call)
}

special_abort_place <- function(v, call) {
  abort_arg("input_formula", "have specials such as emb() and text() as terms of the right side only",
            paste0("It has `", deparse1(v), "`."), class = "formula", call = call)
}

# Values of the first arguments as columns of the frame, named by label.
special_values <- function(frame, specials, data, env) {
  for (s in specials) {
    values <- eval(s$expr, data, env)
    clean <- special_of(s)$values
    if (!is.null(clean)) values <- clean(values, s, NULL)
    if (NROW(values) != nrow(data)) {
      abort_arg(s$label, paste("have one value for each of the", nrow(data), "rows"),
                describe(values), class = "formula", call = NULL)
    }
    frame[[s$label]] <- values
  }
  frame
}

# Variables of the specials that are read as levels, or of those read for their content.
special_variables <- function(specials, levels) {
  specials <- Filter(function(s) is.null(special_of(s)$content) == levels, specials)
  unlist(lapply(specials, function(s) all.vars(s$expr)), use.names = FALSE)
}

# States of all specials from the rows of the frame, and their inputs.
# fill: whether rows with missing values are used.
special_prepare <- function(found, frame, call, fill = FALSE) {
  specials <- lapply(found$specials, function(s) {
    s$state <- special_of(s)$prepare(frame[[s$label]], s$args, s$label, call)
    if (fill) s$state$fill <- TRUE
    s[names(s) != "args"]
  })
  specials <- emb_pair_dims(specials, found$pairs, call)
  list(specials = specials, inputs = special_replay(specials, frame)$inputs)
}

# list(inputs by input name, news = what special_replay's states do not know).
special_replay <- function(specials, frame) {
  replayed <- lapply(specials, function(s) {
    special_of(s)$replay(s$state, frame[[s$label]])
  })
  inputs <- lapply(replayed, `[[`, "input")
  names(inputs) <- vapply(specials, `[[`, "", "input")
  news <- Map(function(s, r) {
    list(column = deparse1(s$expr), levels = r$new, rows = r$unknown %||% logical(nrow(frame)), how = unseen_words)
  }, specials, replayed)
  list(inputs = inputs, news = unname(news))
}

# Specials as a fit keeps them.
special_kept <- function(specials) {
  lapply(specials, function(s) {
    s$state$build <- NULL
    s
  })
}

# fitted: the rows weights are fitted to, in order; weights: of these. Returns list(specials, inputs, starts by input
# name).
special_settle <- function(specials, inputs, fitted, weights = NULL) {
  starts <- list()
  for (i in seq_along(specials)) {
    s <- specials[[i]]
    settled <- special_of(s)$settle(s$state, inputs[[s$input]], fitted, weights)
    specials[[i]]$state <- settled$state
    inputs[[s$input]] <- settled$input
    starts[[s$input]] <- settled$start
  }
  list(specials = specials, inputs = inputs, starts = starts)
}
