#include "kernels/gemm.h"

#include <limits.h>
#include <string.h>

#include "kernels/gemm_own.h"
#include "platform/simd.h"
#include "platform/threads.h"

#if defined(TN_HAVE_OPENBLAS)
#include <cblas.h>
void openblas_set_num_threads(int n);
int openblas_get_num_threads(void);
char *openblas_get_config(void);
char *openblas_get_corename(void);
#endif

static enum tn_gemm_backend backend = TN_GEMM_OWN;
static int chosen = 0;

#if defined(TN_HAVE_OPENBLAS)
/* OpenBLAS takes a processor that is newer than itself for an old one: 0.3.21 uses its SSE3 kernels on
 * an Emerald Rapids, where our own are more than twice as fast. */
static int openblas_is_behind(void) {
  static const char *const without_avx[] = {
      "Generic", "Katmai", "Coppermine", "Northwood", "Prescott", "Banias", "Core2", "Penryn",
      "Dunnington", "Nehalem", "Atom", "Nano", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona",
      "Bobcat"};
  const char *core = openblas_get_corename();
  for (size_t i = 0; i < sizeof without_avx / sizeof without_avx[0]; i++) {
    if (core != NULL && strcmp(core, without_avx[i]) == 0) {
      return tn_simd_level() >= TN_SIMD_AVX2;
    }
  }
  return 0;
}
#endif

enum tn_gemm_backend tn_gemm_current(void) {
#if defined(TN_HAVE_OPENBLAS)
  if (!chosen) {
    backend = openblas_is_behind() ? TN_GEMM_OWN : TN_GEMM_OPENBLAS;
  }
#endif
  chosen = 1;
  return backend;
}

int tn_gemm_select(enum tn_gemm_backend wanted) {
#if !defined(TN_HAVE_OPENBLAS)
  if (wanted == TN_GEMM_OPENBLAS) {
    return 0;
  }
#endif
  backend = wanted;
  chosen = 1;
  return 1;
}

const char *tn_gemm_describe(void) {
  if (tn_gemm_current() == TN_GEMM_OPENBLAS) {
#if defined(TN_HAVE_OPENBLAS)
    return openblas_get_config();
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
  enum tn_transpose trans_a, trans_b;
  int64_t m, n, k, lda, ldb, ldc, tiles;
  float alpha, beta;
  const float *a, *b;
  float *c;
};

#if defined(TN_HAVE_OPENBLAS)
static int fits_int(const struct product *g, int64_t m, int64_t n) {
  return m <= INT_MAX && n <= INT_MAX && g->k <= INT_MAX && g->lda <= INT_MAX &&
         g->ldb <= INT_MAX && g->ldc <= INT_MAX;
}
#endif

static void one_tile(const struct product *g, int64_t m, int64_t n, const float *a, const float *b,
                     float *c) {
#if defined(TN_HAVE_OPENBLAS)
  if (backend == TN_GEMM_OPENBLAS && fits_int(g, m, n)) {
    cblas_sgemm(CblasRowMajor, g->trans_a == TN_TRANS ? CblasTrans : CblasNoTrans,
                g->trans_b == TN_TRANS ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)g->k,
                g->alpha, a, (int)g->lda, b, (int)g->ldb, g->beta, c, (int)g->ldc);
    return;
  }
#endif
  tn_gemm_own(g->trans_a, g->trans_b, m, n, g->k, g->alpha, a, g->lda, b, g->ldb, g->beta, c,
              g->ldc);
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

/* Bands for a product of that size: by shape alone, so that the bits are those of any number of
 * threads. Below half a millisecond a second thread can cost more than it brings (platform/threads.h). */
static int64_t tiles_for(int64_t m, int64_t n, int64_t k) {
  double flop = 2.0 * (double)m * (double)n * (double)k;
  int64_t longest = m >= n ? m : n;
  int64_t tiles = flop < 5e7 ? 1 : (int64_t)(flop / 2e7);
  tiles = tiles > 8 ? 8 : tiles;
  return tiles > longest / 48 ? (longest / 48 > 1 ? longest / 48 : 1) : tiles;
}

void tn_gemm(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n, int64_t k,
             float alpha, const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
             float *c, int64_t ldc) {
  if (m == 0 || n == 0) {
    return;
  }
  tn_gemm_current(); /* chosen before threads ask */
  struct product g = {trans_a, trans_b, m, n, k, lda, ldb, ldc, tiles_for(m, n, k),
                      alpha, beta, a, b, c};
  if (k == 0 || g.tiles == 1) {
    if (k == 0) {
      tn_gemm_own(trans_a, trans_b, m, n, 0, alpha, a, lda, b, ldb, beta, c, ldc);
    } else {
      work_tile(&g, 0);
    }
    return;
  }
  tn_parallel_for(g.tiles, work_tile, &g);
}
