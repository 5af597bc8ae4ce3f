# RealMLP with its tuned defaults (Holzmueller, Grinsztajn and Steinwart, 2024): the small form TD-S and the whole TD.
#
# A scale for each input, three neural-tangent layers, an output; the whole form reads numbers also by their periodic
# features and has activations with a part of their own. A recipe tells the two apart:
#
#   periodic    whether numbers have periodic features
#   parametric  whether activations are mixed with the identity by learned parts
#   from_data   whether the layers start where the rows are, see ntk_start(); else they start as N(0, 1) and the
#               output at 0
#   decay       of the weights, but for the biases of layers
#   rates       learning rates for numbers that are scaled and for other outcomes

realmlp_recipes <- list(
  tds = list(periodic = FALSE, parametric = FALSE, from_data = FALSE, decay = 0, rates = c(numbers = 0.07, others = 0.04)),
  td = list(periodic = TRUE, parametric = TRUE, from_data = TRUE, decay = 0.02, rates = c(numbers = 0.2, others = 0.04))
)

realmlp_refused <- c(setdiff(kms_layer_arguments, c("keras_model_seq", "units", "dropout")), "sparse_data")

# The settings of a net with as many hidden layers as `units` has numbers, or `hidden` of one; ...: further arguments of kms().
net_of_layers <- function(units, hidden, ...) {
  more <- list(scale_continuous = "robust", ...)
  function(args, given) {
    widths <- if ("units" %in% given) length(args$units) else 1
    c(list(units = units, N_layers = 1 + if (widths > 1) widths else hidden), more)
  }
}

# ---- loss ------------------------------------------------------------------------------------------

has_classes <- function(outcome) outcome$type %in% c("binary", "multinomial")

# A softmax of two labels learns twice as fast as a sigmoid, and is what the rates are for; an offset needs the sigmoid.
realmlp_loss <- function(outcome, offset) {
  if (!has_classes(outcome)) return(kms_default_loss(outcome$type))
  if (outcome$type == "binary" && offset) return(loss_binary_crossentropy(label_smoothing = 0.1))
  loss_categorical_crossentropy(label_smoothing = 0.1)
}

# ---- layers ----------------------------------------------------------------------------------------

realmlp_trunk <- function(recipe, control, design, input_dim, call) {
  net <- net_graph(realmlp_table(control, design$outcome, call), control, design, call)
  table <- net$table
  n <- length(table$units)
  hidden <- lapply(seq_len(n - 1), function(i) ntk_calls(lapply(table, `[[`, i), recipe))
  input <- if (n > 1) realmlp_input_calls(design, recipe)
  output <- list(list(layer = "layer_dense_ntk", args = c(
    list(units = table$units[[n]], activation = table$activation[[n]], use_bias = table$use_bias[[n]]),
    if (!recipe$from_data) list(kernel_initializer = "zeros"))))
  layers <- c(input, unlist(hidden, recursive = FALSE), output)
  layers[[1]]$args$input_shape <- length(design$colnames_x)
  list(overview = kms_overview(table, n, FALSE), layers = layers, graph = net$graph, shrinks = FALSE)
}

# list(table, graph): the inputs beside the matrix, and the table of layers, which is the output alone where nothing feeds hidden
# ones.
net_graph <- function(table, control, design, call) {
  first <- replace(lapply(table, `[[`, 1), "activation", "relu") # of convolutions and the like
  first$table_initializer <- initializer_random_normal(stddev = 1)
  graph <- kms_graph_spec(design, first)
  if (length(graph$kernels) > 0) {
    abort_arg("net", "be \"dense\" with words in the formula", paste0("It is ", quoted(control$net), "."), call = call,
              how = "emb() and tokens() go with all nets.")
  }
  if (!is.null(graph) && !graph_has_trunk(graph)) table <- lapply(table, utils::tail, 1)
  list(table = table, graph = graph)
}

