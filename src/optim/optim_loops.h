/* Update loops, written once and compiled for each instruction set: the including file defines
 * TN_LOOP(name) and TN_LOOP_TARGET. No include guard: it is included several times. */

#define LOOP_HEAD(name)                                                                      \
  TN_LOOP_TARGET static void TN_LOOP(name)(const struct tn_rates *r, int64_t n,              \
                                           float *restrict w, const float *restrict g,      \
                                           float *const *s)

LOOP_HEAD(sgd) {
  const float lr = r->lr;
  (void)s;
  for (int64_t i = 0; i < n; i++) {
    w[i] -= lr * g[i];
  }
}

LOOP_HEAD(sgd_momentum) {
  const float lr = r->lr, momentum = r->momentum;
  float *restrict m = s[0];
  for (int64_t i = 0; i < n; i++) {
    m[i] = momentum * m[i] - lr * g[i];
    w[i] += m[i];
  }
}

LOOP_HEAD(sgd_nesterov) {
  const float lr = r->lr, momentum = r->momentum;
  float *restrict m = s[0];
  for (int64_t i = 0; i < n; i++) {
    float step = lr * g[i];
    m[i] = momentum * m[i] - step;
    w[i] += momentum * m[i] - step;
  }
}

LOOP_HEAD(rmsprop) {
  const float lr = r->lr, rho = r->rho, gain = r->gain_2, epsilon = r->epsilon;
  float *restrict v = s[0];
  for (int64_t i = 0; i < n; i++) {
    v[i] = rho * v[i] + gain * g[i] * g[i];
    w[i] -= lr * g[i] / sqrtf(v[i] + epsilon);
  }
}

LOOP_HEAD(rmsprop_momentum) {
  const float lr = r->lr, rho = r->rho, gain = r->gain_2, epsilon = r->epsilon;
  const float momentum = r->momentum;
  float *restrict v = s[0], *restrict m = s[1];
  for (int64_t i = 0; i < n; i++) {
    v[i] = rho * v[i] + gain * g[i] * g[i];
    m[i] = momentum * m[i] + lr * g[i] / sqrtf(v[i] + epsilon);
    w[i] -= m[i];
  }
}

LOOP_HEAD(rmsprop_centered) {
  const float lr = r->lr, rho = r->rho, gain = r->gain_2, epsilon = r->epsilon;
  float *restrict v = s[0], *restrict a = s[1];
  for (int64_t i = 0; i < n; i++) {
    v[i] = rho * v[i] + gain * g[i] * g[i];
    a[i] = rho * a[i] + gain * g[i];
    w[i] -= lr * g[i] / sqrtf(v[i] - a[i] * a[i] + epsilon);
  }
}

LOOP_HEAD(rmsprop_centered_momentum) {
  const float lr = r->lr, rho = r->rho, gain = r->gain_2, epsilon = r->epsilon;
  const float momentum = r->momentum;
  float *restrict v = s[0], *restrict a = s[1], *restrict m = s[2];
  for (int64_t i = 0; i < n; i++) {
    v[i] = rho * v[i] + gain * g[i] * g[i];
    a[i] = rho * a[i] + gain * g[i];
    m[i] = momentum * m[i] + lr * g[i] / sqrtf(v[i] - a[i] * a[i] + epsilon);
    w[i] -= m[i];
  }
}

LOOP_HEAD(adam) {
  const float lr = r->lr, b1 = r->momentum, g1 = r->gain_1, b2 = r->rho, g2 = r->gain_2;
  const float epsilon = r->epsilon;
  float *restrict m = s[0], *restrict v = s[1];
  for (int64_t i = 0; i < n; i++) {
    m[i] = b1 * m[i] + g1 * g[i];
    v[i] = b2 * v[i] + g2 * g[i] * g[i];
    w[i] -= lr * m[i] / (sqrtf(v[i]) + epsilon);
  }
}

LOOP_HEAD(adam_amsgrad) {
  const float lr = r->lr, b1 = r->momentum, g1 = r->gain_1, b2 = r->rho, g2 = r->gain_2;
  const float epsilon = r->epsilon;
  float *restrict m = s[0], *restrict v = s[1], *restrict top = s[2];
  for (int64_t i = 0; i < n; i++) {
    m[i] = b1 * m[i] + g1 * g[i];
    v[i] = b2 * v[i] + g2 * g[i] * g[i];
    top[i] = v[i] > top[i] ? v[i] : top[i];
    w[i] -= lr * m[i] / (sqrtf(top[i]) + epsilon);
  }
}

LOOP_HEAD(adamax) {
  const float lr = r->lr, b1 = r->momentum, g1 = r->gain_1, b2 = r->rho, epsilon = r->epsilon;
  float *restrict m = s[0], *restrict u = s[1];
  for (int64_t i = 0; i < n; i++) {
    float size = g[i] < 0 ? -g[i] : g[i], decayed = b2 * u[i];
    m[i] = b1 * m[i] + g1 * g[i];
    u[i] = size > decayed ? size : decayed;
    w[i] -= lr * m[i] / (u[i] + epsilon);
  }
}

