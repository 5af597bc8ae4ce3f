/* Stirling's series from 10 on, to which smaller x are brought by gamma(x + 1) = x gamma(x). The C
 * library's lgamma() writes a sign that all threads share. */
#include "kernels/gamma_function.h"

#include <math.h>

enum { FAR = 10 };

double tn_log_gamma(double x) {
  const double half_log_two_pi = 0.91893853320467274178;
  double product = 1, r;
  for (; x < FAR; x++) {
    product *= x;
  }
  r = 1 / (x * x);
  return (x - 0.5) * log(x) - x + half_log_two_pi +
         (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / x - log(product);
}

double tn_digamma(double x) {
  double sum = 0, r;
  for (; x < FAR; x++) {
    sum += 1 / x;
  }
  r = 1 / (x * x);
  return log(x) - 0.5 / x - r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r / 240))) - sum;
}
