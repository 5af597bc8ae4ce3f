/* Single precision matrix product behind two doors. tn_gemm() is our own blocked kernel, whose rows have
 * the same bits whatever rows stand beside them; outputs are made with it. tn_gemm_gradient() is that or,
 * when selected, OpenBLAS, whose rows do not (measured with its kernels for Haswell and later). Row-major.
 * The grid of tiles that threads share depends on the shapes only. */
#ifndef TN_KERNELS_GEMM_H
#define TN_KERNELS_GEMM_H

#include <stdint.h>

enum tn_gemm_backend { TN_GEMM_OWN = 0, TN_GEMM_OPENBLAS = 1 };
enum tn_transpose { TN_NO_TRANS = 0, TN_TRANS = 1 };

/* C (m,n) = alpha * op(A) (m,k) * op(B) (k,n) + beta * C; ld* are row strides. With beta 0 C is
 * never read. Any size may be 0. */
void tn_gemm(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n, int64_t k,
             float alpha, const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
             float *c, int64_t ldc);
/* The same for gradients, by the selected backend. */
void tn_gemm_gradient(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                      int64_t k, float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                      float beta, float *c, int64_t ldc);

/* y (m) = A (m,n) x, and outer products use tn_gemm with a size of 1. */

/* The backend of gradients: our own until another is selected. */
enum tn_gemm_backend tn_gemm_current(void);
/* 1 if the backend is part of this build and was set, else 0. */
int tn_gemm_select(enum tn_gemm_backend backend);
/* "own kernel (AVX2)"; "OpenBLAS 0.3.21 (...)", NULL where it is not part of the build. */
const char *tn_gemm_describe(enum tn_gemm_backend backend);

/* OpenBLAS keeps one thread inside a slice: enter returns the old number, leave restores it. */
int tn_gemm_enter(void);
void tn_gemm_leave(int before);

#endif
