/* Cox's partial likelihood of a batch, ties after Efron. */
#ifndef TN_KERNELS_COX_H
#define TN_KERNELS_COX_H

#include <stdint.h>

/* n rows: p the log of the hazard ratio, y the time, below 0 where the row was censored at -y.
 * value: of each row, minus its part of the log partial likelihood; 0 of censored ones, NaN of time NaN.
 * work: tn_cox_work(n) floats, for tn_cox_gradient() too. */
void tn_cox(int64_t n, const float *y, const float *p, float *value, float *work);
/* dp: gradient of the sum of up[i] value[i]. work: as tn_cox() left it for these y and p. */
void tn_cox_gradient(int64_t n, const float *y, const float *p, const float *up, float *dp,
                     float *work);
int64_t tn_cox_work(int64_t n);

#endif
