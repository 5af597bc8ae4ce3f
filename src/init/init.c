#include "init/init.h"

#include <math.h>
#include <string.h>

#include "init/orthogonal.h"
#include "kernels/vector.h"
#include "platform/rng.h"

/* Fans by position: a kernel (..., in, out) has its receptive field in front. */
static void fans(const struct tn_shape *s, double *in, double *out) {
  double field = 1;
  if (s->rank < 2) {
    *in = *out = s->rank == 0 ? 1 : (double)s->dim[0];
    return;
  }
  for (int k = 0; k < s->rank - 2; k++) {
    field *= (double)s->dim[k];
  }
  *in = field * (double)s->dim[s->rank - 2];
  *out = field * (double)s->dim[s->rank - 1];
}

static void fill_uniform(uint64_t seed, double low, double high, int64_t n, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_INIT, 0, 0);
  tn_stream_uniform(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    out[i] = (float)(low + (high - low) * out[i]);
  }
}

static void fill_normal(uint64_t seed, double mean, double sd, int64_t n, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_INIT, 0, 0);
  tn_stream_normal(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    out[i] = (float)(mean + sd * out[i]);
  }
}

/* Values beyond two standard deviations are drawn again, each from an own stream. */
static void fill_truncated(uint64_t seed, double mean, double sd, int64_t n, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_INIT, 0, 0);
  tn_stream_normal(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    struct tn_stream again = tn_stream_make(seed, TN_PURPOSE_INIT, 1, (uint64_t)i);
    for (int64_t k = 0; fabsf(out[i]) > 2; k += 4) {
      tn_stream_normal(&again, 0, k, 1, &out[i]);
    }
    out[i] = (float)(mean + sd * out[i]);
  }
}

static enum tn_status fill_scaled(const struct tn_attrs *attrs, const struct tn_shape *shape,
                                  uint64_t seed, float *out, struct tn_error *err) {
  const char *mode = tn_attrs_text(attrs, "mode", "fan_in");
  const char *distribution = tn_attrs_text(attrs, "distribution", "normal");
  int64_t n = tn_shape_size(shape);
  double in, fan_out, fan, s;
  fans(shape, &in, &fan_out);
  fan = strcmp(mode, "fan_in") == 0 ? in : strcmp(mode, "fan_out") == 0 ? fan_out
                                                                         : (in + fan_out) / 2;
  s = tn_attrs_number(attrs, "scale", 1) / (fan > 1 ? fan : 1);
  if (strcmp(distribution, "uniform") == 0) {
    fill_uniform(seed, -sqrt(3 * s), sqrt(3 * s), n, out);
  } else if (strcmp(distribution, "truncated_normal") == 0) {
    fill_truncated(seed, 0, sqrt(s) / 0.87962566103423978, n, out);
  } else if (strcmp(distribution, "normal") == 0 ||
             strcmp(distribution, "untruncated_normal") == 0) {
    fill_normal(seed, 0, sqrt(s), n, out);
  } else {
    return tn_fail(err, TN_STATUS_ARG, "there is no distribution \"%s\"", distribution);
  }
  return TN_OK;
}

static enum tn_status fill_identity(double gain, const struct tn_shape *shape, float *out,
                                    struct tn_error *err) {
  if (shape->rank != 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "the identity initializer makes matrices, not arrays of %d axes",
                   shape->rank);
  }
  tn_vec_fill(tn_shape_size(shape), 0, out);
  for (int64_t i = 0; i < shape->dim[0] && i < shape->dim[1]; i++) {
    out[i * shape->dim[1] + i] = (float)gain;
  }
  return TN_OK;
}

enum tn_status tn_init_fill(const char *kind, const struct tn_attrs *attrs,
                            const struct tn_shape *shape, uint64_t seed, float *out,
                            struct tn_error *err) {
  int64_t n = tn_shape_size(shape);
  double mean = tn_attrs_number(attrs, "mean", 0), sd = tn_attrs_number(attrs, "stddev", 0.05);
  if (strcmp(kind, "zeros") == 0) {
    tn_vec_fill(n, 0, out);
  } else if (strcmp(kind, "ones") == 0) {
    tn_vec_fill(n, 1, out);
  } else if (strcmp(kind, "constant") == 0) {
    tn_vec_fill(n, (float)tn_attrs_number(attrs, "value", 0), out);
  } else if (strcmp(kind, "random_normal") == 0) {
    fill_normal(seed, mean, sd, n, out);
  } else if (strcmp(kind, "truncated_normal") == 0) {
    fill_truncated(seed, mean, sd, n, out);
  } else if (strcmp(kind, "random_uniform") == 0) {
    fill_uniform(seed, tn_attrs_number(attrs, "minval", -0.05),
                 tn_attrs_number(attrs, "maxval", 0.05), n, out);
  } else if (strcmp(kind, "variance_scaling") == 0) {
    return fill_scaled(attrs, shape, seed, out, err);
  } else if (strcmp(kind, "identity") == 0) {
    return fill_identity(tn_attrs_number(attrs, "gain", 1), shape, out, err);
  } else if (strcmp(kind, "orthogonal") == 0) {
    return tn_init_orthogonal(tn_attrs_number(attrs, "gain", 1), shape, seed, out, err);
  } else {
    return tn_fail(err, TN_STATUS_ARG, "there is no initializer \"%s\"", kind);
  }
  return TN_OK;
}
