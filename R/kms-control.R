# The settings of kms(), checked and gathered once. Every later step takes what it needs from this
# list; none repeats the arguments.

# args: the formals of kms() by name, without the formula, the data and the dots; dots: the list of
# further arguments; given: names of the arguments that were written in the call.
kms_control <- function(args, dots = list(), given = character(), call = rlang::caller_env()) {
  extra <- kms_extra(dots, call)
  kms_check_formal(c(args, dots), call)
  kms_check_cluster(extra$fit$cluster, call)
  net <- check_net(extra$net$net, args, given, call)
  members <- check_members(extra$net$members, net, call)
  args <- net_settings(args, net, given)
  control <- args
  control$N_layers <- check_count(args$N_layers, "N_layers", 0, call = call)
  if (!"N_layers" %in% given && length(args$units) > 2) control$N_layers <- length(args$units) + 1
  control$pTraining <- kms_check_share(args$pTraining, call)
  control$validation_split <- check_number(args$validation_split, "validation_split", 0, call = call)
  if (control$validation_split >= 1) {
    abort_arg("validation_split", "be below 1", describe(args$validation_split), call = call)
  }
  control$Nepochs <- check_count(args$Nepochs, "Nepochs", null_ok = TRUE, call = call)
  control <- kms_check_keep(control, call)
  control$batch_size <- check_count(args$batch_size, "batch_size", null_ok = TRUE, call = call)
  if (is.null(args$batch_size)) control$batch_size <- if (isTRUE(args$embedding)) 1 else 32
  for (flag in c("embedding", "drop_intercept", "sparse_data")) {
    check_flag(args[[flag]], flag, call = call)
  }
  control$verbose <- check_kms_verbose(args$verbose, call)
  check_string(args$scale_continuous, "scale_continuous", null_ok = TRUE, call = call)
  control$seed <- kms_seed(args$seed, call)
  control$given <- given
  control$extra <- extra
  control$net <- net
  control$members <- members
  control$calibrate <- kms_check_calibrate(extra$output$calibrate %||% FALSE, control, call)
  control <- hold_out(control)
  kms_check_embedding(control, call)
  idle <- intersect(c("units", "dropout"), given)
  if (control$N_layers == 0 && length(idle) > 0 && is.null(args$keras_model_seq)) {
    inform_tn(paste0(paste0("`", idle, "`", collapse = " and "),
                     " describe hidden layers: with N_layers = 0 there are none."), "no_hidden")
  }
  control
}

# The settings of a call by name: those given, and the defaults of others.
kms_settings <- function(given) {
  own <- setdiff(names(formals(kms)), c("input_formula", "data", "..."))
  settings <- lapply(formals(kms)[own], eval, environment(kms))
  given <- given[intersect(own, names(given))]
  settings[names(given)] <- given
  settings
}

# No setting is a matrix of Matrix or another S4 object; a damaged one ends R where it is looked into.
kms_check_formal <- function(settings, call) {
  wrong <- names(Filter(isS4, settings))
  if (length(wrong) > 0) abort_arg(wrong[1], "be a plain value", describe(settings[[wrong[1]]]), call = call)
}

kms_check_cluster <- function(cluster, call) {
  if (!identical(cluster$rows, "own")) return(invisible())
  abort_arg("cluster", "be given the same rows on every rank", call = call, how = "Use `cluster_mpi()`: kms() reads all rows.")
}

kms_check_keep <- function(control, call) {
  check_string(control$keep, "keep", c("best", "last"), call = call)
  control["patience"] <- list(check_number(control$patience, "patience", 0, null_ok = TRUE, infinite = TRUE, call = call))
  control$min_delta <- check_number(control$min_delta, "min_delta", 0, call = call)
  if (!is.null(control$patience) && control$validation_split == 0) {
    abort_arg("patience", "be NULL without validation rows", describe(control$patience), call = call,
              how = "Give kms() a `validation_split` above 0; kms_kcv() has no rows to watch.")
  }
  control
}

kms_check_calibrate <- function(calibrate, control, call) {
  check_flag(calibrate, "calibrate", call = call)
  if (calibrate && control$validation_split == 0) {
    abort_arg("calibrate", "be FALSE without validation rows", call = call,
              how = "Give kms() a `validation_split` above 0; kms_kcv() has no such rows.")
  }
  calibrate
}

