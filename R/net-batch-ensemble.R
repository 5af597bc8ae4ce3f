# TabM: members by BatchEnsemble (Gorishniy, Kotelnikov and Babenko, 2025), one net that stands for many. Members share the
# weights of layers, whose inputs and outputs each scales by vectors of its own, and have outputs of their own; numbers have
# piecewise-linear features.

# What depends on the size of the table: rows fitted to and columns. The paper's 32 members of 512 units, all batches of 256
# rows and up to 48 bins are for larger tables and graphics processors.
tabm_sizes <- function(rows, columns) {
  list(members = 16, units = if (rows < 2000) 64 else 128, Nepochs = 200,
       batch_size = even_batches(rows, min(256, max(32, 2^floor(log2(rows / 8))))))
}

tabm_optimizer_args <- function(spec, outcome, steps) list(learning_rate = 0.002, weight_decay = 3e-4)

# ---- numbers ---------------------------------------------------------------------------------------

tabm_bins <- 16
tabm_width <- 8

# Bins of the columns of numbers that have more than two values in the rows fitted to: list(columns, bins), NULL for none.
tabm_reads <- function(x, design) {
  x <- if (is.list(x)) x$x else x
  if (is.null(x)) return(NULL)
  columns <- columns_of_numbers(design)
  columns <- columns[apply(x[, columns, drop = FALSE], 2, function(v) length(unique(v)) > 2)]
  if (length(columns) > 0) list(columns = columns, bins = quantile_bins(x[, columns, drop = FALSE], tabm_bins))
}

# ---- layers ----------------------------------------------------------------------------------------

tabm_trunk <- function(control, design, input_dim, call) {
  outcome <- design$outcome
  check_member_loss(control$loss, outcome, control$net, call)
  k <- control$members
  table <- realmlp_table(control, outcome, call)
  n <- length(table$units)
  table$activation[-n] <- "relu"
  net <- net_graph(table, control, design, call)
  table <- net$table
  n <- length(table$units)
  features <- if (n > 1 && !is.null(control$read)) {
    list(list(layer = "layer_piecewise_linear", args = c(control$read, list(units = tabm_width, activation = "relu"))))
  }
  start <- if (is.null(features)) "signs" else "normal"
  hidden <- lapply(seq_len(n - 1), function(i) {
    c(list(list(layer = "layer_dense_ensemble",
                args = list(units = table$units[[i]], members = k, activation = "relu", kernel_initializer = "he_uniform",
                            scale_start = if (i == 1) start else "ones"))), dropout_calls(table$dropout[[i]]))
  })
  output <- list(list(layer = "layer_dense_packed",
                      args = list(units = table$units[[n]], members = k, activation = table$activation[[n]],
                                  use_bias = table$use_bias[[n]])))
  layers <- c(features, unlist(hidden, recursive = FALSE), output)
  layers[[1]]$args$input_shape <- length(design$colnames_x)
  list(overview = kms_overview(table, n, FALSE), layers = layers, graph = net$graph, shrinks = FALSE,
       members = data.frame(row.names = seq_len(k)))
}