LOOP_HEAD(nadam) {
  const float lr = r->lr, b1 = r->momentum, g1 = r->gain_1, b2 = r->rho, g2 = r->gain_2;
  const float epsilon = r->epsilon, of_m = r->a, of_g = r->b, correction = r->correction;
  float *restrict m = s[0], *restrict v = s[1];
  for (int64_t i = 0; i < n; i++) {
    m[i] = b1 * m[i] + g1 * g[i];
    v[i] = b2 * v[i] + g2 * g[i] * g[i];
    w[i] -= lr * (of_m * m[i] + of_g * g[i]) / (sqrtf(v[i] * correction) + epsilon);
  }
}

LOOP_HEAD(adagrad) {
  const float lr = r->lr, epsilon = r->epsilon;
  float *restrict a = s[0];
  for (int64_t i = 0; i < n; i++) {
    a[i] += g[i] * g[i];
    w[i] -= lr * g[i] / sqrtf(a[i] + epsilon);
  }
}

LOOP_HEAD(adadelta) {
  const float lr = r->lr, rho = r->rho, gain = r->gain_2, epsilon = r->epsilon;
  float *restrict a = s[0], *restrict e = s[1];
  for (int64_t i = 0; i < n; i++) {
    a[i] = rho * a[i] + gain * g[i] * g[i];
    float d = -sqrtf(e[i] + epsilon) / sqrtf(a[i] + epsilon) * g[i];
    e[i] = rho * e[i] + gain * d * d;
    w[i] += lr * d;
  }
}

/* One step without a gradient, w -= lr m / (root of the divisor + epsilon). Returns whether a weight
 * changed: once none does, no later step will, as every step is smaller than the one before. */
#define IDLE_HEAD(name)                                                                      \
  TN_LOOP_TARGET static int TN_LOOP(name)(const struct tn_rates *r, int64_t n,               \
                                          float *restrict w, float *restrict m,              \
                                          float *restrict v, const float *restrict top)

IDLE_HEAD(idle_adam) {
  const float lr = r->lr, b1 = r->momentum, b2 = r->rho, epsilon = r->epsilon;
  int moved = 0;
  (void)top;
  for (int64_t i = 0; i < n; i++) {
    m[i] *= b1;
    v[i] *= b2;
    float next = w[i] - lr * m[i] / (sqrtf(v[i]) + epsilon);
    moved |= next != w[i];
    w[i] = next;
  }
  return moved;
}

IDLE_HEAD(idle_amsgrad) {
  const float lr = r->lr, b1 = r->momentum, b2 = r->rho, epsilon = r->epsilon;
  int moved = 0;
  for (int64_t i = 0; i < n; i++) {
    m[i] *= b1;
    v[i] *= b2;
    float next = w[i] - lr * m[i] / (sqrtf(top[i]) + epsilon);
    moved |= next != w[i];
    w[i] = next;
  }
  return moved;
}

IDLE_HEAD(idle_adamax) {
  const float lr = r->lr, b1 = r->momentum, b2 = r->rho, epsilon = r->epsilon;
  int moved = 0;
  (void)top;
  for (int64_t i = 0; i < n; i++) {
    m[i] *= b1;
    v[i] *= b2;
    float next = w[i] - lr * m[i] / (v[i] + epsilon);
    moved |= next != w[i];
    w[i] = next;
  }
  return moved;
}

IDLE_HEAD(idle_nadam) {
  const float lr = r->lr * r->a, b1 = r->momentum, b2 = r->rho, epsilon = r->epsilon;
  const float correction = r->correction;
  int moved = 0;
  (void)top;
  for (int64_t i = 0; i < n; i++) {
    m[i] *= b1;
    v[i] *= b2;
    float next = w[i] - lr * m[i] / (sqrtf(v[i] * correction) + epsilon);
    moved |= next != w[i];
    w[i] = next;
  }
  return moved;
}

#undef IDLE_HEAD
#undef LOOP_HEAD

static const struct tn_update_loops TN_LOOP(table) = {
    TN_LOOP(sgd), TN_LOOP(sgd_momentum), TN_LOOP(sgd_nesterov), TN_LOOP(rmsprop),
    TN_LOOP(rmsprop_momentum), TN_LOOP(rmsprop_centered), TN_LOOP(rmsprop_centered_momentum),
    TN_LOOP(adam), TN_LOOP(adam_amsgrad), TN_LOOP(adamax), TN_LOOP(nadam), TN_LOOP(adagrad),
    TN_LOOP(adadelta), TN_LOOP(idle_adam), TN_LOOP(idle_amsgrad), TN_LOOP(idle_adamax),
    TN_LOOP(idle_nadam)};
