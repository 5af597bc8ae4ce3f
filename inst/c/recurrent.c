/* Recurrent layers. */
#include <stddef.h>
#include <string.h>

typedef void activation(float *y, int n);

/* Recurrent layers read x (samples, steps, features), or from its last step on (backwards), and
 * write all outputs (samples, steps, units) (sequence) or the last. Their kernels are (features,
 * gates * units) and (units, gates * units), bias may be NULL. The states h, c (samples, units) are
 * the first ones before, the last ones afterwards. Where flags (samples, steps) are 0 the states
 * stay, and the output is that of the step before: zeros in front of all steps that count, and with
 * zero_masked. */
struct recurrence {
  int samples, steps, features, units, sequence, backwards, zero_masked;
};

/* What a step adds to: z (width) = bias + x kernel, for the gates from `gate` on. */
static void gate_inputs(const float *x, int n, const float *kernel, int width, const float *bias,
                        float *z) {
  for (int j = 0; j < width; j++) {
    z[j] = bias == NULL ? 0 : bias[j];
  }
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < width; j++) {
      z[j] += x[i] * kernel[i * width + j];
    }
  }
}

/* z (columns) += h (units) times columns of the recurrent kernel, whose rows have `width`. */
static void gate_states(const float *h, int units, const float *recurrent, int width, int columns,
                        float *z) {
  for (int i = 0; i < units; i++) {
    for (int j = 0; j < columns; j++) {
      z[j] += h[i] * recurrent[i * width + j];
    }
  }
}

/* Whether step s of a sample (in the order of reading) counts. */
static int step_counts(const struct recurrence *r, const unsigned char *flags, int sample, int s) {
  int t = r->backwards ? r->steps - 1 - s : s;
  return flags == NULL || flags[sample * r->steps + t];
}

static const float *step_input(const struct recurrence *r, const float *x, int sample, int s) {
  int t = r->backwards ? r->steps - 1 - s : s;
  return x + (sample * r->steps + t) * r->features;
}

/* Writes the output of step s; `seen`: a step up to this one counted. */
static void give_output(const struct recurrence *r, int sample, int s, int counts, int seen,
                        const float *h, float *y) {
  float *to = y + (r->sequence ? sample * r->steps + s : sample) * r->units;
  int is_zero = !seen || (r->sequence && r->zero_masked && !counts);
  for (int j = 0; (r->sequence || s == r->steps - 1) && j < r->units; j++) {
    to[j] = is_zero ? 0 : h[j];
  }
}

/* z: room for `units` floats. */
static void simple_rnn(const struct recurrence *r, const float *x, const unsigned char *flags,
                       const float *kernel, const float *recurrent, const float *bias,
                       activation *act, float *h, float *z, float *y) {
  for (int b = 0; b < r->samples; b++, h += r->units) {
    int seen = 0;
    for (int s = 0; s < r->steps; s++) {
      int counts = step_counts(r, flags, b, s);
      if (counts) {
        gate_inputs(step_input(r, x, b, s), r->features, kernel, r->units, bias, z);
        gate_states(h, r->units, recurrent, r->units, r->units, z);
        act(z, r->units);
        memcpy(h, z, (size_t)r->units * sizeof *h);
      }
      seen |= counts;
      give_output(r, b, s, counts, seen, h, y);
    }
  }
}

/* Gates input, forget, new, output; z: room for 5 * units. */
static void lstm(const struct recurrence *r, const float *x, const unsigned char *flags,
                 const float *kernel, const float *recurrent, const float *bias, activation *act,
                 activation *gate, float *h, float *c, float *z, float *y) {
  int u = r->units;
  float *bent = z + 4 * u;
  for (int b = 0; b < r->samples; b++, h += u, c += u) {
    int seen = 0;
    for (int s = 0; s < r->steps; s++) {
      int counts = step_counts(r, flags, b, s);
      if (counts) {
        gate_inputs(step_input(r, x, b, s), r->features, kernel, 4 * u, bias, z);
        gate_states(h, u, recurrent, 4 * u, 4 * u, z);
        gate(z, u);
        gate(z + u, u);
        act(z + 2 * u, u);
        gate(z + 3 * u, u);
        for (int j = 0; j < u; j++) {
          c[j] = z[u + j] * c[j] + z[j] * z[2 * u + j];
          bent[j] = c[j];
        }
        act(bent, u);
        for (int j = 0; j < u; j++) {
          h[j] = z[3 * u + j] * bent[j];
        }
      }
      seen |= counts;
      give_output(r, b, s, counts, seen, h, y);
    }
  }
}

/* Gates update, reset, new. The reset gate meets the product of the state with the recurrent
 * kernel, which has a bias of its own; z: room for 6 * units. */
static void gru(const struct recurrence *r, const float *x, const unsigned char *flags,
                const float *kernel, const float *recurrent, const float *bias, activation *act,
                activation *gate, float *h, float *z, float *y) {
  int u = r->units;
  float *q = z + 3 * u;
  for (int b = 0; b < r->samples; b++, h += u) {
    int seen = 0;
    for (int s = 0; s < r->steps; s++) {
      int counts = step_counts(r, flags, b, s);
      if (counts) {
        gate_inputs(step_input(r, x, b, s), r->features, kernel, 3 * u, bias, z);
        gate_inputs(h, u, recurrent, 3 * u, bias == NULL ? NULL : bias + 3 * u, q);
        for (int j = 0; j < 2 * u; j++) {
          z[j] += q[j];
        }
        gate(z, u);
        gate(z + u, u);
        for (int j = 0; j < u; j++) {
          z[2 * u + j] += z[u + j] * q[2 * u + j];
        }
        act(z + 2 * u, u);
        for (int j = 0; j < u; j++) {
          h[j] = z[j] * h[j] + (1 - z[j]) * z[2 * u + j];
        }
      }
      seen |= counts;
      give_output(r, b, s, counts, seen, h, y);
    }
  }
}

/* The same with the reset gate before the product; z: room for 4 * units. */
static void gru_reset_before(const struct recurrence *r, const float *x, const unsigned char *flags,
                             const float *kernel, const float *recurrent, const float *bias,
                             activation *act, activation *gate, float *h, float *z, float *y) {
  int u = r->units;
  float *q = z + 3 * u;
  for (int b = 0; b < r->samples; b++, h += u) {
    int seen = 0;
    for (int s = 0; s < r->steps; s++) {
      int counts = step_counts(r, flags, b, s);
      if (counts) {
        gate_inputs(step_input(r, x, b, s), r->features, kernel, 3 * u, bias, z);
        gate_states(h, u, recurrent, 3 * u, 2 * u, z);
        gate(z, u);
        gate(z + u, u);
        for (int j = 0; j < u; j++) {
          q[j] = z[u + j] * h[j];
        }
        gate_states(q, u, recurrent + 2 * u, 3 * u, u, z + 2 * u);
        act(z + 2 * u, u);
        for (int j = 0; j < u; j++) {
          h[j] = z[j] * h[j] + (1 - z[j]) * z[2 * u + j];
        }
      }
      seen |= counts;
      give_output(r, b, s, counts, seen, h, y);
    }
  }
}
