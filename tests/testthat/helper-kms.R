# The control list kms() would make of these arguments.
kms_control_of <- function(...) {
  given <- list(...)
  defaults <- formals(kms)
  defaults <- defaults[setdiff(names(defaults), c("input_formula", "data", "..."))]
  args <- lapply(defaults, eval, envir = asNamespace("tildenet"))
  known <- intersect(names(given), names(args))
  args[known] <- given[known]
  kms_control(args, given[setdiff(names(given), known)], names(given))
}

binary <- list(type = "binary", n_values = 2L, labels = c("no", "yes"), name = "y")
three <- list(type = "multinomial", n_values = 3L, labels = c("a", "b", "c"), name = "y")
continuous <- list(type = "continuous", n_values = 40L, labels = NULL, name = "y")

kms_spec_of <- function(outcome = three, P = 8, ..., input_dim = NULL) {
  design <- list(colnames_x = paste0("x", seq_len(P)), outcome = outcome)
  kms_spec(kms_control_of(...), design, input_dim)
}

# Name and units (or rate) of each layer call, such as "dense 256".
layer_words <- function(spec) {
  vapply(spec$layers, function(call) {
    size <- c(call$args$units, call$args$rate, call$args$output_dim)
    trimws(paste(sub("layer_", "", call$layer), paste(size, collapse = "")))
  }, "")
}

# A small quick network for tests that need some fit.
small_kms <- function(input_formula, data, ..., N_layers = 2, units = 8, Nepochs = 3, seed = 1,
                      verbose = 0) {
  kms(input_formula, data, N_layers = N_layers, units = units, Nepochs = Nepochs, seed = seed,
      verbose = verbose, ...)
}
