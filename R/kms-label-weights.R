# class_weight of several labels at once: every label has two sides, the cases with it and those without, and
# each side a factor that multiplies its part of the binary crossentropy.

# Matrix (2, labels), the factors of the cases without and with each label; NULL without class_weight. y, weights:
# rows fitted to, 0/1 (rows, labels).
kms_label_factors <- function(class_weight, y, outcome, weights, control, call) {
  if (is.null(class_weight) || outcome$type != "multilabel") return(NULL)
  if (!is.null(control$keras_model_seq) || !is.null(control$loss) && kms_loss_name(control$loss) != "binary_crossentropy") {
    abort_arg("class_weight", "go with the loss \"binary_crossentropy\" for several labels at once", call = call,
              given = if (is.null(control$keras_model_seq)) paste0("The loss is ", quoted(kms_loss_name(control$loss)), ".")
                      else "The loss is that of the model given.")
  }
  if (!identical(class_weight, "balanced")) {
    return(rbind(1, class_factors_given(class_weight, label_text(outcome$labels), call)))
  }
  unname(apply(y, 2, function(label) class_balance(label + 1L, weights, 2)))
}

# The loss of a model for these factors. The mean over labels, as that without factors.
label_weighted_loss <- function(loss, factors) {
  if (is.null(factors)) return(loss)
  force(factors)
  function(y_true, y_pred) {
    without <- k_constant(factors[1, , drop = FALSE])
    with <- k_constant(factors[2, , drop = FALSE])
    k_mean(k_binary_crossentropy(y_true, y_pred) * (without + y_true * (with - without)), axis = -1)
  }
}
