/* Columns of a data frame as numbers. Levels of factors come as numbers from 0. */

/* The row that a table has for a level; its last entry is for levels that it does not have. */
static float level_row(float level, const float *table, int levels) {
  return table[level >= 0 && level < (float)levels ? (int)level : levels];
}

/* Probabilities of both labels from that of the second. */
static void both_labels(const float *x, float *y) {
  y[1] = x[0];
  y[0] = 1 - y[1];
}
