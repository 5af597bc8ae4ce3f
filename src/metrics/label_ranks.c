#include "metrics/label_ranks.h"

#include <stdlib.h>

#include "platform/alloc.h"

struct label {
  double score;
  int64_t place;
  int holds;
};

static int higher_first(const void *a, const void *b) {
  const struct label *x = a, *y = b;
  if (x->score != y->score) {
    return x->score > y->score ? -1 : 1;
  }
  return (x->place > y->place) - (x->place < y->place);
}

/* label: those of case i, from the highest score on. */
static void rank_case(const struct label *label, int64_t labels, int64_t k, int64_t i,
                      const struct tn_label_ranks *out) {
  int64_t seen = 0, right = 0, coverage = 0, end;
  double shares = 0;
  for (int64_t first = 0; first < labels; first = end) { /* equal ones at once */
    int64_t here = 0;
    for (end = first; end < labels && label[end].score == label[first].score; end++) {
      here += label[end].holds;
      right += end < k && label[end].holds;
    }
    seen += here;
    coverage = here > 0 ? end : coverage;
    shares += (double)(here * seen) / (double)end;
  }
  out->precision[i] = seen > 0 ? shares / (double)seen : 1;
  out->coverage[i] = (double)coverage;
  out->right[i] = (double)right;
}

enum tn_status tn_label_ranks(const double *truth, const double *score, int64_t cases, int64_t labels, int64_t k,
                              const struct tn_label_ranks *out, struct tn_error *err) {
  struct label *label;
  TN_TRY(tn_alloc_into(&label, labels, sizeof *label, err));
  for (int64_t i = 0; i < cases; i++) {
    for (int64_t j = 0; j < labels; j++) {
      label[j] = (struct label){score[i + j * cases], j, truth[i + j * cases] != 0};
    }
    qsort(label, (size_t)labels, sizeof *label, higher_first);
    rank_case(label, labels, k, i, out);
  }
  tn_free(label);
  return TN_OK;
}
