# Predictions in tibbles and dplyr: beside other vectors they are the plain ones. The methods are registered when vctrs
# is loaded.

#' @rawNamespace
#' S3method(vctrs::vec_restore, kms_prediction, prediction_restore)
#' S3method(vctrs::vec_ptype2, kms_prediction.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, kms_prediction.double, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, double.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, kms_prediction.integer, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, integer.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, kms_prediction.logical, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, logical.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, kms_prediction.factor, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, factor.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, kms_prediction.ordered, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, ordered.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, kms_prediction.character, prediction_ptype2)
#' S3method(vctrs::vec_ptype2, character.kms_prediction, prediction_ptype2)
#' S3method(vctrs::vec_cast, kms_prediction.kms_prediction, prediction_cast)
#' S3method(vctrs::vec_cast, kms_prediction.double, prediction_cast)
#' S3method(vctrs::vec_cast, double.kms_prediction, prediction_cast)
#' S3method(vctrs::vec_cast, kms_prediction.integer, prediction_cast)
#' S3method(vctrs::vec_cast, integer.kms_prediction, prediction_cast)
#' S3method(vctrs::vec_cast, kms_prediction.logical, prediction_cast)
#' S3method(vctrs::vec_cast, logical.kms_prediction, prediction_cast)
#' S3method(vctrs::vec_cast, kms_prediction.factor, prediction_cast)
#' S3method(vctrs::vec_cast, factor.kms_prediction, prediction_cast)
#' S3method(vctrs::vec_cast, kms_prediction.ordered, prediction_cast)
#' S3method(vctrs::vec_cast, ordered.kms_prediction, prediction_cast)
#' S3method(vctrs::vec_cast, kms_prediction.character, prediction_cast)
#' S3method(vctrs::vec_cast, character.kms_prediction, prediction_cast)
NULL

prediction_ptype2 <- function(x, y, ...) vctrs::vec_ptype2(prediction_values(x), prediction_values(y), ...)

prediction_cast <- function(x, to, ...) vctrs::vec_cast(prediction_values(x), prediction_values(to), ...)

# x: some of the numbers or codes of `to`.
prediction_restore <- function(x, to, ...) {
  attributes(x) <- c(attributes(prediction_values(to))[c("levels", "class")], attributes(x)[c("names", "dim", "dimnames")])
  x
}
