/* The logarithm of the gamma function and its slope, for x > 0. */
#ifndef TN_KERNELS_GAMMA_FUNCTION_H
#define TN_KERNELS_GAMMA_FUNCTION_H

double tn_log_gamma(double x);
double tn_digamma(double x);

#endif
