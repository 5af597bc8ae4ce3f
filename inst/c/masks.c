/* Masks: one flag for each cell of the first axes, 0 where it does not count. */
#include "walk.h"

static void flag_unequal(const float *x, float value, unsigned char *flags, int n) {
  for (int i = 0; i < n; i++) {
    flags[i] = x[i] != value;
  }
}

/* Steps whose features all equal value become zeros and do not count. */
static void mask_steps(float *y, unsigned char *flags, int steps, int features, float value) {
  for (int i = 0; i < steps; i++, y += features) {
    flags[i] = 0;
    for (int j = 0; j < features; j++) {
      flags[i] |= y[j] != value;
    }
    for (int j = 0; j < features; j++) {
      y[j] = flags[i] ? y[j] : 0;
    }
  }
}

/* Where flags of a walk are 0, those of another one become 0, too. */
static void mask_also(const unsigned char *from, const struct walk *in_from, unsigned char *to,
                      const struct walk *in_to, int n) {
  for (int i = 0; i < n; i++) {
    to[place(in_to, i)] &= from[place(in_from, i)];
  }
}

/* A step counts when any of its parts does. */
static void mask_any(const unsigned char *from, unsigned char *to, int steps, int parts) {
  for (int i = 0; i < steps; i++) {
    to[i] = 0;
    for (int j = 0; j < parts; j++) {
      to[i] |= from[i * parts + j];
    }
  }
}
