/* Blocked product after Goto and van de Geijn (ACM TOMS 34, 2008): panels of A and B are packed so
 * that the micro-kernel reads both in order. Buffers lie on the stack: nothing is allocated. */
#include "kernels/gemm_own.h"

#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

/* A block of A stays in the second cache, a panel of B in the first. */
enum { MC = 72, KC = 256, NC = 256, MAX_WIDTH = 32 };

/* A block of op(A) as panels of TN_MR rows, zero-padded. Both cases read along the memory
 * of A, whose corner `a` is. */
static void pack_a(enum tn_transpose trans, const float *a, int64_t lda, int64_t mc, int64_t kc,
                   float *out) {
  for (int64_t i = 0; i < mc; i += TN_MR, out += TN_MR * kc) {
    int64_t rows = mc - i < TN_MR ? mc - i : TN_MR;
    if (rows < TN_MR) {
      memset(out, 0, (size_t)(TN_MR * kc) * sizeof *out);
    }
    if (trans == TN_TRANS) {
      for (int64_t p = 0; p < kc; p++) {
        const float *from = a + p * lda + i;
        for (int64_t r = 0; r < rows; r++) {
          out[p * TN_MR + r] = from[r];
        }
      }
      continue;
    }
    for (int64_t r = 0; r < rows; r++) {
      const float *from = a + (i + r) * lda;
      for (int64_t p = 0; p < kc; p++) {
        out[p * TN_MR + r] = from[p];
      }
    }
  }
}

/* A block of op(B) as panels of `width` columns, zero-padded. */
static void pack_b(enum tn_transpose trans, const float *b, int64_t ldb, int64_t kc, int64_t nc,
                   int64_t width, float *out) {
  for (int64_t j = 0; j < nc; j += width, out += width * kc) {
    int64_t cols = nc - j < width ? nc - j : width;
    if (cols < width) {
      memset(out, 0, (size_t)(width * kc) * sizeof *out);
    }
    if (trans == TN_NO_TRANS) {
      for (int64_t p = 0; p < kc; p++) {
        memcpy(out + p * width, b + p * ldb + j, (size_t)cols * sizeof *out);
      }
      continue;
    }
    /* 16 rows of B at a time: each line of the panel is written whole before it leaves the cache */
    for (int64_t p0 = 0; p0 < kc; p0 += 16) {
      int64_t p1 = p0 + 16 < kc ? p0 + 16 : kc;
      for (int64_t c = 0; c < cols; c++) {
        const float *from = b + (j + c) * ldb;
        for (int64_t p = p0; p < p1; p++) {
          out[p * width + c] = from[p];
        }
      }
    }
  }
}

/* c = alpha acc + beta c over `cols` cells; beta 0 does not read c. */
static void store_row(const float *acc, int64_t cols, float alpha, float beta, float *c) {
  int64_t j = 0;
  for (; j + 8 <= cols; j += 8) {
    v8f sum, old;
    memcpy(&sum, acc + j, sizeof sum);
    sum *= splat8(alpha);
    if (beta != 0) {
      memcpy(&old, c + j, sizeof old);
      sum += splat8(beta) * old;
    }
    memcpy(c + j, &sum, sizeof sum);
  }
  for (; j < cols; j++) {
    c[j] = (beta == 0 ? 0 : beta * c[j]) + alpha * acc[j];
  }
}

static void store(const float *acc, int64_t width, int64_t rows, int64_t cols, float alpha,
                  float beta, float *c, int64_t ldc) {
  for (int64_t i = 0; i < rows; i++) {
    store_row(acc + i * width, cols, alpha, beta, c + i * ldc);
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
      pack_b(trans_b, trans_b == TN_TRANS ? b + j * ldb + p : b + p * ldb + j, ldb, kc, nc, width,
             packed_b);
      for (int64_t i = 0; i < m; i += MC) {
        int64_t mc = m - i < MC ? m - i : MC;
        pack_a(trans_a, trans_a == TN_TRANS ? a + p * lda + i : a + i * lda + p, lda, mc, kc,
               packed_a);
        block(micro, width, mc, nc, kc, packed_a, packed_b, alpha, keep, c + i * ldc + j, ldc);
      }
    }
  }
}
