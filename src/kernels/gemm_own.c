/* Blocked product after Goto and van de Geijn (ACM TOMS 34, 2008): blocks of A and panels of B are packed
 * where they would be read often or in jumps, else read where they lie. Buffers lie on the stack: nothing is
 * allocated. */
#include "kernels/gemm_own.h"

#include <string.h>

#include "kernels/gemm_micro.h"
#include "kernels/transpose.h"

/* A panel of B stays in the first cache, a block of A in the second. */
enum { MC = 120, KC = 256, NC = 512 };
/* Between packed rows, which would else all fall on the same lines of the cache. */
enum { GAP = 16 };
/* Blocks read so often are packed. */
enum { OFTEN = 96 };

struct operand {
  enum tn_transpose trans;
  const float *x;
  int64_t ld;
};

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static const float *cell(const struct operand *o, int64_t i, int64_t j) {
  return o->trans == TN_TRANS ? o->x + j * o->ld + i : o->x + i * o->ld + j;
}

/* Through registers: for a copy of fixed size compilers take an instruction that is slow to begin. */
static inline void copy_cells(int64_t n, const float *from, float *to) {
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    float a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];
    to[i] = a;
    to[i + 1] = b;
    to[i + 2] = c;
    to[i + 3] = d;
  }
  for (; i < n; i++) {
    to[i] = from[i];
  }
}

/* `rows` rows of `columns` cells as panels of `width` columns. */
static void copy_panels(int64_t rows, int64_t columns, const float *from, int64_t ld, int64_t width,
                        float *to) {
  for (int64_t j = 0; j < columns; j += width, to += width * rows) {
    int64_t n = least(columns - j, width);
    for (int64_t i = 0; i < rows; i++) {
      copy_cells(n, from + i * ld + j, to + i * width);
    }
  }
}

void tn_gemm_pack(enum tn_transpose trans, int64_t k, int64_t n, const float *b, int64_t ldb,
                  float *to) {
  int64_t width = 2 * tn_micro_now()->lanes;
  if (trans == TN_NO_TRANS) {
    copy_panels(k, n, b, ldb, width, to);
    return;
  }
  for (int64_t j = 0; j < n; j += width) {
    tn_transpose(least(n - j, width), k, b + j * ldb, ldb, to + j * k, width);
  }
}

/* A block of A as the micro-kernels take it, packed into `room` when `room` is not NULL. */
static void take_a(const struct operand *a, int64_t i, int64_t p, float *room, struct tn_panel *w) {
  w->a = cell(a, i, p);
  w->lda = a->ld;
  w->next = a->trans == TN_TRANS ? w->tile_rows : w->tile_rows * a->ld;
  if (room == NULL) {
    return;
  }
  if (a->trans == TN_TRANS) {
    copy_panels(w->k, w->rows, w->a, a->ld, w->tile_rows, room);
    w->lda = w->tile_rows;
    w->next = w->tile_rows * w->k;
  } else {
    for (int64_t r = 0; r < w->rows; r++) {
      memcpy(room + r * (KC + GAP), w->a + r * a->ld, (size_t)w->k * sizeof *room);
    }
    w->lda = KC + GAP;
    w->next = w->tile_rows * w->lda;
  }
  w->a = room;
}

void tn_gemm_panels(int64_t n, const float *packed, enum tn_lie lie, struct tn_panel *w) {
  const struct tn_micro *micro = tn_micro_now();
  int64_t width = 2 * micro->lanes;
  float *c = w->c;
  for (int64_t j = 0; j < n; j += width) {
    w->columns = least(n - j, width);
    w->c = c + j;
    if (packed != NULL) {
      w->b = packed + j * w->k;
      w->ldb = width;
    }
    micro->panel[lie](w);
    w->b += width; /* unpacked panels lie side by side */
  }
}

void tn_gemm_own(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                 int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, int add,
                 float *c, int64_t ldc) {
  float room_a[MC * (KC + GAP)], room_b[NC * KC];
  struct operand of_a = {trans_a, a, lda}, of_b = {trans_b, b, ldb};
  float *packed_a = n > OFTEN ? room_a : NULL;
  float *packed_b = m > OFTEN || trans_b == TN_TRANS ? room_b : NULL;
  int tile_rows = tn_micro_now()->rows;
  for (int64_t i = 0; k == 0 && !add && i < m; i++) {
    memset(c + i * ldc, 0, (size_t)n * sizeof *c);
  }
  for (int64_t j = 0; j < n; j += NC) {
    int64_t nc = least(n - j, NC);
    for (int64_t p = 0; p < k; p += KC) {
      int64_t kc = least(k - p, KC);
      if (packed_b != NULL) {
        tn_gemm_pack(trans_b, kc, nc, cell(&of_b, p, j), ldb, packed_b);
      }
      for (int64_t i = 0; i < m; i += MC) {
        struct tn_panel w = {.rows = least(m - i, MC), .k = kc, .tile_rows = tile_rows,
                             .b = cell(&of_b, p, j), .ldb = ldb, .c = c + i * ldc + j, .ldc = ldc,
                             .add = add || p > 0};
        take_a(&of_a, i, p, packed_a, &w);
        tn_gemm_panels(nc, packed_b, trans_a == TN_TRANS ? TN_COLUMNS_LIE : TN_ROWS_LIE, &w);
      }
    }
  }
}
