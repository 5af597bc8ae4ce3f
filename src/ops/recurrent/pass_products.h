/* What a pass multiplies: over all steps at once where steps do not depend on each other, with the packed
 * kernel inside a step; and its dropout. */
#ifndef TN_OPS_RECURRENT_PASS_PRODUCTS_H
#define TN_OPS_RECURRENT_PASS_PRODUCTS_H

#include "ops/recurrent/pass.h"

/* Draws the masks of dropout; p->x_mask and p->h_mask say which there are. */
void tn_pass_draw(const struct tn_pass *p);
/* x in the order of steps, z = x kernel + bias. */
void tn_pass_inputs(const struct tn_pass *p);
/* Gradients of kernel, its bias and x from z. */
void tn_pass_input_gradients(const struct tn_pass *p);

/* Packs the recurrent kernel for the products below. */
void tn_pass_pack(const struct tn_pass *p);
/* out (n,count*U), rows `ld` apart: (+)= a (n,U) U_g for `count` gates from `gate`, with the dropout
 * of the state when `masked`. */
void tn_pass_state_product(const struct tn_pass *p, int gate, int count, const float *a,
                           int64_t from, int64_t n, int masked, int add, float *out, int64_t ld);
/* out (n,U) (+)= dz t(U_g) */
void tn_pass_state_slopes(const struct tn_pass *p, int gate, int count, const float *dz,
                          int64_t ld, int64_t from, int64_t n, int masked, int add, float *out);
/* recurrent kernel gradient += t(a) dz over all steps, a (T,B,U). */
void tn_pass_state_kernel(const struct tn_pass *p, int gate, int count, const float *a,
                          const float *dz, int64_t ld, int masked);
/* The dropout of the state that a gate sees: out (n,U) *= mask. */
void tn_pass_drop_state(const struct tn_pass *p, int gate, int64_t from, int64_t n, float *out);
/* g (n) += column sums of y (T,B,n), rows `ld` apart. */
void tn_pass_bias(const struct tn_pass *p, int64_t n, const float *y, int64_t ld, float *g);

#endif
