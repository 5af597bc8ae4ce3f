#' Fit a neural network from a formula
#'
#' `kms()` turns a formula and a data frame into a design matrix, splits the rows into a training and
#' a test part, builds, trains and tests a network, and returns all of it in one
#' object. Arguments about layers and their training describe dense layers; without any it chooses what was best on tables of this
#' size, see [kms_nets]. Everything it does can also be written by hand with [keras_model_sequential()],
#' [layer_dense()], [compile()] and [fit()].
#'
#' @param input_formula A formula such as `genre ~ . - title` or a string with one. Functions, `:`,
#'   `*`, `I()`, `poly()`, `offset()` and minus terms work as in [stats::lm()]; `emb(f, dim)` is an
#'   embedding, `text(x, num_words)` a bag of words, `tokens(x, num_words, maxlen)` a sequence of words,
#'   `image(path, size)` a picture, see [formula_specials]. Variables are looked for in `data` first, then where the formula
#'   was written. Or the predictors: see `x, y` below.
#' @param data A data frame, or a [source][data_sources] of rows that need not fit in memory, see [kms_stream].
#' @param keras_model_seq A compiled model that is trained in place. Layer, loss, optimizer and metric
#'   arguments are then ignored.
#' @param N_layers Number of dense layers after the one on the input, the output layer included; one more than the
#'   numbers in `units` where these are more than two and it is not given. 0: the output layer alone, right on the
#'   input, as in a linear or logistic regression.
#' @param units Units of the first `N_layers - 1` layers; the first number is also that of the layer on
#'   the input. The last layer has one unit, or one for each of more than two labels, or of several labels.
#' @param activation Activation of each of the `N_layers` layers: names or `activation_*()` functions.
#'   The output layer of a regression is always linear, of counts (`loss = "poisson"`) exponential; for
#'   labels with a crossentropy it is softmax, or sigmoid for one unit or several labels, when the last
#'   activation gives no probabilities (a message says so).
#' @param dropout Rates for the first `N_layers - 1` layers.
#' @param use_bias Whether each layer has a bias.
#' @param kernel_initializer Initializer of the weights; `NULL` means `"glorot_uniform"`, or
#'   `"glorot_normal"` for a continuous outcome.
#' @param kernel_regularizer,bias_regularizer,activity_regularizer Penalties: a regularizer such as
#'   `regularizer_l1(1e-5)`, one of the names `"regularizer_l1"`, `"regularizer_l2"`,
#'   `"regularizer_l1_l2"` (factor 0.01), or `NULL` for none.
#' @param embedding Whether the first layer is an embedding. The predictors are then whole numbers
#'   from 0 on and are not scaled.
#' @param pTraining Share of the rows to train on, above 0; 1 leaves no test rows.
#' @param validation_split Share of the training rows, drawn at random (each label in its share), that is only
#'   used to watch the loss after each epoch.
#' @param Nepochs Number of epochs, which are then all run unless `patience` is given. `NULL`: enough for about 3,000
#'   updates, at least 15 and at most 500, and a `patience` of a fifth of that, at least 10.
#' @param batch_size Rows per update; `NULL` means 32, or 1 with an embedding.
#' @param loss,metrics As in [compile()]. `NULL`: mean squared error with absolute and percentage error
#'   for a continuous outcome, else a crossentropy with accuracy (and top-5 accuracy for more than 20
#'   labels; binary accuracy for several labels at once). Counts, amounts, shares, quantiles, ordered labels and survival
#'   times have losses of their own (`"poisson"`, `"gamma"`, `loss_quantile(quantiles = c(0.1, 0.9))` ...), see [kms_families]; a
#'   family such as `Gamma("log")` stands for its loss.
#' @param optimizer Name of an optimizer function such as `"optimizer_adam"`, the function, or an
#'   optimizer object.
#' @param optimizer_args List of arguments for that function, such as `list(learning_rate = 0.01)`.
#' @param scale_continuous How columns with more than two distinct training values, and a continuous
#'   outcome, are scaled: `"zero_one"` puts the training range on 0 to 1, `"robust"` is for columns with outliers (see
#'   Details), any other string gives training mean 0 and standard deviation 1, `NULL` changes nothing. In a sparse matrix a column
#'   that is mostly zeros is divided but not moved, so that it stays sparse. Columns of whole numbers are
#'   left as they are where an embedding, ours or one in `keras_model_seq`, reads the columns as indices.
#' @param drop_intercept Whether a column `(Intercept)` is left out.
#' @param sparse_data Whether the design is a sparse matrix. One of at least 100 columns with at most
#'   one cell in ten that can be non-zero (a factor of many levels) becomes sparse in any case.
#' @param seed A number, or a list with `seed` (and the hardware switches `disable_gpu` and
#'   `disable_parallel_cpu`, which change nothing here). `NULL`: drawn from R's generator, so that
#'   `set.seed()` before `kms()` is enough. The seed used is in the result.
#' @param verbose `"auto"`: at the console the layers once and one line of progress, on a page of knitr the layers, in
#'   scripts nothing; `"line"`: without the layers. 0: nothing at all, messages about the data included, but for
#'   warnings; 1: layers and progress; 2: layers and a line per epoch.
#' @param keep `"best"`: the weights of the epoch with the lowest loss on the validation rows stay, however the training
#'   ended; `"last"`: those of the last epoch, as always without validation rows. Callbacks that bring back weights of
#'   their own choice need `"last"`.
#' @param patience Training ends after so many epochs in a row without a lower loss on the validation rows; `Inf` for
#'   never.
#' @param min_delta By how much the loss has to be lower for `patience` to begin anew.
#' @param ... Further arguments by name; anything else is an error.
#'   * `x`, `y`: predictors (a numeric matrix, a sparse matrix or a data frame) and outcome instead of
#'     formula and data; `kms(x, y)` works too.
#'   * `weights`: case weights, numbers of at least 0: a column of `data`, or an expression that is looked
#'     up like the variables of the formula.
#'   * `class_weight`: `"balanced"` (each label has the same total weight), or numbers named by label or by
#'     class number from `"0"`; labels that are not named have 1. Of several labels at once a number is for the cases
#'     with the label, against 1 for those without, and `"balanced"` gives both sides the same total weight.
#'   * `na.action`: `na.omit` and `na.exclude` leave out rows with missing values, `na.fail` makes them an error, `na.pass`
#'     uses rows with missing predictors, see Details. Without it the net `"dense"` has `na.omit`, all others of
#'     [kms_nets] have `na.pass`, also where `kms()` chooses them. Predictions have a value for each row of `newdata` in any case.
#'   * `net`: the kind of network, see [kms_nets], which also says what `kms()` takes without it; `members`: how many members a net of several has.
#'   * `chunk`, `buffer`, `checkpoint`, `checkpoint_seconds`: for data that is read chunk by chunk, see [kms_stream].
#'   * `calibrate`: `TRUE` for probabilities that are calibrated by the validation rows, see Details.
#'   * `auto`: whether `.` in the formula chooses what becomes of each column, see "Columns as they come" in Details. Without it
#'     that is so unless an argument describes the layers (`keras_model_seq` or one from `N_layers` to `embedding`, or
#'     `bias_initializer`, `kernel_constraint`, `bias_constraint`): nets that are built by hand read the columns as they are.
#'   * `y_type`: `"continuous"` for a numeric outcome of two values that is not to be read as two labels.
#'   * `bias_initializer`, `kernel_constraint`, `bias_constraint` for all dense layers; `callbacks`,
#'     `shuffle`, `cluster` for [fit()]; `contrasts.arg` for the design.
#'
#' @details
#' **Outcome.** A numeric outcome with more than two distinct values is continuous. Any other is
#' categorical: two values are coded 0 and 1 in the order of `y_labels`, more as one column each.
#' `cbind(a, b, c)` of 0/1 columns is several labels at once, `"multilabel"`: one sigmoid each, predictions a
#' 0/1 matrix. So is a list column with the labels of each case, or [multilabel()] of one or of strings. `Surv(time, status)`
#' of the package survival is a time until an event, fitted with the loss `"cox"` unless another one of [kms_families] is
#' given. With `loss = "poisson"` the outcome is a count: not scaled, its predicted mean is the
#' exponential of what the network sums up. Dates, other lists and complex numbers are errors.
#'
#' **Offsets.** The sum of all `offset()` terms is added before the output's activation, in units of the
#' outcome for a continuous one (whose scale is then that of the outcome less the offset), on the log
#' scale for counts, to the log odds of two labels or of each of several. [predict()][predict.kms_fit]
#' evaluates them in the new data.
#'
#' **Weights.** They are divided by their mean over the rows weights of the network are fitted to, and
#' multiply the losses (also of validation and test rows; other measures of the test rows do not know
#' them). A row of whole weight w is as w rows, also for the scale of columns and outcome; a row of weight
#' 0 is not trained on, one with a missing weight left out. There is no activity penalty with weights unless
#' `activity_regularizer` is given: it counts rows.
#'
#' **Design.** The columns are those of [stats::model.matrix()] without the intercept. Rows with a
#' missing value in a predictor, the outcome or the weights are left out (but see `na.action`) and counted in a message. In new
#' data a function of a whole column that R cannot replay, such as `rank(x)` or `cut(x, 3)`, is computed
#' from the new rows alone, as with [stats::lm()]; `poly()`, `scale()` and splines are replayed.
#'
#' **Missing values** with `na.action = na.pass`, which all nets but `"dense"` have by default and say in a message where rows miss something. Rows without outcome, weight or offset are left out all the same. Of the
#' predictors, as the formula computes them,
#' * a number is the median of the training rows. Where these have missing ones a column `is.na(x)` (0 or 1) joins the design, so that
#'   being missing has an effect of its own. So it is for dates, times and each column of a matrix;
#' * a label or logical value is a level of its own, `NA`, where the data have a missing one, else an unseen level;
#' * an id in `emb()` is an unseen level, a text is empty, a picture is the mean picture of the rows fitted to.
#'
#' `predict()` reads new rows so too, also in columns that had nothing missing in training: their numbers are the median, their
#' levels the average effect, without a warning. Rows that a function such as `poly()` refuses are left out and predicted as NA. The file
#' writers [save_onnx()] and [save_c()] refuse fits with a column `is.na(x)`.
#'
#' **Columns** hold numbers, factors or text, logical values, dates or times, or are matrices of numbers. Numbers of
#' other classes are read by value: 64-bit integers of bit64 and values with labels of haven also without these
#' packages. Dates are days, times seconds, time differences numbers in their units. Labels are compared by value:
#' 100000 is the level `"1e+05"`, whatever `options()` say. A level `NA`, as [addNA()] makes it, is a level like
#' the others; of the outcome it is a missing value. Lists, complex numbers and raw bytes are errors, and so are
#' whole numbers from 2^53 on that R's numbers do not hold: `as.character()` makes labels of ids.
#'
#' **Robust scale.** With `scale_continuous = "robust"` the median of a column goes to 0 and the range of the middle half
#' of its training rows to the width 1 (where the middle half has one value, half the range; a column of one value is 0);
#' a value z on this scale then becomes `z / sqrt(1 + (z / 3)^2)`, which is never beyond 3. So it is with all columns, those
#' of two values too; a continuous outcome has mean 0 and standard deviation 1. [save_onnx()] and [save_c()] refuse such fits.
#'
#' **Columns as they come.** In `kms(y ~ ., data)` each column of `.` becomes the terms that fit what it holds, the
#' first of these that applies:
#' * one value in all rows, nothing but missing values, or the same as a column before: left out;
#' * dates and times: [calendar()], a trend and the places in year, month, week and day;
#' * ordered factors of more than two levels: [ordinal()] beside the levels;
#' * text: `image(x, 64)` where it names picture files of which most are there; `text(x, 10000)` where the texts have four words or more on average
#'   and at least half of them differ; left out as an id where more than nine in ten of at least ten rows have a label of their own;
#'   factors and text of more than 2,000 labels `emb(x)`, see [formula_specials]. Others have a column for each label;
#' * whole numbers between 0 and twice the number of rows, each of them once, in 50 rows or more: left out as numbers of rows;
#' * all others, time differences among them: numbers as they are.
#'
#' A message names what is left out; where nothing would be left, ids stay. A column that the formula names anywhere is as it is
#' written there (`. + id` keeps `id`, `. - day` leaves `day` out), and so are all columns where `.` is more than one summand (`.^2`).
#' The formula that says all this, such as `y ~ . - id - day + calendar(day)`, is the formula of the fit: it fits the same net by hand. New data
#' do not need the columns that are left out.
#'
#' **Text.** `sentiment ~ text(review, 10000)` goes from a data frame of raw text to a net, and the fit
#' predicts from raw text. A column of text without `text()` or `tokens()` is a factor.
#'
#' **Pictures.** `genre ~ image(poster, 64) + log(budget)` reads the files that column `poster` names into a small
#' convolution net; a file that cannot be read is a missing value, and a warning names it.
#'
#' **Network.** See [kms_nets] for which there are and which is taken where no argument is about layers or their training. That of the
#' arguments: a dense layer of `units[1]` on the input, then `N_layers` dense layers, each but the
#' last followed by dropout. Layer arguments whose length divides the number of layers
#' they describe repeat. With an embedding: the embedding (one row per index, `units[1]` columns), flattened,
#' dropout, then dense layers 2 to `N_layers`.
#'
#' **Calibrated probabilities.** A network that has been trained for long is surer than it is right. With `calibrate = TRUE` its sums before the
#' last activation are divided by one number, the `temperature` with which the validation rows are the most likely
#' (Guo and others, 2017). [predict()][predict.kms_fit] gives such probabilities, links, classes and sets; the most probable label stays the same, and
#' so do `model`, `evaluations` and the bits of a fit without. `glance()` tells how far probabilities are from shares.
#'
#' **What is kept.** No rows of `data`, and of the optimizer nothing. Of the validation rows it is known how far off they were
#' predicted, for [intervals][kms_intervals]. With `emb()` of two variables it is known
#' which of their levels occur together, for [recommend()] (4 bytes a pair). Functions and constants that the
#' formula takes from a calling function are copied; a function defined there keeps what was visible where it was
#' defined. `saveRDS()` of the result works.
#'
#' @returns An object of class `kms_fit`, a list of
#'   * `history`: see [fit()]; `model`: the trained model;
#'   * `input_formula`, `layers_overview` (the first row also describes the layer on the input),
#'     `loss`, `optimizer`, `metrics`, `seed`;
#'   * `N`, `P`, `K`: rows used, columns of the design, distinct values (or labels) of the outcome;
#'   * `y_type`: `"continuous"`, `"binary"`, `"multinomial"`, `"multilabel"` or `"survival"`; `y_labels`: its values in
#'     order, or the names of several labels;
#'   * `colnames_x`, `sparse_data`, `split` (`"train"` or `"test"` per row used: where rows with missing values were left
#'     out, `rownames(model.frame(fit, data))` tells which these are);
#'   * `train_scale`: `cols_to_scale`, `X` (2 rows: mean and sd, min and max, or median and width), `scale` and `y`;
#'   * `temperature` with `calibrate = TRUE`; `members` of a net that has several, see [kms_nets];
#'   * `columns`, where `.` has chosen: a data frame with each column of `.`, its `kind`, the terms it `becomes` (`NA`: left out)
#'     and how many `inputs` of the network they make; `print()` shows those that are not as they are;
#'   * with test rows: `y_test` (as in the data), `predictions` (labels, or numbers in outcome units),
#'     `evaluations` (loss and metrics on the scale of training) and either `confusion` (a list of tables,
#'     one a label, for several labels) or
#'     `MSE_predictions`, `MAE_predictions`, `R2_predictions`, `cor_kendals` and `r.squared` in outcome units (see
#'     [kms_measures]); of quantiles also `pinball` and `coverage`, of times `concordance` alone, see [kms_families].
#'
#' @section Errors and warnings:
#' Errors have the classes `tildenet_error_argument`, `tildenet_error_formula` (the formula cannot be
#' used), `tildenet_error_outcome` (a constant or unusable outcome) and `tildenet_error_data`. An
#' empty test part is a warning.
#'
#' @source Interface and defaults of the network after `kms()` of the package kerasformula by Pete
#'   Mohanty. Penalties, scaling and the number of epochs differ so that small data is learnt too. Guo, C. and others
#'   (2017), On calibration of modern neural networks, <https://arxiv.org/abs/1706.04599>.
#' @seealso [predict.kms_fit()], [fit.kms_fit()] for more epochs, [confusion()], [plot_confusion()], [importance()],
#'   [partial_dependence()]
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 10, seed = 1, verbose = 0)
#' fit
#' fit$confusion
#' predict(fit, iris[c(1, 51, 101), ], type = "prob")
#'
#' mileage <- kms(log(mpg) ~ wt + factor(cyl), mtcars, N_layers = 2, units = 16, Nepochs = 40,
#'                seed = 2, verbose = 0)
#' mileage$r.squared
#'
#' films <- data.frame(plot = rep(c("a shark", "a wedding", "the shark again", "her wedding"), 10),
#'                     kind = rep(c("thriller", "comedy"), 20))
#' kms(kind ~ text(plot, 100), films, N_layers = 1, units = 4, Nepochs = 30, seed = 1, verbose = 0)
#' @export
kms <- function(input_formula, data, keras_model_seq = NULL, N_layers = 3, units = c(256, 128),
                activation = c("relu", "relu", "softmax"), dropout = 0.4, use_bias = TRUE,
                kernel_initializer = NULL, kernel_regularizer = regularizer_l1(1e-5),
                bias_regularizer = regularizer_l1(1e-5),
                activity_regularizer = regularizer_l1(1e-5), embedding = FALSE, pTraining = 0.8,
                validation_split = 0.2, Nepochs = NULL, batch_size = NULL, loss = NULL,
                metrics = NULL, optimizer = "optimizer_adam", optimizer_args = list(),
                scale_continuous = "z", drop_intercept = TRUE, sparse_data = FALSE,
                seed = list(seed = NULL, disable_gpu = FALSE, disable_parallel_cpu = FALSE),
                verbose = "auto", ..., keep = "best", patience = NULL, min_delta = 0) withCallingHandlers({
  call <- rlang::current_env()
  source <- kms_source(if (!missing(input_formula)) input_formula, if (!missing(data)) data,
                       keras_model_seq, kms_dots(rlang::enquos(..., .ignore_empty = "all"), call), call)
  keras_model_seq <- source$model
  settings <- mget(setdiff(names(formals()), c("input_formula", "data", "...")))
  given <- names(match.call())[-1]
  control <- kms_control(settings, source$dots, given, call)
  if (is_row_source(source$data)) return(kms_streamed(source, control, match.call(), settings, parent.frame(), call))

  built <- kms_design_fit(source, control, parent.frame(), call, chooses = leaves_net(control))
  control <- chosen_control(control, built$choice, settings, source$dots, given, call)
  kept_call <- kms_call(match.call(), if (is.null(source$x)) built$design$formula, settings, source$dots)
  control <- kms_weighted_control(control, built$weights)
  split <- kms_split(nrow(built$x), control)
  parts <- kms_parts(built, split, control, call)
  n_train <- kms_n_rows(parts$train$x)
  control <- kms_sizes(control, parts$design, n_train)
  control <- net_read(control, parts$train$x, parts$design, kms_n_fitted(n_train, control))
  rm(built, source)
  spec <- kms_spec(control, parts$design, parts$input_dim, parts$start, call)
  control <- net_training(control, spec, parts$design$outcome, n_train)
  model <- kms_model(spec, control, call, parts$label_factors)
  kms_start_tables(model, spec, parts$starts)
  net_start(control, model, spec, parts$train$x, kms_n_fitted(n_train, control))
  structure(kms_trained(model, spec, parts, split, control, call), call = kept_call)
}, tildenet_message = hush(verbose))
