/* Derivatives of the loss of a graph by chance, from its values alone, and how well they are known.
 *
 * The loss runs in float32, so each value of it is off by about sigma, which is measured: along a line
 * of steps of 2^-14 the loss is a straight line but for its rounding, which is that of the second
 * differences over sqrt(6) (More and Wild, SIAM J. Sci. Comput. 33, 2011); of these the median counts,
 * so that a kink or two among them do no harm. The rounding of the last terms is the least it can be.
 *
 * Along a direction d of length about 1, f(t) = loss(x + t d), x + t d being exact:
 *   D(h) = (f(h) - f(-h)) / 2h, R(h) = (4 D(h/2) - D(h)) / 3, error of the order h^4,
 *   S(h) = (f(h) - 2 f(0) + f(-h)) / h, which halves with h where f is smooth.
 * The derivative is R(h/2). Rounding moves it by 3.8 sigma / h (one standard deviation), R(h) - R(h/2)
 * by 4.2 and S(h/2) - 2 S(h/4) by 20. A point counts as smooth within the step when the two differences
 * stay below 6 such deviations, 26 and 120 sigma / h; the first then bounds the error of the order h^4
 * by 2 sigma / h, the second a kink of the slope that hides next to 0 (a jump by s changes S by s and
 * the derivative by s / 2). All in all the derivative is known to 23 + 2 + 60 < 90 sigma / h. Steps h go
 * from 1/8 down to 1/256 until two in a row are smooth, as several kinks may balance each other within
 * one; else the probe is given up, without a look at the gradient. */
#ifndef TN_TESTS_GRADIENT_PROBES_H
#define TN_TESTS_GRADIENT_PROBES_H

#include "random_graph.h"

enum { WIDEST_STEP = 3, SHORTEST_STEP = 10, NOISE_POINTS = 17 };

/* A weight or an input of a graph, and its gradient after a pass. */
struct probed {
  float *value;
  const float *gradient;
  const uint8_t *fixed;
  int64_t n;
};

struct probe {
  int of;          /* parameter p, or -1 - v for the input that value v is */
  int64_t cell;    /* the only one that moves, or -1: all, with signs by chance */
  uint64_t signs;
  float length;    /* of each cell's move: the direction's length is between 0.7 and 1.4 */
  double slope, tolerance;
};

static inline struct probed probed_of(struct random_graph *r, struct tn_graph *g, int of) {
  if (of >= 0) {
    return (struct probed){r->param[of].value, g->param[of].grad, NULL, g->param[of].size};
  }
  struct tn_value *v = &g->value[-1 - of];
  const struct rg_value *own = &r->value[-1 - of];
  return (struct probed){own->data, v->needs_grad && v->grad_written ? v->grad : NULL, own->fixed,
                         tn_shape_size(&own->shape)};
}

static inline float probe_sign(uint64_t *state) { return chance(state, 2) ? 1.0f : -1.0f; }

/* Adds t times the direction. */
static inline void probe_move(const struct probe *p, const struct probed *x, float t) {
  uint64_t state = p->signs;
  for (int64_t i = 0; i < x->n; i++) {
    float sign = probe_sign(&state);
    if (x->fixed == NULL || !x->fixed[i]) {
      x->value[i] += p->cell < 0 || p->cell == i ? t * sign * p->length : 0;
    }
  }
}

/* Loss and penalties of the weights, as a training run has them, but for the last sum, which runs in
 * double. *size: root of the sum of squares of its terms. */
static inline double probe_sum(struct random_graph *r, struct tn_graph *g, double *size) {
  struct tn_run run = rg_run(r);
  const struct rg_node *last = &r->node[r->n_nodes - 1];
  double sum = 0, squares = 0;
  CHECK(tn_graph_forward(g, &run, NULL) == TN_OK);
  for (int k = 0; k < last->n_in; k++) {
    double term = last->number[0][k] * g->value[last->in[k]].tensor.data[0];
    sum += term;
    squares += term * term;
  }
  *size = sqrt(squares);
  CHECK_NEAR(g->value[r->loss].tensor.data[0], sum, 1e-6 * (1 + fabs(sum)));
  return sum + tn_graph_penalty(g);
}

static inline double probe_loss(struct random_graph *r, struct tn_graph *g) {
  double size;
  return probe_sum(r, g, &size);
}

