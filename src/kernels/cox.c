/* With the rows at risk R(t), those whose time is at least t, and the m events D(t) at t, r = exp(p):
 *   value of an event = (1/m) sum over l = 0..m-1 of log(sum_R r - (l/m) sum_D r) - p
 * so that the sum over events is minus Efron's log partial likelihood. Rows are gone through from the latest time
 * to the earliest, which adds up sum_R; for the gradient back again, which adds up what the events before a row's
 * time have of it. */
#include "kernels/cox.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct place {
  float time;
  int32_t row;
};

/* The events of one time. */
struct tie {
  int64_t events;
  double risk_of_events;
};

static int later_first(const void *a, const void *b) {
  const struct place *x = a, *y = b;
  return x->time != y->time ? (x->time < y->time) - (x->time > y->time)
                            : (x->row > y->row) - (x->row < y->row);
}

/* Rows in order of time, then for each of them the sum at risk as a double. */
int64_t tn_cox_work(int64_t n) { return 4 * n + 2; }

static double *sums_of(int64_t n, float *work) {
  uintptr_t at = (uintptr_t)(work + 2 * n);
  return (double *)(at + (sizeof(double) - at % sizeof(double)) % sizeof(double));
}

static struct place *places_of(float *work) { return (struct place *)(void *)work; }

static struct place *order(int64_t n, const float *y, float *work) {
  struct place *places = places_of(work);
  for (int64_t i = 0; i < n; i++) {
    places[i].time = isnan(y[i]) ? 0 : fabsf(y[i]); /* NaN has no place in an order */
    places[i].row = (int32_t)i;
  }
  qsort(places, (size_t)n, sizeof *places, later_first);
  return places;
}

/* exp() of differences to the largest neither overflows nor loses the largest. */
static double largest(int64_t n, const float *p) {
  double max = n > 0 ? p[0] : 0;
  for (int64_t i = 1; i < n; i++) {
    max = p[i] > max ? p[i] : max;
  }
  return max;
}

static int64_t end_of(int64_t from, int64_t n, const struct place *places) {
  int64_t to = from + 1;
  while (to < n && places[to].time == places[from].time) {
    to++;
  }
  return to;
}

static struct tie tie_of(int64_t from, int64_t to, const struct place *places, const float *y,
                         const float *p, double max) {
  struct tie t = {0, 0};
  for (int64_t k = from; k < to; k++) {
    int32_t i = places[k].row;
    if (y[i] > 0) {
      t.events++;
      t.risk_of_events += exp(p[i] - max);
    }
  }
  return t;
}

/* Leaves the sum at risk of each run of rows of one time in sums[its first place]. */
static void add_up(int64_t n, const struct place *places, const float *p, double max, double *sums) {
  double sum = 0;
  for (int64_t from = 0, to; from < n; from = to) {
    to = end_of(from, n, places);
    for (int64_t k = from; k < to; k++) {
      sum += exp(p[places[k].row] - max);
    }
    sums[from] = sum;
  }
}

void tn_cox(int64_t n, const float *y, const float *p, float *value, float *work) {
  struct place *places = order(n, y, work);
  double max = largest(n, p), *sums = sums_of(n, work);
  add_up(n, places, p, max, sums);
  for (int64_t from = 0, to; from < n; from = to) {
    double log_risk = 0;
    to = end_of(from, n, places);
    struct tie t = tie_of(from, to, places, y, p, max);
    for (int64_t l = 0; l < t.events; l++) {
      log_risk += log(sums[from] - (double)l / (double)t.events * t.risk_of_events);
    }
    for (int64_t k = from; k < to; k++) {
      int32_t i = places[k].row;
      value[i] = y[i] > 0 ? (float)(log_risk / (double)t.events + max - p[i]) : y[i] <= 0 ? 0 : NAN;
    }
  }
}

/* Where the run that `to` ends begins. */
static int64_t begin_of(int64_t to, const struct place *places) {
  int64_t from = to - 1;
  while (from > 0 && places[from - 1].time == places[to - 1].time) {
    from--;
  }
  return from;
}

void tn_cox_gradient(int64_t n, const float *y, const float *p, const float *up, float *dp,
                     float *work) {
  const struct place *places = places_of(work);
  double max = largest(n, p), *sums = sums_of(n, work), hazard = 0;
  for (int64_t to = n, from; to > 0; to = from) {
    from = begin_of(to, places);
    struct tie t = tie_of(from, to, places, y, p, max);
    double weight = 0, step = 0, own = 0;
    for (int64_t k = from; k < to; k++) {
      weight += y[places[k].row] > 0 ? up[places[k].row] : 0;
    }
    for (int64_t l = 0; l < t.events; l++) {
      double share = (double)l / (double)t.events;
      double part = weight / (double)t.events / (sums[from] - share * t.risk_of_events);
      step += part;
      own += share * part;
    }
    hazard += step;
    for (int64_t k = from; k < to; k++) {
      int32_t i = places[k].row;
      double risk = exp(p[i] - max);
      dp[i] = (float)(risk * hazard - (y[i] > 0 ? risk * own + up[i] : 0));
    }
  }
}
