# Which net kms() takes where the call says nothing of layers or of how they are trained: what was best on tables of this
# size, see the article "Best by default". Its measurements are from 20 tables of 167 to 10,000 rows and 4 to 180 columns.

# Arguments of kms() that say which net is meant: the net "dense" where they describe its layers or its training.
deciding_arguments <- c(kms_layer_arguments, "net", "members", "sparse_data", "Nepochs", "batch_size", "loss", "optimizer",
                        "optimizer_args", "scale_continuous", "cluster")

# From so many training rows on one wide net is better than many small ones in the same time.
large_rows <- 1000

# Wider tables than were measured.
most_columns <- 500
most_labels <- 100

# For a table of so many training rows: list(net, args), arguments of kms() where they are not given.
net_for <- function(rows) {
  if (rows < large_rows) return(list(net = "committee", args = list()))
  list(net = "realmlp_tds", args = list(Nepochs = large_epochs(rows), dropout = 0.15, validation_split = 0.1))
}

# About 400,000 rows are seen, each at least 12 times and at most 32 times.
large_epochs <- function(rows) max(12, min(32, round(4e5 / rows)))

# The choice for a design: list(net, args, na_action, codes), NULL for the net "dense". columns: of the matrix, NA where
# there is more than that; y: the outcome.
choose_net <- function(columns, y, control) {
  if (is.na(columns) || columns > most_columns || !is_plain_outcome(y)) return(NULL)
  choice <- net_for(round(NROW(y) * control$pTraining))
  choice$args <- choice$args[!names(choice$args) %in% control$given]
  control$net <- choice$net
  c(choice, list(codes = net_of(control)$codes, na_action = kms_na_action(control)))
}

# One column of numbers or of not too many labels, which are in no order.
is_plain_outcome <- function(y) {
  if (is.null(y) || is.list(y) || length(dim(y)) > 1 && ncol(y) > 1 || inherits(y, "Surv") || is.ordered(y)) return(FALSE)
  is.numeric(y) || length(unique(y)) <= most_labels
}

# Whether a call leaves the net to kms().
leaves_net <- function(control) {
  written <- c(control$given, names(control$extra$dense), names(control$extra$net))
  is.null(control$keras_model_seq) && !any(deciding_arguments %in% written)
}

# The settings of the call with the net that was chosen. settings, dots, given: see kms_control().
chosen_control <- function(control, choice, settings, dots, given, call) {
  if (is.null(choice)) return(control)
  settings[names(choice$args)] <- choice$args
  settings$seed <- control$seed
  control <- kms_control(settings, c(dots, list(net = choice$net)), c(given, names(choice$args)), call)
  control$choice <- choice[c("net", "args")]
  control
}

# The same of a fit whose training goes on: what was written in the call beside the choice.
with_choice <- function(written, choice) c(written[setdiff(names(written), names(choice$args))], choice$args, net = choice$net)
