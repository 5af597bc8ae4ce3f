/* Blocked product after Goto and van de Geijn (ACM TOMS 34, 2008): panels of A and B are packed so
 * that the micro-kernel reads both in order. Buffers lie on the stack: nothing is allocated. */
#include "kernels/gemm_own.h"

#include <string.h>

#include "kernels/gemm_micro.h"
#include "kernels/v8.h"

/* A block of A stays in the second cache, a panel of B in the first. */
enum { MC = 72, KC = 256, NC = 256 };

/* 16 floats in the machine's registers: for a copy of that size compilers take an instruction that is
 * slow to begin. */
static inline void copy16(const float *from, float *to) {
  v4f a, b, c, d;
  memcpy(&a, from, sizeof a);
  memcpy(&b, from + 4, sizeof b);
  memcpy(&c, from + 8, sizeof c);
  memcpy(&d, from + 12, sizeof d);
  memcpy(to, &a, sizeof a);
  memcpy(to + 4, &b, sizeof b);
  memcpy(to + 8, &c, sizeof c);
  memcpy(to + 12, &d, sizeof d);
}

/* Whole panels of TN_MR columns of A; each of its rows is read once. */
static void pack_columns(const float *a, int64_t lda, int64_t panels, int64_t kc, float *out) {
  for (int64_t p = 0; p < kc; p++) {
    for (int64_t i = 0; i < panels; i++) {
      memcpy(out + i * TN_MR * kc + p * TN_MR, a + p * lda + i * TN_MR, TN_MR * sizeof *out);
    }
  }
}

/* A whole panel of TN_MR rows of A, written in order. */
static void pack_rows(const float *a, int64_t lda, int64_t kc, float *out) {
  for (int64_t p = 0; p < kc; p++, a++, out += TN_MR) {
    out[0] = a[0];
    out[1] = a[lda];
    out[2] = a[2 * lda];
    out[3] = a[3 * lda];
    out[4] = a[4 * lda];
    out[5] = a[5 * lda];
  }
}

/* A block of op(A) as panels of TN_MR rows, zero-padded, from the corner `a` of A on. */
static void pack_a(enum tn_transpose trans, const float *a, int64_t lda, int64_t mc, int64_t kc,
                   float *out) {
  int64_t whole = mc / TN_MR, rest = mc % TN_MR;
  if (trans == TN_TRANS) {
    pack_columns(a, lda, whole, kc, out);
  } else {
    for (int64_t i = 0; i < whole; i++) {
      pack_rows(a + i * TN_MR * lda, lda, kc, out + i * TN_MR * kc);
    }
  }
  if (rest == 0) {
    return;
  }
  out += whole * TN_MR * kc;
  a += whole * TN_MR * (trans == TN_TRANS ? 1 : lda);
  for (int64_t p = 0; p < kc; p++, out += TN_MR) {
    for (int64_t r = 0; r < TN_MR; r++) {
      out[r] = r >= rest ? 0 : trans == TN_TRANS ? a[p * lda + r] : a[r * lda + p];
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
        const float *from = b + p * ldb + j;
        int64_t c = 0;
        for (; c + 16 <= cols; c += 16) {
          copy16(from + c, out + p * width + c);
        }
        for (; c < cols; c++) {
          out[p * width + c] = from[c];
        }
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

/* One packed block of A times one packed block of B. */
static void block(const struct tn_micro *micro, int64_t mc, int64_t nc, int64_t kc, const float *a,
                  const float *b, float alpha, float beta, float *c, int64_t ldc) {
  float acc[TN_MR * TN_WIDEST_PANEL];
  int64_t width = micro->width;
  for (int64_t j = 0; j < nc; j += width) {
    for (int64_t i = 0; i < mc; i += TN_MR) {
      micro->tile(kc, a + i * kc, b + j * kc, acc);
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
  const struct tn_micro *micro = tn_micro_now();
  if (k == 0) {
    scale_only(m, n, beta, c, ldc);
    return;
  }
  for (int64_t j = 0; j < n; j += NC) {
    int64_t nc = n - j < NC ? n - j : NC;
    for (int64_t p = 0; p < k; p += KC) {
      int64_t kc = k - p < KC ? k - p : KC;
      float keep = p == 0 ? beta : 1;
      pack_b(trans_b, trans_b == TN_TRANS ? b + j * ldb + p : b + p * ldb + j, ldb, kc, nc,
             micro->width, packed_b);
      for (int64_t i = 0; i < m; i += MC) {
        int64_t mc = m - i < MC ? m - i : MC;
        pack_a(trans_a, trans_a == TN_TRANS ? a + p * lda + i : a + i * lda + p, lda, mc, kc,
               packed_a);
        block(micro, mc, nc, kc, packed_a, packed_b, alpha, keep, c + i * ldc + j, ldc);
      }
    }
  }
}
