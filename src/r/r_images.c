/* Images: what a file says of itself, decoded pixels on their way into arrays of grey levels. */
#include "images/header.h"
#include "images/resample.h"
#include "r/ffi.h"

/* list(format, height, width, bits, fault); format "png", "jpeg", "other" or "", fault NULL when it is
 * whole. */
SEXP ffi_image_header(SEXP bytes_sexp) {
  static const char *names[] = {"format", "height", "width", "bits", "fault", ""};
  static const char *formats[] = {"", "png", "jpeg", "other"};
  struct tn_image_header header;
  tn_image_header(RAW_RO(bytes_sexp), (int64_t)XLENGTH(bytes_sexp), &header);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_mkString(formats[header.format]));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double)header.height));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal((double)header.width));
  SET_VECTOR_ELT(out, 3, Rf_ScalarInteger(header.bits));
  SET_VECTOR_ELT(out, 4, header.fault == NULL ? R_NilValue : Rf_mkString(header.fault));
  UNPROTECT(1);
  return out;
}

/* values: (H, W, planes) from 0 to 1; dim: H, W, planes; kind: c(cmyk, deep); size: new H and W. Whole
 * grey levels, as an array of that size and `channels`. */
SEXP ffi_image_levels(SEXP values_sexp, SEXP dim_sexp, SEXP kind_sexp, SEXP channels_sexp,
                      SEXP interpolation_sexp, SEXP size_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_shape dim = r_shape(dim_sexp), size = r_shape(size_sexp);
  struct tn_picture picture = {REAL_RO(values_sexp), dim.dim[0], dim.dim[1], (int)dim.dim[2],
                               LOGICAL_RO(kind_sexp)[0] == TRUE, LOGICAL_RO(kind_sexp)[1] == TRUE};
  if (dim.rank != 3 || size.rank != 2 || tn_shape_size(&dim) != (int64_t)XLENGTH(values_sexp)) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "the pixels of an image are not as many as its size says"),
            &err);
  }
  int channels = (int)r_int64(channels_sexp);
  SEXP out = PROTECT(Rf_alloc3DArray(INTSXP, (int)size.dim[0], (int)size.dim[1], channels));
  r_check(tn_resample(&picture, channels, r_text(interpolation_sexp), size.dim[0], size.dim[1],
                      INTEGER(out), &err), &err);
  UNPROTECT(1);
  return out;
}

/* In place: images (a list of whole numbers; NULL gives missing ones) become samples `first` (from 0) and
 * following of a double array with samples first. Several at a time: the samples of a pixel stand side by
 * side. */
SEXP ffi_images_place(SEXP target_sexp, SEXP n_sexp, SEXP first_sexp, SEXP images_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  int64_t n = r_int64(n_sexp), first = r_int64(first_sexp), count = (int64_t)XLENGTH(images_sexp);
  int64_t pixels = n > 0 ? (int64_t)XLENGTH(target_sexp) / n : 0;
  const int **level = (const int **)(void *)R_alloc((size_t)count + 1, sizeof *level);
  int fits = first >= 0 && count <= n - first;
  for (int64_t k = 0; fits && k < count; k++) {
    SEXP image = VECTOR_ELT(images_sexp, (R_xlen_t)k);
    level[k] = Rf_isNull(image) ? NULL : INTEGER_RO(image);
    fits = level[k] == NULL || (int64_t)XLENGTH(image) == pixels;
  }
  if (!fits) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "these images have no place among %lld", (long long)n), &err);
  }
  double *to = REAL(target_sexp) + first;
  for (int64_t p = 0; p < pixels; p++, to += n) {
    for (int64_t k = 0; k < count; k++) {
      to[k] = level[k] == NULL ? NA_REAL : level[k][p];
    }
  }
  return target_sexp;
}
