/* Images: what a file says of itself, decoded pixels on their way into arrays of grey levels, transforms. */
#include <string.h>

#include "images/header.h"
#include "images/resample.h"
#include "images/transform.h"
#include "platform/pages.h"
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

/* In place: decoded values that are what is wanted but for their scale. */
static SEXP levels_of(SEXP values_sexp, const struct tn_shape *dim) {
  SEXP dim_sexp = PROTECT(Rf_allocVector(INTSXP, 3));
  for (int i = 0; i < 3; i++) {
    INTEGER(dim_sexp)[i] = (int)dim->dim[i];
  }
  Rf_setAttrib(values_sexp, R_DimSymbol, dim_sexp);
  tn_picture_levels(REAL(values_sexp), (int64_t)XLENGTH(values_sexp));
  UNPROTECT(1);
  return values_sexp;
}

/* values: fresh from a decoder, (H, W, planes) from 0 to 1, which may become the result; dim: H, W, planes; kind:
 * c(cmyk, deep); size: new H and W. Whole grey levels, integers or doubles, as an array of that size and
 * `channels`. */
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
  if (tn_picture_is(&picture, channels) && size.dim[0] == picture.height && size.dim[1] == picture.width) {
    return levels_of(values_sexp, &dim);
  }
  SEXP out = PROTECT(Rf_alloc3DArray(INTSXP, (int)size.dim[0], (int)size.dim[1], channels));
  r_check(tn_resample(&picture, channels, r_text(interpolation_sexp), size.dim[0], size.dim[1],
                      INTEGER(out), &err), &err);
  UNPROTECT(1);
  return out;
}

/* An image as engine_image_levels() gives it; without either it is missing. */
struct levels {
  const int *whole;
  const double *value;
};

/* In place: images (a list of such levels; NULL gives missing ones) become samples `first` (from 0) and
 * following of a double array with samples first. Several at a time: the samples of a pixel stand side by
 * side. */
SEXP ffi_images_place(SEXP target_sexp, SEXP n_sexp, SEXP first_sexp, SEXP images_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  int64_t n = r_int64(n_sexp), first = r_int64(first_sexp), count = (int64_t)XLENGTH(images_sexp);
  int64_t pixels = n > 0 ? (int64_t)XLENGTH(target_sexp) / n : 0;
  struct levels *image = (struct levels *)(void *)R_alloc((size_t)count + 1, sizeof *image);
  int fits = first >= 0 && count <= n - first;
  for (int64_t k = 0; fits && k < count; k++) {
    SEXP of = VECTOR_ELT(images_sexp, (R_xlen_t)k);
    image[k].whole = TYPEOF(of) == INTSXP ? INTEGER_RO(of) : NULL;
    image[k].value = TYPEOF(of) == REALSXP ? REAL_RO(of) : NULL;
    fits = Rf_isNull(of) || (int64_t)XLENGTH(of) == pixels;
  }
  if (!fits) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "these images have no place among %lld", (long long)n), &err);
  }
  double *to = REAL(target_sexp) + first;
  for (int64_t p = 0; p < pixels; p++, to += n) {
    for (int64_t k = 0; k < count; k++) {
      to[k] = image[k].whole != NULL ? image[k].whole[p] : image[k].value != NULL ? image[k].value[p] : NA_REAL;
    }
  }
  return target_sexp;
}

static enum tn_fill fill_of(const char *name) {
  return strcmp(name, "constant") == 0  ? TN_FILL_CONSTANT
         : strcmp(name, "reflect") == 0 ? TN_FILL_REFLECT
         : strcmp(name, "wrap") == 0    ? TN_FILL_WRAP
                                        : TN_FILL_NEAREST;
}

/* New images in an array of (n, height, width, C). */
static SEXP transformed(SEXP x_sexp, const struct tn_images *old, const int64_t *sample,
                        const struct tn_transform *plan, struct tn_outside outside, const struct tn_images *new) {
  struct tn_error err;
  tn_error_init(&err);
  const int64_t sizes[4] = {new->n, new->size.height, new->size.width, new->size.channels};
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)(sizes[0] * sizes[1] * sizes[2] * sizes[3])));
  tn_pages_large(REAL(out), (size_t)XLENGTH(out) * sizeof(double));
  SEXP dim = PROTECT(Rf_allocVector(INTSXP, 4));
  for (int k = 0; k < 4; k++) {
    INTEGER(dim)[k] = (int)sizes[k];
  }
  Rf_setAttrib(out, R_DimSymbol, dim);
  struct tn_image_values x = {NULL, NULL};
  if (TYPEOF(x_sexp) == RAWSXP) {
    x.packed = RAW_RO(x_sexp);
  } else {
    x.value = REAL_RO(x_sexp);
  }
  r_check(tn_transform_images(x, old, sample, plan, outside, REAL(out), new, &err), &err);
  UNPROTECT(2);
  return out;
}

