/* Activations of n values in place. */
#include <math.h>

static void relu(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] < 0 ? 0 : y[i];
  }
}

/* Above max_value it is that, below the threshold a line of slope alpha. */
static void bent_relu(float *y, int n, float alpha, float max_value, float threshold) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] >= max_value ? max_value : y[i] >= threshold ? y[i] : alpha * (y[i] - threshold);
  }
}

static void leaky_relu(float *y, int n, float alpha) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] > 0 ? y[i] : alpha * y[i];
  }
}

static void thresholded_relu(float *y, int n, float threshold) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] > threshold ? y[i] : 0;
  }
}

static void elu(float *y, int n, float alpha) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] > 0 ? y[i] : alpha * expm1f(y[i]);
  }
}

static void selu(float *y, int n, float alpha) {
  for (int i = 0; i < n; i++) {
    y[i] = 1.05070099f * (y[i] > 0 ? y[i] : alpha * expm1f(y[i]));
  }
}

static void sigmoid(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = 1 / (1 + expf(-y[i]));
  }
}

static void hard_sigmoid(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = fminf(fmaxf(0.2f * y[i] + 0.5f, 0), 1);
  }
}

static void hard_sigmoid_keras3(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = fminf(fmaxf(y[i] / 6 + 0.5f, 0), 1);
  }
}

static void hyperbolic_tangent(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = tanhf(y[i]);
  }
}

static void softplus(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = (y[i] > 0 ? y[i] : 0) + log1pf(expf(-fabsf(y[i])));
  }
}

static void softsign(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] /= 1 + fabsf(y[i]);
  }
}

static void exponential(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = expf(y[i]);
  }
}

static void gelu(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] *= 0.5f * erfcf(-0.707106781f * y[i]);
  }
}

static void swish(float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] /= 1 + expf(-y[i]);
  }
}

/* x tanh(log(1 + e^x)), by t = e^-|x|. */
static void mish(float *y, int n) {
  for (int i = 0; i < n; i++) {
    float t = expf(-fabsf(y[i])), part = y[i] > 0 ? 1 + 2 * t : t * (t + 2);
    y[i] *= part / (part + (y[i] > 0 ? 2 * t * t : 2));
  }
}

static void softmax(float *y, int n) {
  float top = y[0], sum = 0;
  for (int i = 1; i < n; i++) {
    top = fmaxf(top, y[i]);
  }
  for (int i = 0; i < n; i++) {
    y[i] = expf(y[i] - top);
    sum += y[i];
  }
  for (int i = 0; i < n; i++) {
    y[i] /= sum;
  }
}

static void softmax_rows(float *y, int rows, int n) {
  for (int i = 0; i < rows; i++) {
    softmax(y + i * n, n);
  }
}

/* Along an axis of n cells that lie `inner` apart. */
static void softmax_along(float *y, int outer, int n, int inner) {
  for (int i = 0; i < outer * inner; i++) {
    float *line = y + i / inner * n * inner + i % inner, top = line[0], sum = 0;
    for (int j = 1; j < n; j++) {
      top = fmaxf(top, line[j * inner]);
    }
    for (int j = 0; j < n; j++) {
      line[j * inner] = expf(line[j * inner] - top);
      sum += line[j * inner];
    }
    for (int j = 0; j < n; j++) {
      line[j * inner] /= sum;
    }
  }
}
