/* Places of a tensor's cells in memory. */

/* Some axes of a tensor, the innermost last: sizes, and steps in memory from one cell to the next
 * (0 where a cell is read again and again). */
struct walk {
  int axes;
  int size[6];
  int step[6];
};

/* Where cell number i of a walk lies. */
static int place(const struct walk *w, int i) {
  int at = 0;
  for (int k = w->axes - 1; k > 0; k--) {
    at += i % w->size[k] * w->step[k];
    i /= w->size[k];
  }
  return at + i * w->step[0];
}