realmlp_table <- function(control, outcome, call) {
  n <- control$N_layers
  bent <- if (has_classes(outcome)) "selu" else "mish"
  none <- rep(list(NULL), n)
  list(units = as.list(c(kms_hidden(control, "units", call), kms_output_units(outcome, control$loss))),
       activation = as.list(c(rep(bent, n - 1), realmlp_output(outcome, control$loss))),
       dropout = as.list(c(kms_hidden(control, "dropout", call), 0)),
       use_bias = as.list(c(rep(TRUE, n - 1), family_of(outcome)$bias)),
       kernel_initializer = rep(list("random_normal"), n), kernel_regularizer = none, bias_regularizer = none,
       activity_regularizer = none)
}

realmlp_output <- function(outcome, loss) {
  family_of(outcome)$activation %||%
    if (outcome$type == "multilabel" || kms_output_units(outcome, loss) == 1) "sigmoid" else "softmax"
}

realmlp_input_calls <- function(design, recipe) {
  numbers <- if (recipe$periodic) columns_of_numbers(design)
  c(if (length(numbers) > 0) list(list(layer = "layer_pbld", args = list(columns = numbers, name = "pbld"))),
    list(list(layer = "layer_scale", args = list())))
}

# Places of the columns that no labels have a part in. The columns is.na() are the last ones, and none of numbers.
columns_of_numbers <- function(design) {
  all <- seq_len(length(design$colnames_x) - sum(unlist(design$missing$told)))
  if (is.null(design$terms) || length(design$contrasts) == 0) return(all)
  terms <- stats::delete.response(design$terms)
  coded <- variable_names(terms) %in% names(design$contrasts)
  of_labels <- c(FALSE, colSums(attr(terms, "factors")[coded, , drop = FALSE] > 0) > 0)
  all[!of_labels[design$assign[all] + 1]]
}

ntk_calls <- function(entry, recipe) {
  start <- if (!recipe$from_data) list(bias_initializer = initializer_random_normal(stddev = 1))
  dense <- list(layer = "layer_dense_ntk", args = c(
    list(units = entry$units, activation = if (recipe$parametric) "linear" else entry$activation), start))
  parts <- if (recipe$parametric) list(list(layer = "layer_activation_parametric", args = list(activation = entry$activation)))
  c(list(dense), parts, dropout_calls(entry$dropout))
}

# ---- training --------------------------------------------------------------------------------------

# About 256 rows, all batches alike: the paper leaves out what is over, here the batches grow by it.
even_batches <- function(n, size = 256) ceiling(n / pmax(1, floor(n / size)))

# Of labels that is the share of right ones, as in the paper; of equally good epochs the last.
realmlp_keeps <- function(outcome, metrics) {
  by_label <- has_classes(outcome) && "accuracy" %in% metrics
  list(series = if (by_label) "val_accuracy" else "val_loss", largest = by_label, last = TRUE)
}

# What the optimizer is told besides what the user says. steps: number of updates.
realmlp_optimizer_args <- function(spec, outcome, steps, recipe) {
  rate <- recipe$rates[[if (family_of(outcome)$scaled) "numbers" else "others"]]
  kinds <- vapply(spec$layers, `[[`, "", "layer")
  factors <- c("/scale:0$" = 6, "/bias:0$" = 0.1, "/alpha:0$" = 0.1, "^pbld/" = 0.1)
  biased <- any(vapply(spec$layers, function(l) l$layer == "layer_dense_ntk" && !isFALSE(l$args$use_bias), NA))
  there <- c("layer_scale" %in% kinds, biased, "layer_activation_parametric" %in% kinds, "layer_pbld" %in% kinds)
  c(list(learning_rate = learning_rate_schedule_coslog(rate, steps), beta_2 = 0.95, epsilon = 1e-8),
    if (any(there)) list(rate_factors = factors[there]),
    if (recipe$decay > 0) list(weight_decay = recipe$decay),
    if (recipe$decay > 0 && biased) list(exclude_from_weight_decay = "dense_ntk[^/]*/bias:0$"))
}