kms_check_share <- function(p, call) {
  p <- check_number(p, "pTraining", 0, 1, call = call)
  if (p == 0) {
    abort_arg("pTraining", "be above 0", "With 0 no row is left to train on.",
              "Use 1 to train on all rows, below 1 to keep some for testing.", call = call)
  }
  p
}

kms_check_embedding <- function(control, call) {
  if (!control$embedding) return(invisible())
  if (control$N_layers < 2) {
    abort_arg("N_layers", "be at least 2 with embedding = TRUE", describe(control$N_layers),
              call = call)
  }
  if (control$sparse_data) {
    abort_arg("sparse_data", "be FALSE with embedding = TRUE", call = call,
              how = "An embedding reads whole numbers, one column a position.")
  }
}

# What other packages call an argument, and what does it here.
kms_habits <- c(
  formula = "Give the formula first and without a name, or as `input_formula`.",
  epochs = "Their number is `Nepochs`.",
  learning_rate = "Give it to the optimizer: `optimizer_args = list(learning_rate = 0.01)`.",
  lr = "Give it to the optimizer: `optimizer_args = list(learning_rate = 0.01)`.",
  hidden = "Give the units of hidden layers as `units`, such as `units = c(64, 32), N_layers = 3`.",
  hidden_units = "Give the units of hidden layers as `units`, such as `units = c(64, 32), N_layers = 3`.",
  size = "Give the units of hidden layers as `units`, such as `units = c(64, 32), N_layers = 3`.",
  penalty = "Give it as `kernel_regularizer`, such as `regularizer_l2(1e-4)`.",
  validation_data = "`validation_split` keeps a share of the training rows; predict() judges other rows.",
  subset = "Take the rows before: `kms(formula, data[rows, ])`.",
  folds = "`kms_kcv()` takes their number as `k_folds` or `k`."
)

kms_check_habits <- function(names, call) {
  met <- intersect(names, names(kms_habits))
  if (length(met) == 0) return(invisible())
  abort_arg("...", "hold only arguments that kms() can hand on", paste0("Not known: `", met[1], "`."), kms_habits[[met[1]]],
            call = call)
}

# Arguments of other functions that kms() hands on, by the step that takes them.
kms_extra_names <- list(
  dense = c("bias_initializer", "kernel_constraint", "bias_constraint"),
  fit = c("callbacks", "class_weight", "shuffle", "cluster"),
  net = c("net", "members"),
  design = c("contrasts.arg", "na.action", "weights", "auto", "y_type"),
  output = "calibrate",
  stream = c("chunk", "buffer", "checkpoint", "checkpoint_seconds")
)

# list(dense, fit, net, design, output, stream) of the further arguments; others are refused.
kms_extra <- function(dots, call) {
  known <- unlist(kms_extra_names, use.names = FALSE)
  unknown <- if (is.null(names(dots))) dots else dots[!names(dots) %in% known]
  if (length(unknown) > 0) {
    what <- if (is.null(names(unknown))) rep("", length(unknown)) else names(unknown)
    what <- ifelse(what == "", "one without a name", paste0("`", what, "`"))
    abort_arg("...", "hold only arguments that kms() can hand on",
              paste0("Not known: ", paste(what, collapse = ", "), "."),
              paste0("Known: ", paste0("`", known, "`", collapse = ", "), "."), call = call)
  }
  lapply(kms_extra_names, function(names) dots[intersect(names(dots), names)])
}

# The seed in the form it was given (a number, or a list with hardware switches), with an automatic
# one filled in: it is drawn from R's generator, so set.seed() before kms() is enough.
kms_seed <- function(seed, call = rlang::caller_env()) {
  is_list <- is.list(seed)
  value <- if (is_list) seed$seed else seed
  value <- check_count(value, "seed", -.Machine$integer.max, .Machine$integer.max, null_ok = TRUE,
                       call = call)
  if (is.null(value)) value <- sample.int(2^30, 1)
  if (!is_list && !is.null(seed)) return(value)
  hardware <- if (is_list) seed[setdiff(names(seed), "seed")] else list()
  utils::modifyList(list(seed = value, disable_gpu = FALSE, disable_parallel_cpu = FALSE), hardware)
}

seed_value <- function(seed) if (is.list(seed)) seed$seed else seed