static inline double probe_at(struct random_graph *r, struct tn_graph *g, const struct probe *p,
                              double t) {
  struct probed x = probed_of(r, g, p->of);
  probe_move(p, &x, (float)t);
  double loss = probe_loss(r, g);
  probe_move(p, &x, (float)-t);
  return loss;
}

/* The derivative from steps h, h/2 and h/4; returns whether f is smooth within h. */
static inline int probe_slope(const double *up, const double *down, double middle, double h,
                              double sigma, struct probe *p) {
  double d[3], s[3], unit = sigma / h;
  for (int j = 0; j < 3; j++) {
    double step = ldexp(h, -j);
    d[j] = (up[j] - down[j]) / (2 * step);
    s[j] = (up[j] - 2 * middle + down[j]) / step;
  }
  double coarse = (4 * d[1] - d[0]) / 3, fine = (4 * d[2] - d[1]) / 3;
  p->slope = fine;
  p->tolerance = 90 * unit;
  return fabs(coarse - fine) <= 26 * unit && fabs(s[1] - 2 * s[2]) <= 120 * unit;
}

/* Fills slope and tolerance; 0: there are no steps within which the loss is smooth. */
static inline int probe_measure(struct random_graph *r, struct tn_graph *g, double sigma,
                                struct probe *p) {
  double up[SHORTEST_STEP + 1], down[SHORTEST_STEP + 1], middle = probe_loss(r, g);
  int smooth = 0;
  for (int k = WIDEST_STEP; k <= SHORTEST_STEP; k++) {
    up[k] = probe_at(r, g, p, ldexp(1, -k));
    down[k] = probe_at(r, g, p, -ldexp(1, -k));
    if (k >= WIDEST_STEP + 2) {
      int fine = probe_slope(up + k - 2, down + k - 2, middle, ldexp(1, 2 - k), sigma, p);
      smooth = fine ? smooth + 1 : 0;
    }
    if (smooth == 2) {
      return 1;
    }
  }
  return 0;
}

/* 0: nothing moves. */
static inline int64_t probe_moving(const struct probed *x) {
  int64_t n = x->value == NULL ? 0 : x->n;
  for (int64_t i = 0; i < x->n && x->fixed != NULL; i++) {
    n -= x->fixed[i];
  }
  return n;
}

/* All cells that can move, with signs by chance. */
static inline struct probe probe_all(int of, uint64_t signs, int64_t moving) {
  return (struct probe){of, -1, signs, ldexpf(1, -(int)lround(log2((double)moving) / 2)), 0, 0};
}

static inline struct probe probe_cell(struct random_graph *r, int of, const struct probed *x) {
  struct probe p = {of, 0, r->state, 1, 0, 0};
  do {
    p.cell = rg_below(r, x->n);
  } while (x->fixed != NULL && x->fixed[p.cell]);
  return p;
}

/* Moves all weights and inputs. */
static inline void probe_shift(struct random_graph *r, struct tn_graph *g, double t) {
  for (int of = -r->n_values; of < r->n_params; of++) {
    struct probed x = probed_of(r, g, of);
    int64_t moving = probe_moving(&x);
    if (moving > 0) {
      struct probe p = probe_all(of, r->seed + 1, moving);
      probe_move(&p, &x, (float)t);
    }
  }
}

static inline int probe_order(const void *a, const void *b) {
  double u = *(const double *)a, v = *(const double *)b;
  return (u > v) - (u < v);
}

/* The sigma of a loss. */
static inline double probe_noise(struct random_graph *r, struct tn_graph *g) {
  double loss[NOISE_POINTS], second[NOISE_POINTS - 2], step = ldexp(1, -14), size;
  for (int k = 0; k < NOISE_POINTS; k++) {
    loss[k] = probe_sum(r, g, &size);
    probe_shift(r, g, step);
  }
  probe_shift(r, g, -step * NOISE_POINTS);
  for (int k = 1; k + 1 < NOISE_POINTS; k++) {
    second[k - 1] = fabs(loss[k - 1] - 2 * loss[k] + loss[k + 1]);
  }
  qsort(second, NOISE_POINTS - 2, sizeof *second, probe_order);
  return fmax(second[NOISE_POINTS / 2 - 1] / (0.6745 * sqrt(6)), ldexp(size, -25));
}

#endif