# What holds back overfitting fades in the second half of the training.
fading_callbacks <- function(spec) {
  drops <- "layer_dropout" %in% vapply(spec$layers, `[[`, "", "layer")
  lapply(c("weight_decay", if (drops) "dropout"), callback_schedule, schedule_flat_cos)
}

# ---- start -----------------------------------------------------------------------------------------

# So many rows say where layers start.
start_rows <- 10000

# Neural-tangent layers start where the rows are: before the bias each unit has standard deviation 1 over them, and its
# bias puts its hyperplane through a random convex combination of five of them ("he+5"). calls: of the layers, in their order; one with
# a bias initializer keeps that bias. x: the rows fitted to.
ntk_start <- function(model, calls, x) {
  calls <- Filter(function(call) call$layer == "layer_dense_ntk", calls)
  layers <- Filter(function(layer) inherits(layer, "DenseNTK"), model$layers)
  for (i in seq_len(min(length(calls), length(layers)))) {
    weights <- get_weights(layers[[i]])
    before <- stats::predict(keras_model(model$inputs, layers[[i]]$input), x, batch_size = 1024, verbose = 0)
    sums <- before %*% weights[[1]] / sqrt(ncol(before))
    spread <- sqrt(colMeans(sweep(sums, 2, colMeans(sums))^2))
    spread[spread < 1e-6] <- 1
    weights[[1]] <- sweep(weights[[1]], 2, spread, "/")
    if (length(weights) > 1 && is.null(calls[[i]]$args$bias_initializer)) {
      weights[[2]] <- -convex_values(sweep(sums, 2, spread, "/"), 5)
    }
    set_weights(layers[[i]], weights)
  }
}

# For each column a random convex combination of its values in n random rows.
convex_values <- function(values, n) {
  units <- ncol(values)
  rows <- matrix(sample.int(nrow(values), n * units, replace = TRUE), n)
  parts <- matrix(stats::rexp(n * units), n)
  colSums(matrix(values[cbind(c(rows), rep(seq_len(units), each = n))], n) * parts) / colSums(parts)
}

# ---- columns ---------------------------------------------------------------------------------------

# A column for each level, of two levels one column with 1 and -1. given: contrasts of the user's.
codes_of_levels <- function(frame, given) {
  labels <- Filter(is_label_column, as.list(frame))
  labels <- labels[setdiff(names(labels), names(given))]
  c(given, lapply(labels, function(v) {
    levels <- if (is.logical(v)) c("FALSE", "TRUE") else levels(v) %||% sort(unique(v)) # a factor may have a level NA
    if (length(levels) == 2) return(matrix(c(1, -1), 2, dimnames = list(levels, levels[1])))
    matrix(diag(length(levels)), length(levels), dimnames = list(levels, levels))
  }))
}

# From so many levels on a column has a table of rows of so many numbers instead of a column for each level.
table_levels <- 10
table_width <- 8

# The formula with emb() around the columns of many labels that stand in it alone.
formula_with_tables <- function(formula, data) {
  terms <- tryCatch(stats::terms(formula, data = data), error = function(e) NULL) # told by design_terms()
  labels <- attr(terms, "term.labels")
  if (length(labels) == 0) return(formula)
  factors <- attr(terms, "factors")
  column <- match(labels, rownames(factors))
  alone <- !is.na(column) & rowSums(factors > 0)[column] == 1
  names <- variable_names(terms)[column]
  many <- alone & names %in% names(data)[vapply(data, has_many_levels, NA)]
  if (!any(many)) return(formula)
  labels[many] <- paste0("emb(", labels[many], ", ", table_width, ")")
  offsets <- rownames(factors)[attr(terms, "offset")]
  formula[[3]] <- str2lang(paste(c(labels, offsets, if (attr(terms, "intercept") == 0) "0"), collapse = " + "))
  formula
}

has_many_levels <- function(v) {
  is_label_column(v) && is.null(dim(v)) && (if (is.factor(v)) nlevels(v) else length(unique(v))) >= table_levels
}
