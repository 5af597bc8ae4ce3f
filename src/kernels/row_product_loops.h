/* Products of rows, compiled for each instruction set as kernels/vector_loops.h is: 16 channels in two
 * registers, then 8, then one by one. */

TN_LOOP_TARGET static void TN_LOOP(products)(int64_t channels, int64_t n, const float *const *a,
                                             const float *const *b, const float *start, float *y) {
  int64_t c = 0;
  for (; c + 16 <= channels; c += 16) {
    v8f s0, s1, a0, a1, b0, b1;
    memcpy(&s0, start + c, sizeof s0);
    memcpy(&s1, start + c + 8, sizeof s1);
    for (int64_t i = 0; i < n; i++) {
      memcpy(&a0, a[i] + c, sizeof a0);
      memcpy(&a1, a[i] + c + 8, sizeof a1);
      memcpy(&b0, b[i] + c, sizeof b0);
      memcpy(&b1, b[i] + c + 8, sizeof b1);
      s0 = FMA8(a0, b0, s0);
      s1 = FMA8(a1, b1, s1);
    }
    memcpy(y + c, &s0, sizeof s0);
    memcpy(y + c + 8, &s1, sizeof s1);
  }
  for (; c + 8 <= channels; c += 8) {
    v8f s, u, v;
    memcpy(&s, start + c, sizeof s);
    for (int64_t i = 0; i < n; i++) {
      memcpy(&u, a[i] + c, sizeof u);
      memcpy(&v, b[i] + c, sizeof v);
      s = FMA8(u, v, s);
    }
    memcpy(y + c, &s, sizeof s);
  }
  for (; c < channels; c++) {
    float s = start[c];
    for (int64_t i = 0; i < n; i++) {
      s = FMA1(a[i][c], b[i][c], s);
    }
    y[c] = s;
  }
}

static const struct loops TN_LOOP(table) = {TN_LOOP(products)};
