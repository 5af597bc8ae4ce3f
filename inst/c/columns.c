#include <math.h>

/* Columns of a data frame as numbers. Levels of factors come as numbers from 0. */

/* The row that a table has for a level; its last entry is for levels that it does not have. */
static float level_row(float level, const float *table, int levels) {
  return table[level >= 0 && level < (float)levels ? (int)level : levels];
}

/* Whether a value is among some. */
static int is_among(float x, const float *known, int n) {
  int i;
  for (i = 0; i < n; i++)
    if (known[i] == x) return 1;
  return 0;
}

/* As good as x near 0, never beyond 3. */
static float smooth_clip(float x) { return 3 * (x / hypotf(3, x)); }

/* Probabilities of both labels from that of the second. */
static void both_labels(const float *x, float *y) {
  y[1] = x[0];
  y[0] = 1 - y[1];
}
