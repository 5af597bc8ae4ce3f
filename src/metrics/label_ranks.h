/* How well the labels of a case, several of which may hold, are put in order by their scores. */
#ifndef TN_METRICS_LABEL_RANKS_H
#define TN_METRICS_LABEL_RANKS_H

#include <stdint.h>

#include "platform/status.h"

struct tn_label_ranks {
  double *precision; /* (cases) label ranking average precision; 1 where all labels or none hold */
  double *coverage;  /* (cases) labels from the highest score on that hold all true ones */
  double *right;     /* (cases) true ones among the k highest, of equal scores the first */
};

/* truth, score: (cases, labels) by columns; truth 0 or 1, no score NaN. Equal scores share the lowest of their ranks. */
enum tn_status tn_label_ranks(const double *truth, const double *score, int64_t cases, int64_t labels, int64_t k,
                              const struct tn_label_ranks *out, struct tn_error *err) TN_MUST_CHECK;

#endif
