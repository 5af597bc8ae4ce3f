# Which activation each layer of kms() gets.

probability_activations <- c("softmax", "sigmoid", "hard_sigmoid", "hard_sigmoid_keras3")

# A list with one activation per described layer. A length that divides N_layers repeats; else the
# last one stays last and the others repeat before it (which makes the default fit any N_layers).
kms_activations <- function(control, outcome, loss, call) {
  values <- control$activation
  values <- if (is.function(values) || is.null(values)) list(values) else as.list(values)
  n <- max(control$N_layers, 1)
  m <- length(values)
  given <- "activation" %in% control$given
  if (m > 0 && n %% m == 0 && (given || m == n)) {
    out <- rep(values, length.out = n)
  } else {
    before <- values[-m]
    if (length(unique(before)) == 1) before <- before[1]
    if (m == 0 || (n > 1 && (n - 1) %% length(before) != 0)) {
      abort_arg("activation", paste0("have length 1, a divisor of N_layers (", n, "), or one more than ",
                                     "a divisor of N_layers - 1"),
                paste0("Its length is ", m, "."), call = call)
    }
    out <- c(rep(before, length.out = n - 1), values[m])
  }
  out[[n]] <- kms_output_activation(out[[n]], outcome, loss, given, call)
  out
}

# The layer on the input takes the first activation; one that gives probabilities only when there is
# no other.
kms_input_activation <- function(control, activations) {
  if (control$N_layers > 1) return(activations[[1]])
  first <- if (is.function(control$activation)) control$activation else control$activation[[1]]
  if (activation_label(first) %in% probability_activations) "relu" else first
}

# Numbers end in what their family says. For a class outcome with a crossentropy the last layer must give
# probabilities: softmax over K units, sigmoid for one.
kms_output_activation <- function(last, outcome, loss, given, call) {
  own <- family_of(outcome)$activation
  if (!is.null(own)) return(own)
  several <- outcome$type == "multilabel"
  wanted <- if (several || kms_output_units(outcome, loss) == 1) "sigmoid" else "softmax"
  name <- activation_label(last, call)
  if (wanted == "sigmoid" && identical(name, "softmax")) {
    if (given) {
      why <- if (several) "Softmax over several labels lets only one be right"
             else "Softmax over one output unit is always 1"
      warn_tn(paste0(why, ": the output layer uses sigmoid instead."), "softmax_one_unit", call = call)
    }
    return(wanted)
  }
  if (!grepl("crossentropy", kms_loss_name(loss)) || is.na(name) || name %in% probability_activations) {
    return(last)
  }
  inform_tn(paste0("The last activation \"", name, "\" gives no probabilities: the output layer uses ",
                   wanted, " instead."), "output_activation")
  wanted
}

# The name of an activation given as a string, as an activation_*() function or NULL; NA for a
# function of the user's.
activation_label <- function(activation, call = rlang::caller_env()) {
  as_activation(activation, call = call)$name %||% NA_character_
}
