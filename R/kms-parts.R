# Training and test rows as the network wants them.

# What the later steps need of the data. built: result of design_fit(). Returns list(train, test,
# y_test, scale, input_dim); train and test are list(x, y) on the scale of the training rows, test is
# NULL without test rows.
kms_parts <- function(built, split, control, call) {
  outcome <- built$design$outcome
  has_test <- kms_check_split(split, built$y, outcome, control, call)
  rows <- kms_training_order(split, built$y, outcome)
  train <- list(x = built$x[rows, , drop = FALSE], y = built$y[rows])
  scale <- kms_scale(train, outcome, control)
  train$x <- scale_apply(train$x, scale)
  test <- NULL
  if (has_test) {
    x <- scale_apply(built$x[split == "test", , drop = FALSE], scale)
    test <- list(x = x, y = built$y[split == "test"])
  }
  list(train = train, test = test, scale = scale,
       input_dim = if (control$embedding) kms_input_dim(built$x, call))
}

# Index columns of an embedding are left as they are; a continuous outcome is scaled all the same.
kms_scale <- function(train, outcome, control) {
  how <- control$scale_continuous
  if (is.null(how)) return(NULL)
  x <- train$x
  if (control$embedding) {
    inform_tn("Index columns of an embedding are not scaled.", "embedding_scale")
    x <- x[, integer(0), drop = FALSE]
  }
  scale_fit(x, if (outcome$type == "continuous") train$y, how)
}

# Rows of the embedding table: all rows of the data count, so that test indices have one too.
kms_input_dim <- function(x, call) {
  wrong <- colnames(x)[apply(x, 2, function(v) any(v < 0 | v != round(v)))]
  if (length(wrong) > 0) {
    abort_tn("With embedding = TRUE every predictor must be a whole number from 0 on.", "data",
             given = paste0("Not so: ", paste0("`", utils::head(wrong, 5), "`", collapse = ", "), "."),
             how = "Use as.integer(factor(x)) - 1 for a factor.", call = call)
  }
  max(x) + 1
}

# The outcome as targets of the network: scaled numbers, 0/1, class numbers from 0, or one column a
# class when there is a unit for each.
kms_targets <- function(y, outcome, scale, units_out, loss) {
  if (outcome$type == "continuous") return(scale_outcome_apply(y, scale))
  codes <- outcome_codes(y, outcome)
  if (units_out == 1 || kms_loss_name(loss) == "sparse_categorical_crossentropy") {
    return(as.numeric(codes))
  }
  to_categorical(codes, outcome$n_values)
}

# Class numbers from 0 of a matrix of outputs; the first of equal ones.
kms_classes <- function(output) {
  if (ncol(output) == 1) return(as.integer(output[, 1] > 0.5))
  max.col(output, ties.method = "first") - 1L
}

# Numbers in outcome units or values of the outcome from the outputs of the network.
kms_fitted <- function(output, outcome, scale) {
  if (outcome$type == "continuous") return(scale_outcome_undo(output[, 1], scale))
  outcome_values(kms_classes(output), outcome)
}
