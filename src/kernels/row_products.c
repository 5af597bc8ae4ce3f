#include "kernels/row_products.h"

#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*products)(int64_t channels, int64_t n, const float *const *a, const float *const *b,
                   const float *start, float *y);
};

#define TN_LOOPS "kernels/row_product_loops.h"
#include "kernels/two_builds.h"

void tn_row_products(int64_t channels, int64_t n, const float *const *a, const float *const *b,
                     const float *start, float *y) {
  loops()->products(channels, n, a, b, start == NULL ? y : start, y);
}