static struct tn_images images_of(SEXP x_sexp, SEXP dim_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_shape shape = r_shape(dim_sexp);
  if (shape.rank != 4 || tn_shape_size(&shape) != (int64_t)XLENGTH(x_sexp)) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "images must have four axes"), &err);
  }
  return (struct tn_images){shape.dim[0], {shape.dim[1], shape.dim[2], shape.dim[3]}};
}

/* Doubles (n, H, W, C) packed, see images/transform.h; NULL when they are no levels of a byte. */
SEXP ffi_images_pack(SEXP x_sexp, SEXP dim_sexp) {
  struct tn_images x = images_of(x_sexp, dim_sexp);
  SEXP out = PROTECT(Rf_allocVector(RAWSXP, XLENGTH(x_sexp)));
  int64_t values = x.size.height * x.size.width * x.size.channels;
  int levels = tn_images_pack(REAL_RO(x_sexp), x.n, values, RAW(out));
  UNPROTECT(1);
  return levels ? out : R_NilValue;
}

/* Samples, counted from 1 there and from 0 here. */
static int64_t *samples_of(SEXP rows_sexp, int64_t n) {
  struct tn_error err;
  tn_error_init(&err);
  int64_t count = (int64_t)XLENGTH(rows_sexp);
  int64_t *sample = (int64_t *)(void *)R_alloc((size_t)count + 1, sizeof *sample);
  for (int64_t k = 0; k < count; k++) {
    sample[k] = (int64_t)INTEGER_RO(rows_sexp)[k] - 1;
    if (sample[k] < 0 || sample[k] >= n) {
      r_check(tn_fail(&err, TN_STATUS_STATE, "there is no image %lld of %lld", (long long)sample[k] + 1,
                      (long long)n), &err);
    }
  }
  return sample;
}

static struct tn_transform *plan_room(int64_t n) {
  return (struct tn_transform *)(void *)R_alloc((size_t)n + 1, sizeof(struct tn_transform));
}

/* rows: which images of x; plan: a matrix with ten numbers for each of them: theta, tx, ty, shear, zx, zy,
 * flip_horizontal, flip_vertical, channel_shift, brightness (NA: none). */
SEXP ffi_images_transform(SEXP x_sexp, SEXP dim_sexp, SEXP rows_sexp, SEXP plan_sexp, SEXP fill_sexp,
                          SEXP cval_sexp) {
  struct tn_images x = images_of(x_sexp, dim_sexp), out = x;
  struct tn_outside outside = {fill_of(r_text(fill_sexp)), r_double(cval_sexp)};
  int64_t *sample = samples_of(rows_sexp, x.n), n = out.n = (int64_t)XLENGTH(rows_sexp);
  if ((int64_t)XLENGTH(plan_sexp) != 10 * n) {
    struct tn_error err;
    tn_error_init(&err);
    r_check(tn_fail(&err, TN_STATUS_STATE, "a plan has ten numbers for each image"), &err);
  }
  struct tn_transform *plan = plan_room(n);
  for (int64_t k = 0; k < n; k++) {
    const double *p = REAL_RO(plan_sexp) + k;
    plan[k].affine = tn_affine_centred(p[0], p[n], p[2 * n], p[3 * n], p[4 * n], p[5 * n], p[6 * n] != 0,
                                       p[7 * n] != 0, x.size.height, x.size.width);
    plan[k].channel_shift = p[8 * n];
    plan[k].brighten = !ISNAN(p[9 * n]);
    plan[k].brightness = p[9 * n];
  }
  return transformed(x_sexp, &x, sample, plan, outside, &out);
}

/* size: new height and width. */
SEXP ffi_images_stretch(SEXP x_sexp, SEXP dim_sexp, SEXP rows_sexp, SEXP size_sexp) {
  struct tn_images x = images_of(x_sexp, dim_sexp);
  struct tn_shape size = r_shape(size_sexp);
  struct tn_images out = {(int64_t)XLENGTH(rows_sexp), {size.dim[0], size.dim[1], x.size.channels}};
  struct tn_outside outside = {TN_FILL_NEAREST, 0};
  struct tn_transform one = {tn_affine_stretched(x.size, size.dim[0], size.dim[1]), 0, 0, 1};
  struct tn_transform *plan = plan_room(out.n);
  for (int64_t k = 0; k < out.n; k++) {
    plan[k] = one;
  }
  return transformed(x_sexp, &x, samples_of(rows_sexp, x.n), plan, outside, &out);
}
