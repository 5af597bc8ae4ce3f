/* Blocked product after Goto and van de Geijn (ACM TOMS 34, 2008): panels of A and B are packed so
 * that the micro-kernel reads both in order. Buffers lie on the stack: nothing is allocated. */
#include "kernels/gemm_own.h"

#include "platform/simd.h"

enum { MC = 72, KC = 256, NC = 128, MAX_WIDTH = 32 };

static float element(enum tn_transpose trans, const float *x, int64_t ld, int64_t i, int64_t j) {
  return trans == TN_TRANS ? x[j * ld + i] : x[i * ld + j];
}

/* Rows i0.., columns p0.. of op(A), as panels of TN_MR rows, zero-padded. */
static void pack_a(enum tn_transpose trans, const float *a, int64_t lda, int64_t i0, int64_t mc,
                   int64_t p0, int64_t kc, float *out) {
  for (int64_t i = 0; i < mc; i += TN_MR) {
    for (int64_t p = 0; p < kc; p++) {
      for (int64_t r = 0; r < TN_MR; r++) {
        out[p * TN_MR + r] = i + r < mc ? element(trans, a, lda, i0 + i + r, p0 + p) : 0;
      }
    }
    out += TN_MR * kc;
  }
}

static void pack_b(enum tn_transpose trans, const float *b, int64_t ldb, int64_t p0, int64_t kc,
                   int64_t j0, int64_t nc, int64_t width, float *out) {
  for (int64_t j = 0; j < nc; j += width) {
    int64_t cols = nc - j < width ? nc - j : width;
    for (int64_t p = 0; p < kc; p++) {
      for (int64_t c = 0; c < cols; c++) {
        out[p * width + c] = element(trans, b, ldb, p0 + p, j0 + j + c);
      }
      for (int64_t c = cols; c < width; c++) {
        out[p * width + c] = 0;
      }
    }
    out += width * kc;
  }
}

static void store(const float *acc, int64_t width, int64_t rows, int64_t cols, float alpha,
                  float beta, float *c, int64_t ldc) {
  for (int64_t i = 0; i < rows; i++) {
    float *row = c + i * ldc;
    const float *from = acc + i * width;
    for (int64_t j = 0; j < cols; j++) {
      row[j] = (beta == 0 ? 0 : beta * row[j]) + alpha * from[j];
    }
  }
}

static tn_micro_kernel *choose(int64_t *width) {
  *width = 16;
#if defined(TN_HAVE_AVX512)
  if (tn_simd_level() == TN_SIMD_AVX512) {
    *width = 32;
    return tn_micro_avx512;
  }
#endif
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return tn_micro_avx2;
  }
#endif
  return tn_micro_base;
}

/* One packed block of A times one packed block of B. */
static void block(tn_micro_kernel *micro, int64_t width, int64_t mc, int64_t nc, int64_t kc,
                  const float *a, const float *b, float alpha, float beta, float *c, int64_t ldc) {
  float acc[TN_MR * MAX_WIDTH];
  for (int64_t j = 0; j < nc; j += width) {
    for (int64_t i = 0; i < mc; i += TN_MR) {
      micro(kc, a + i * kc, b + j * kc, acc);
      store(acc, width, mc - i < TN_MR ? mc - i : TN_MR, nc - j < width ? nc - j : width, alpha,
            beta, c + i * ldc + j, ldc);
    }
  }
}

static void scale_only(int64_t m, int64_t n, float beta, float *c, int64_t ldc) {
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      c[i * ldc + j] = beta == 0 ? 0 : beta * c[i * ldc + j];
    }
  }
}

void tn_gemm_own(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                 int64_t k, float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                 float beta, float *c, int64_t ldc) {
  float packed_a[MC * KC], packed_b[NC * KC];
  int64_t width;
  tn_micro_kernel *micro = choose(&width);
  if (k == 0) {
    scale_only(m, n, beta, c, ldc);
    return;
  }
  for (int64_t j = 0; j < n; j += NC) {
    int64_t nc = n - j < NC ? n - j : NC;
    for (int64_t p = 0; p < k; p += KC) {
      int64_t kc = k - p < KC ? k - p : KC;
      float keep = p == 0 ? beta : 1;
      pack_b(trans_b, b, ldb, p, kc, j, nc, width, packed_b);
      for (int64_t i = 0; i < m; i += MC) {
        int64_t mc = m - i < MC ? m - i : MC;
        pack_a(trans_a, a, lda, i, mc, p, kc, packed_a);
        block(micro, width, mc, nc, kc, packed_a, packed_b, alpha, keep, c + i * ldc + j, ldc);
      }
    }
  }
}
