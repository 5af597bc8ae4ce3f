#include "kernels/gather.h"

#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*gather)(int64_t units, int64_t n, const int32_t *index, const float *value, const float *w,
                 float *y);
  void (*scatter)(int64_t units, int64_t n, const int32_t *index, const float *value,
                  const float *dy, float *g);
};

#define TN_LOOPS "kernels/gather_loops.h"
#include "kernels/two_builds.h"

void tn_gather(int64_t units, int64_t n, const int32_t *index, const float *value, const float *w,
               float *y) {
  loops()->gather(units, n, index, value, w, y);
}

void tn_scatter(int64_t units, int64_t n, const int32_t *index, const float *value,
                const float *dy, float *g) {
  loops()->scatter(units, n, index, value, dy, g);
}
