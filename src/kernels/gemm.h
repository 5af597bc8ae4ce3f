/* Single precision matrix product behind two doors. tn_gemm() is our own blocked kernel; outputs are made
 * with it. tn_gemm_gradient() is that or, when selected, OpenBLAS. Row-major. The bands that threads share
 * change no bit; those of OpenBLAS depend on the shapes only.
 *
 * Of our own every cell of C is one chain of fused multiply-adds, c = fma(a, b, c) over k upwards from 0 or,
 * with `add`, from what C holds. So its bits are the same whatever rows and columns stand beside it and on
 * every processor with that instruction (others multiply, then add). OpenBLAS keeps no such promise (measured
 * with its kernels for Haswell and later). */
#ifndef TN_KERNELS_GEMM_H
#define TN_KERNELS_GEMM_H

#include <stdint.h>

enum tn_gemm_backend { TN_GEMM_OWN = 0, TN_GEMM_OPENBLAS = 1 };
enum tn_transpose { TN_NO_TRANS = 0, TN_TRANS = 1 };

/* C (m,n) = op(A) (m,k) op(B) (k,n), added to C when `add`; else C is never read. ld* are row strides. Any
 * size may be 0. */
void tn_gemm(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n, int64_t k,
             const float *a, int64_t lda, const float *b, int64_t ldb, int add, float *c,
             int64_t ldc);
/* The same for gradients, by the selected backend. */
void tn_gemm_gradient(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                      int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, int add,
                      float *c, int64_t ldc);

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
