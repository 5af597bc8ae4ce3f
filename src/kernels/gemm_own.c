/* Blocked product after Goto and van de Geijn (ACM TOMS 34, 2008): a block of B is packed into panels, each
 * band of A is multiplied with all of them. What is small, or read by few bands, is read where it lies. A
 * product whose transpose is cheaper is computed so. Buffers lie on the stack: nothing is allocated. */
#include "kernels/gemm_own.h"

#include <stddef.h>
#include <string.h>

#include "kernels/gemm_micro.h"
#include "kernels/gemm_pack.h"
#include "kernels/transpose.h"

/* Sizes in floats. `KC` cells of each row of a band and a panel of B stay in the first cache, a block of B
 * in the second. */
enum { KC = 256, BLOCK_OF_B = 512 * KC, FIRST_CACHE = 8192, SECOND_CACHE = 256 * 1024 };
/* Rows of a packed band lie so far apart that they do not fall on the same lines of the cache. */
enum { PACKED_ROW = KC + 16 };
/* B is not packed for so few rows, A not for so few panels. */
enum { FEW_ROWS = 36, FEW_PANELS = 4 };
/* What is turned at a time. */
enum { TURNED_ROWS = 48, TURNED_COLUMNS = 128 };

struct operand {
  enum tn_transpose trans;
  const float *x;
  int64_t ld;
};

struct product {
  struct operand a, b;
  int64_t m, n, k;
  float *c;
  int64_t ldc;
  int add, turned; /* turned: what lies at c is the transpose of C */
};

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t pieces(int64_t n, int64_t size) { return (n + size - 1) / size; }

static const float *cell(const struct operand *o, int64_t i, int64_t j) {
  return o->trans == TN_TRANS ? o->x + j * o->ld + i : o->x + i * o->ld + j;
}

/* ---- by bands and blocks ------------------------------------------------------------------------ */

/* The rows of A of a band, packed into `room` unless that is NULL. */
static void take_rows(const struct operand *a, int64_t i, int64_t p, float *room, struct tn_band *w) {
  w->a = cell(a, i, p);
  w->lda = a->ld;
  if (room == NULL) {
    return;
  }
  if (a->trans == TN_TRANS) {
    tn_gemm_pack(TN_NO_TRANS, w->k, w->rows, w->a, a->ld, w->rows, room);
    w->lda = w->rows;
  } else {
    for (int r = 0; r < w->rows; r++) {
      memcpy(room + r * PACKED_ROW, w->a + r * a->ld, (size_t)w->k * sizeof *room);
    }
    w->lda = PACKED_ROW;
  }
  w->a = room;
}

/* Rows i to i + m - 1 by one block of B, in bands as high as can be, the last two alike. */
static void bands(const struct product *g, int64_t i, int64_t m, int64_t p, int pack_a,
                  struct tn_band *w) {
  float room[TN_MOST_ROWS * PACKED_ROW];
  const struct tn_micro *micro = tn_micro_now();
  for (int64_t left = m; left > 0; left -= w->rows) {
    int64_t half = (left + 1) / 2;
    w->rows = left > 2 * micro->rows ? micro->rows : (int)(left > micro->rows ? half : left);
    take_rows(&g->a, i, p, pack_a ? room : NULL, w);
    micro->band[g->a.trans == TN_TRANS ? TN_COLUMNS_LIE : TN_ROWS_LIE](w);
    i += w->rows;
    w->c += w->rows * w->ldc;
  }
}

/* The same for all rows of a turned product, from column j of C on. */
static void turned_bands(const struct product *g, int64_t j, int64_t p, int pack_a,
                         struct tn_band *w) {
  float part[TURNED_ROWS * TURNED_COLUMNS];
  for (int64_t i = 0; i < g->m; i += TURNED_ROWS) {
    int64_t m = least(g->m - i, TURNED_ROWS);
    float *c = g->c + j * g->ldc + i;
    if (w->add) {
      tn_transpose(w->n, m, c, g->ldc, part, w->n);
    }
    w->c = part;
    w->ldc = w->n;
    bands(g, i, m, p, pack_a, w);
    tn_transpose(m, w->n, part, w->n, c, g->ldc);
  }
}

static void blocks(const struct product *g) {
  float packed[BLOCK_OF_B];
  int64_t panel = tn_micro_now()->panel, kc = least(g->k, KC);
  int as_it_lies = g->n * g->k <= (g->m <= FEW_ROWS ? SECOND_CACHE : FIRST_CACHE);
  int pack_b = !as_it_lies || g->b.trans == TN_TRANS;
  int pack_a = !as_it_lies && g->n > FEW_PANELS * panel;
  int64_t nc = (as_it_lies ? FIRST_CACHE : BLOCK_OF_B) / kc / panel * panel;
  nc = g->turned ? least(nc, TURNED_COLUMNS) : nc;
  for (int64_t j = 0; j < g->n; j += nc) {
    for (int64_t p = 0; p < g->k; p += KC) {
      struct tn_band w = {.n = least(g->n - j, nc), .k = least(g->k - p, KC), .b = cell(&g->b, p, j),
                          .ldb = g->b.ld, .next = panel, .c = g->c + j, .ldc = g->ldc,
                          .add = g->add || p > 0};
      if (pack_b) {
        tn_gemm_pack(g->b.trans, w.k, w.n, w.b, g->b.ld, panel, packed);
        w.b = packed;
        w.ldb = panel;
        w.next = panel * w.k;
      }
      if (g->turned) {
        turned_bands(g, j, p, pack_a, &w);
      } else {
        bands(g, 0, g->m, p, pack_a, &w);
      }
    }
  }
}

