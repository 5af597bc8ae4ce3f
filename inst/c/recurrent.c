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

/* The weights of a layer, its functions (of the outputs, of the gates) and room for a step. */
struct recurrent_cell {
  const float *kernel, *recurrent, *bias;
  activation *act, *gate;
  float *z;
};

/* One step of one sample: h and c become those after it. */
typedef void recurrent_step(const struct recurrent_cell *cell, int features, int units, const float *x,
                            float *h, float *c);

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

/* All steps of all samples; c is NULL where a cell has no second state. */
static void recur(const struct recurrence *r, recurrent_step *step, const struct recurrent_cell *cell,
                  const float *x, const unsigned char *flags, float *h, float *c, float *y) {
  for (int b = 0; b < r->samples; b++, h += r->units, c = c == NULL ? NULL : c + r->units) {
    int seen = 0;
    for (int s = 0; s < r->steps; s++) {
      int counts = step_counts(r, flags, b, s);
      if (counts) {
        step(cell, r->features, r->units, step_input(r, x, b, s), h, c);
      }
      seen |= counts;
      give_output(r, b, s, counts, seen, h, y);
    }
  }
}

/* z: room for `units` floats. */
static void simple_rnn(const struct recurrent_cell *cell, int features, int units, const float *x, float *h,
                       float *c) {
  (void)c;
  gate_inputs(x, features, cell->kernel, units, cell->bias, cell->z);
  gate_states(h, units, cell->recurrent, units, units, cell->z);
  cell->act(cell->z, units);
  memcpy(h, cell->z, (size_t)units * sizeof *h);
}

/* Gates input, forget, new, output; z: room for 5 * units. */
static void lstm(const struct recurrent_cell *cell, int features, int u, const float *x, float *h, float *c) {
  float *z = cell->z, *bent = z + 4 * u;
  gate_inputs(x, features, cell->kernel, 4 * u, cell->bias, z);
  gate_states(h, u, cell->recurrent, 4 * u, 4 * u, z);
  cell->gate(z, u);
  cell->gate(z + u, u);
  cell->act(z + 2 * u, u);
  cell->gate(z + 3 * u, u);
  for (int j = 0; j < u; j++) {
    c[j] = z[u + j] * c[j] + z[j] * z[2 * u + j];
    bent[j] = c[j];
  }
  cell->act(bent, u);
  for (int j = 0; j < u; j++) {
    h[j] = z[3 * u + j] * bent[j];
  }
}

/* The state between the old one and the new, by the update gate; z: update, reset, new. */
static void blend_state(const struct recurrent_cell *cell, int u, float *h) {
  float *z = cell->z;
  cell->act(z + 2 * u, u);
  for (int j = 0; j < u; j++) {
    h[j] = z[j] * h[j] + (1 - z[j]) * z[2 * u + j];
  }
}

/* Gates update, reset, new. The reset gate meets the product of the state with the recurrent
 * kernel, which has a bias of its own; z: room for 6 * units. */
static void gru(const struct recurrent_cell *cell, int features, int u, const float *x, float *h, float *c) {
  float *z = cell->z, *q = z + 3 * u;
  (void)c;
  gate_inputs(x, features, cell->kernel, 3 * u, cell->bias, z);
  gate_inputs(h, u, cell->recurrent, 3 * u, cell->bias == NULL ? NULL : cell->bias + 3 * u, q);
  for (int j = 0; j < 2 * u; j++) {
    z[j] += q[j];
  }
  cell->gate(z, u);
  cell->gate(z + u, u);
  for (int j = 0; j < u; j++) {
    z[2 * u + j] += z[u + j] * q[2 * u + j];
  }
  blend_state(cell, u, h);
}

/* The same with the reset gate before the product; z: room for 4 * units. */
static void gru_reset_before(const struct recurrent_cell *cell, int features, int u, const float *x, float *h,
                             float *c) {
  float *z = cell->z, *q = z + 3 * u;
  (void)c;
  gate_inputs(x, features, cell->kernel, 3 * u, cell->bias, z);
  gate_states(h, u, cell->recurrent, 3 * u, 2 * u, z);
  cell->gate(z, u);
  cell->gate(z + u, u);
  for (int j = 0; j < u; j++) {
    q[j] = z[u + j] * h[j];
  }
  gate_states(q, u, cell->recurrent + 2 * u, 3 * u, u, z + 2 * u);
  blend_state(cell, u, h);
}
