#include "optim/schedule.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* Part of the change that is over, from 0 to 1. */
static double progress(const struct tn_schedule *s, double done) {
  return done < s->steps ? done / s->steps : 1;
}

static double exponential_decay(const struct tn_schedule *s, double done) {
  double power = done / s->steps;
  return s->initial * pow(s->decay_rate, s->staircase ? floor(power) : power);
}

static double inverse_time_decay(const struct tn_schedule *s, double done) {
  double share = done / s->steps;
  return s->initial / (1 + s->decay_rate * (s->staircase ? floor(share) : share));
}

/* Loshchilov and Hutter (ICLR 2017), without restarts; a line to the target before it. */
static double cosine_decay(const struct tn_schedule *s, double done) {
  double top = s->warms ? s->warmup_target : s->initial;
  if (s->warms && done < s->warmup_steps) {
    return s->initial + (s->warmup_target - s->initial) * done / s->warmup_steps;
  }
  double wave = 0.5 * (1 + cos(pi * progress(s, s->warms ? done - s->warmup_steps : done)));
  return top * ((1 - s->alpha) * wave + s->alpha);
}

static double polynomial_decay(const struct tn_schedule *s, double done) {
  double steps = s->steps * (s->cycle && done > 0 ? ceil(done / s->steps) : 1);
  double left = done < steps ? 1 - done / steps : 0;
  return (s->initial - s->end) * pow(left, s->power) + s->end;
}

static double piecewise_constant_decay(const struct tn_schedule *s, double done) {
  int64_t from = 0, to = s->n_boundaries; /* boundaries before `from` are passed, those from `to` on not */
  while (from < to) {
    int64_t middle = from + (to - from) / 2;
    if (done > s->boundaries[middle]) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return s->values[from];
}

/* Waves that grow longer; Holzmueller et al. (NeurIPS 2024). */
static double coslog(const struct tn_schedule *s, double done) {
  double turns = log2(1 + (pow(2, s->cycles) - 1) * progress(s, done));
  return s->initial * 0.5 * (1 - cos(2 * pi * turns));
}

static const struct {
  const char *name;
  double (*rate)(const struct tn_schedule *s, double done);
} list[] = {{"exponential_decay", exponential_decay},
            {"inverse_time_decay", inverse_time_decay},
            {"cosine_decay", cosine_decay},
            {"polynomial_decay", polynomial_decay},
            {"piecewise_constant_decay", piecewise_constant_decay},
            {"coslog", coslog}};

static enum tn_status read_pieces(const struct tn_attrs *attrs, struct tn_schedule *out,
                                  struct tn_error *err) {
  const struct tn_attr *boundaries = tn_attrs_find(attrs, "boundaries");
  const struct tn_attr *values = tn_attrs_find(attrs, "values");
  if (boundaries == NULL || values == NULL || values->number == NULL ||
      values->count != boundaries->count + 1) {
    return tn_fail(err, TN_STATUS_ARG, "a schedule of pieces needs one value more than boundaries");
  }
  out->n_boundaries = boundaries->count;
  out->boundaries = boundaries->number;
  out->values = values->number;
  return TN_OK;
}

enum tn_status tn_schedule_read(const struct tn_attrs *attrs, struct tn_schedule *out,
                                struct tn_error *err) {
  const char *name = tn_attrs_text(attrs, "schedule", NULL);
  memset(out, 0, sizeof *out);
  if (name == NULL) {
    return TN_OK;
  }
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    if (strcmp(list[i].name, name) == 0) {
      out->rate = list[i].rate;
    }
  }
  if (out->rate == NULL) {
    return tn_fail(err, TN_STATUS_ARG, "there is no schedule \"%s\"", name);
  }
  out->initial = tn_attrs_number(attrs, "initial_learning_rate", 0);
  out->steps = tn_attrs_number(attrs, "decay_steps", 1);
  out->decay_rate = tn_attrs_number(attrs, "decay_rate", 1);
  out->end = tn_attrs_number(attrs, "end_learning_rate", 0);
  out->power = tn_attrs_number(attrs, "power", 1);
  out->alpha = tn_attrs_number(attrs, "alpha", 0);
  out->cycles = tn_attrs_number(attrs, "cycles", 0);
  out->staircase = tn_attrs_flag(attrs, "staircase", 0);
  out->cycle = tn_attrs_flag(attrs, "cycle", 0);
  out->warms = tn_attrs_find(attrs, "warmup_target") != NULL;
  out->warmup_target = tn_attrs_number(attrs, "warmup_target", 0);
  out->warmup_steps = tn_attrs_number(attrs, "warmup_steps", 0);
  return out->rate == piecewise_constant_decay ? read_pieces(attrs, out, err) : TN_OK;
}