/* ---- few rows ----------------------------------------------------------------------------------- */

/* At most TN_FEW rows, B as it lies. */
static void few_rows(const struct product *g) {
  enum { COLUMNS = 512 };
  float part[TN_FEW * COLUMNS];
  const struct tn_micro *micro = tn_micro_now();
  for (int64_t j = 0; j < g->n; j += COLUMNS) {
    float *c = g->turned ? g->c + j * g->ldc : g->c + j;
    struct tn_band w = {.rows = (int)g->m, .n = least(g->n - j, COLUMNS), .k = g->k, .a = g->a.x,
                        .lda = g->a.ld, .b = g->b.x + j, .ldb = g->b.ld, .c = g->turned ? part : c,
                        .ldc = g->turned ? COLUMNS : g->ldc, .add = g->add};
    if (g->turned && g->add) {
      tn_transpose(w.n, g->m, c, g->ldc, part, COLUMNS);
    }
    micro->few[g->a.trans == TN_TRANS ? TN_COLUMNS_LIE : TN_ROWS_LIE](&w);
    if (g->turned) {
      tn_transpose(g->m, w.n, part, COLUMNS, c, g->ldc);
    }
  }
}

/* One row, B transposed: the columns of C that fill whole vectors; what is left of `g` is for others. */
static void one_row(struct product *g) {
  enum { COLUMNS = 512 };
  float part[COLUMNS];
  const struct tn_micro *micro = tn_micro_now();
  int64_t whole = g->n / micro->lanes * micro->lanes, step = g->turned ? g->ldc : 1;
  for (int64_t j = 0; j < whole; j += COLUMNS) {
    int64_t n = least(whole - j, COLUMNS);
    float *c = g->c + j * step, *y = step == 1 ? c : part;
    for (int64_t i = 0; y == part && g->add && i < n; i++) {
      part[i] = c[i * step];
    }
    micro->dots(n, g->k, g->b.x + j * g->b.ld, g->b.ld, g->a.x, g->a.trans == TN_TRANS ? g->a.ld : 1,
                g->add, y);
    for (int64_t i = 0; y == part && i < n; i++) {
      c[i * step] = part[i];
    }
  }
  g->b.x += whole * g->b.ld;
  g->c += whole * step;
  g->n -= whole;
}

/* ---- which way round ---------------------------------------------------------------------------- */

/* C' = B' A' is the same product. */
static struct product turn(const struct product *g) {
  struct product t = *g;
  t.a = g->b;
  t.a.trans = g->b.trans == TN_TRANS ? TN_NO_TRANS : TN_TRANS;
  t.b = g->a;
  t.b.trans = g->a.trans == TN_TRANS ? TN_NO_TRANS : TN_TRANS;
  t.m = g->n;
  t.n = g->m;
  t.turned = g->n > 1 || g->ldc > 1; /* one column without gaps is one row */
  return t;
}

/* Turned, B is read by its columns, in jumps where it lies by rows: not from far away. */
static int can_turn(const struct product *g) {
  int near = g->b.trans == TN_TRANS || g->n * g->k <= SECOND_CACHE;
  return near && (g->m <= TURNED_COLUMNS || g->n == 1);
}

/* Multiplications of vectors, in eighths, and what packing and turning cost in that measure. */
static int64_t cost(const struct product *g) {
  int64_t products = 8 * g->m * pieces(g->n, tn_micro_now()->lanes) * g->k;
  int64_t packing = g->b.trans == TN_TRANS ? 3 * g->n * g->k : g->m > FEW_ROWS ? g->n * g->k : 0;
  int64_t turning = g->turned ? 3 * g->m * g->n * (1 + g->add) : 0;
  return products + packing + turning;
}

void tn_gemm_own(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                 int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, int add,
                 float *c, int64_t ldc) {
  struct product g = {{trans_a, a, lda}, {trans_b, b, ldb}, m, n, k, c, ldc, add, 0};
  struct product turned = turn(&g);
  for (int64_t i = 0; k == 0 && !add && i < m; i++) {
    memset(c + i * ldc, 0, (size_t)n * sizeof *c);
  }
  if (m == 0 || n == 0 || k == 0) {
    return;
  }
  if (can_turn(&g) && cost(&turned) < cost(&g)) {
    g = turned;
  }
  if (g.m == 1 && g.b.trans == TN_TRANS) {
    one_row(&g);
  }
  if (g.m <= TN_FEW && g.b.trans == TN_NO_TRANS && g.n * g.k <= SECOND_CACHE) {
    few_rows(&g);
  } else if (g.n > 0) {
    blocks(&g);
  }
}
