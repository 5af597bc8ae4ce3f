#include "init/init.h"

#include <math.h>
#include <string.h>

#include "init/orthogonal.h"
#include "kernels/vector.h"
#include "platform/rng.h"
#include "platform/threads.h"

enum { BLOCK = 1 << 16 }; /* values per item of work; a multiple of 4 */

/* Standard deviation of a standard normal cut off at two. */
#define TRUNCATED_SD 0.87962566103423978

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

enum distribution { UNIFORM, NORMAL, TRUNCATED };

struct draw {
  enum distribution kind;
  double centre, scale; /* low end and width, or mean and standard deviation */
  uint64_t seed;
  int64_t n;
  float *out;
};

/* Beyond two standard deviations a value is drawn again, from a stream of its own. */
static double redrawn(const struct draw *d, int64_t i, float value) {
  struct tn_stream again = tn_stream_make(d->seed, TN_PURPOSE_INIT, 1, (uint64_t)i);
  for (int64_t k = 0; fabsf(value) > 2; k += 4) {
    tn_stream_normal(&again, (uint32_t)((uint64_t)i >> 32), k, 1, &value);
  }
  return value;
}

static void draw_item(void *context, int64_t item) {
  const struct draw *d = context;
  struct tn_stream s = tn_stream_make(d->seed, TN_PURPOSE_INIT, 0, 0);
  int64_t from = item * BLOCK, to = from + BLOCK < d->n ? from + BLOCK : d->n;
  if (d->kind == UNIFORM) {
    tn_stream_uniform(&s, 0, from, to - from, d->out + from);
  } else {
    tn_stream_normal(&s, 0, from, to - from, d->out + from);
  }
  for (int64_t i = from; i < to; i++) {
    double value = d->kind == TRUNCATED ? redrawn(d, i, d->out[i]) : d->out[i];
    d->out[i] = (float)(d->centre + d->scale * value);
  }
}

/* Value number i depends on seed and i only, so blocks may be drawn in any order. */
static void fill(enum distribution kind, uint64_t seed, double centre, double scale, int64_t n,
                 float *out) {
  struct draw d = {kind, centre, scale, seed, n, out};
  tn_parallel_for((n + BLOCK - 1) / BLOCK, draw_item, &d);
}

static enum tn_status fan_of(const char *mode, const struct tn_shape *shape, double *fan,
                             struct tn_error *err) {
  double in, out;
  fans(shape, &in, &out);
  if (strcmp(mode, "fan_in") == 0) {
    *fan = in;
  } else if (strcmp(mode, "fan_out") == 0) {
    *fan = out;
  } else if (strcmp(mode, "fan_avg") == 0) {
    *fan = (in + out) / 2;
  } else {
    return tn_fail(err, TN_STATUS_ARG,
                   "`mode` must be \"fan_in\", \"fan_out\" or \"fan_avg\", not \"%s\"", mode);
  }
  *fan = *fan > 1 ? *fan : 1;
  return TN_OK;
}

static enum tn_status fill_scaled(const struct tn_attrs *attrs, const struct tn_shape *shape,
                                  uint64_t seed, float *out, struct tn_error *err) {
  const char *distribution = tn_attrs_text(attrs, "distribution", "normal");
  int64_t n = tn_shape_size(shape);
  double fan = 1, s = tn_attrs_number(attrs, "scale", 1);
  if (!(s > 0)) {
    return tn_fail(err, TN_STATUS_ARG, "`scale` must be above 0, not %g", s);
  }
  TN_TRY(fan_of(tn_attrs_text(attrs, "mode", "fan_in"), shape, &fan, err));
  s = s / fan;
  if (strcmp(distribution, "uniform") == 0) {
    fill(UNIFORM, seed, -sqrt(3 * s), 2 * sqrt(3 * s), n, out);
  } else if (strcmp(distribution, "truncated_normal") == 0) {
    fill(TRUNCATED, seed, 0, sqrt(s) / TRUNCATED_SD, n, out);
  } else if (strcmp(distribution, "normal") == 0 ||
             strcmp(distribution, "untruncated_normal") == 0) {
    fill(NORMAL, seed, 0, sqrt(s), n, out);
  } else {
    return tn_fail(err, TN_STATUS_ARG,
                   "`distribution` must be \"normal\", \"truncated_normal\" or \"uniform\", not "
                   "\"%s\"", distribution);
  }
  return TN_OK;
}

static enum tn_status fill_identity(double gain, const struct tn_shape *shape, float *out,
                                    struct tn_error *err) {
  if (shape->rank != 2) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "the identity initializer makes matrices, not arrays of %d axes", shape->rank);
  }
  tn_vec_fill(tn_shape_size(shape), 0, out);
  for (int64_t i = 0; i < shape->dim[0] && i < shape->dim[1]; i++) {
    out[i * shape->dim[1] + i] = (float)gain;
  }
  return TN_OK;
}

/* Kinds drawn with two numbers of their own; 0 when kind is none of them. */
static int fill_plain(const char *kind, const struct tn_attrs *attrs, uint64_t seed, int64_t n,
                      float *out) {
  double mean = tn_attrs_number(attrs, "mean", 0), sd = tn_attrs_number(attrs, "stddev", 0.05);
  double low = tn_attrs_number(attrs, "minval", -0.05);
  if (strcmp(kind, "zeros") == 0) {
    tn_vec_fill(n, 0, out);
  } else if (strcmp(kind, "ones") == 0) {
    tn_vec_fill(n, 1, out);
  } else if (strcmp(kind, "constant") == 0) {
    tn_vec_fill(n, (float)tn_attrs_number(attrs, "value", 0), out);
  } else if (strcmp(kind, "random_normal") == 0) {
    fill(NORMAL, seed, mean, sd, n, out);
  } else if (strcmp(kind, "truncated_normal") == 0) {
    fill(TRUNCATED, seed, mean, sd, n, out);
  } else if (strcmp(kind, "random_uniform") == 0) {
    fill(UNIFORM, seed, low, tn_attrs_number(attrs, "maxval", 0.05) - low, n, out);
  } else {
    return 0;
  }
  return 1;
}

enum tn_status tn_init_fill(const char *kind, const struct tn_attrs *attrs,
                            const struct tn_shape *shape, uint64_t seed, float *out,
                            struct tn_error *err) {
  double gain = tn_attrs_number(attrs, "gain", 1);
  if (fill_plain(kind, attrs, seed, tn_shape_size(shape), out)) {
    return TN_OK;
  }
  if (strcmp(kind, "variance_scaling") == 0) {
    return fill_scaled(attrs, shape, seed, out, err);
  }
  if (strcmp(kind, "identity") == 0) {
    return fill_identity(gain, shape, out, err);
  }
  if (strcmp(kind, "orthogonal") == 0) {
    return tn_init_orthogonal(gain, shape, seed, out, err);
  }
  return tn_fail(err, TN_STATUS_ARG, "there is no initializer \"%s\"", kind);
}
