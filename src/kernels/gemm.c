#include "kernels/gemm.h"

#include <limits.h>
#include <stddef.h>

#include "kernels/gemm_own.h"
#include "platform/simd.h"
#include "platform/threads.h"

#if defined(TN_HAVE_OPENBLAS)
#include <cblas.h>
void openblas_set_num_threads(int n);
int openblas_get_num_threads(void);
char *openblas_get_config(void);
#endif

static enum tn_gemm_backend backend = TN_GEMM_OWN;

enum tn_gemm_backend tn_gemm_current(void) { return backend; }

int tn_gemm_select(enum tn_gemm_backend wanted) {
#if !defined(TN_HAVE_OPENBLAS)
  if (wanted == TN_GEMM_OPENBLAS) {
    return 0;
  }
#endif
  backend = wanted;
  return 1;
}

const char *tn_gemm_describe(enum tn_gemm_backend which) {
  if (which == TN_GEMM_OPENBLAS) {
#if defined(TN_HAVE_OPENBLAS)
    return openblas_get_config();
#else
    return NULL;
#endif
  }
  switch (tn_simd_level()) {
    case TN_SIMD_AVX512: return "own kernel (AVX-512)";
    case TN_SIMD_AVX2: return "own kernel (AVX2)";
    default: return "own kernel (baseline)";
  }
}

int tn_gemm_enter(void) {
#if defined(TN_HAVE_OPENBLAS)
  int before = openblas_get_num_threads();
  if (before != 1) {
    openblas_set_num_threads(1);
  }
  return before;
#else
  return 1;
#endif
}

void tn_gemm_leave(int before) {
#if defined(TN_HAVE_OPENBLAS)
  if (before != 1) {
    openblas_set_num_threads(before);
  }
#else
  (void)before;
#endif
}

struct product {
  enum tn_gemm_backend backend;
  enum tn_transpose trans_a, trans_b;
  int64_t m, n, k, lda, ldb, ldc, tiles;
  int add;
  const float *a, *b;
  float *c;
};

#if defined(TN_HAVE_OPENBLAS)
static int is_for_openblas(const struct product *g, int64_t m, int64_t n) {
  return g->backend == TN_GEMM_OPENBLAS && g->k > 0 && m <= INT_MAX && n <= INT_MAX &&
         g->k <= INT_MAX && g->lda <= INT_MAX && g->ldb <= INT_MAX && g->ldc <= INT_MAX;
}
#endif

static void one_tile(const struct product *g, int64_t m, int64_t n, const float *a, const float *b,
                     float *c) {
#if defined(TN_HAVE_OPENBLAS)
  if (is_for_openblas(g, m, n)) {
    cblas_sgemm(CblasRowMajor, g->trans_a == TN_TRANS ? CblasTrans : CblasNoTrans,
                g->trans_b == TN_TRANS ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)g->k,
                1, a, (int)g->lda, b, (int)g->ldb, g->add ? 1 : 0, c, (int)g->ldc);
    return;
  }
#endif
  tn_gemm_own(g->trans_a, g->trans_b, m, n, g->k, a, g->lda, b, g->ldb, g->add, c, g->ldc);
}

/* A tile is a band of rows or, for wide C, of columns. */
static void work_tile(void *context, int64_t tile) {
  const struct product *g = context;
  int64_t from, to;
  if (g->m >= g->n) {
    tn_item_range(g->m, g->tiles, tile, &from, &to);
    one_tile(g, to - from, g->n, g->trans_a == TN_TRANS ? g->a + from : g->a + from * g->lda, g->b,
             g->c + from * g->ldc);
  } else {
    tn_item_range(g->n, g->tiles, tile, &from, &to);
    one_tile(g, g->m, to - from, g->a, g->trans_b == TN_TRANS ? g->b + from * g->ldb : g->b + from,
             g->c + from);
  }
}

/* Bands for a product of that size, each worth 20 microseconds at least. Of OpenBLAS they are cut by shape alone,
 * so that the bits are those of any number of threads; to our own bits the cut is all one, and every band packs
 * the other operand anew. */
static int64_t tiles_for(const struct product *g) {
  double flop = 2.0 * (double)g->m * (double)g->n * (double)g->k;
  int64_t longest = (g->m >= g->n ? g->m : g->n) / 48;
  int64_t tiles = flop < 4e6 ? 1 : flop > 16e6 ? 8 : (int64_t)(flop / 2e6);
  tiles = tiles > longest ? (longest > 1 ? longest : 1) : tiles;
  return g->backend == TN_GEMM_OWN ? tn_useful_items(tiles) : tiles;
}

static void shared_product(struct product *g) {
  g->tiles = tiles_for(g);
  if (g->m > 0 && g->n > 0) {
    tn_parallel_for(g->tiles, work_tile, g);
  }
}

void tn_gemm(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n, int64_t k,
             const float *a, int64_t lda, const float *b, int64_t ldb, int add, float *c,
             int64_t ldc) {
  struct product g = {TN_GEMM_OWN, trans_a, trans_b, m, n, k, lda, ldb, ldc, 1, add,
                      a, b, c};
  shared_product(&g);
}

void tn_gemm_gradient(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                      int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, int add,
                      float *c, int64_t ldc) {
  struct product g = {backend, trans_a, trans_b, m, n, k, lda, ldb, ldc, 1, add,
                      a, b, c};
  shared_product(&g);
}
