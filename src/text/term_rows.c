#include "text/term_rows.h"

#include <string.h>

#include "platform/alloc.h"
#include "platform/threads.h"
#include "text/token_buffer.h"

static void block_free(struct tn_term_block *b) {
  tn_free(b->start);
  tn_free(b->index);
  tn_free(b->count);
  tn_free(b->length);
}

void tn_term_rows_free(struct tn_term_rows *rows) {
  for (int64_t k = 0; k < rows->n_blocks; k++) {
    block_free(&rows->block[k]);
  }
  tn_free(rows->block);
  memset(rows, 0, sizeof *rows);
}

/* What a worker needs to fill one block; `seen` (columns): place in the row + 1, 0 between rows. */
struct gatherer {
  enum tn_term_kind kind;
  int64_t columns;
  int32_t *seen;
  struct tn_term_block *block;
};

static enum tn_status begin_rows(struct gatherer *g, int64_t rows, struct tn_error *err) {
  g->block->room_rows = rows;
  TN_TRY(tn_alloc_into(&g->block->start, rows + 1, sizeof *g->block->start, err));
  TN_TRY(tn_alloc_into(&g->block->length, rows, sizeof *g->block->length, err));
  if (g->kind != TN_TERMS_SEQUENCE) {
    TN_TRY(tn_alloc_into(&g->seen, g->columns, sizeof *g->seen, err));
  }
  return TN_OK;
}

/* Room for as many entries as the row can bring at most. */
static enum tn_status room_for_row(struct gatherer *g, int64_t more, struct tn_error *err) {
  struct tn_term_block *b = g->block;
  if (g->kind != TN_TERMS_SEQUENCE && more > g->columns) {
    more = g->columns;
  }
  TN_TRY(tn_grow(&b->index, b->n, b->n + more, sizeof *b->index, &b->room, err));
  if (g->kind == TN_TERMS_COUNT) {
    TN_TRY(tn_grow(&b->count, b->n, b->n + more, sizeof *b->count, &b->room_count, err));
  }
  return TN_OK;
}

static inline void put(struct gatherer *g, int32_t index) {
  struct tn_term_block *b = g->block;
  b->length[b->rows]++;
  if (g->kind == TN_TERMS_SEQUENCE) {
    b->index[b->n++] = index;
    return;
  }
  if (index >= g->columns) {
    return;
  }
  int32_t place = g->seen[index];
  if (place == 0) {
    g->seen[index] = (int32_t)(b->n - b->start[b->rows]) + 1;
    if (b->count != NULL) {
      b->count[b->n] = 1;
    }
    b->index[b->n++] = index;
  } else if (b->count != NULL) {
    b->count[b->start[b->rows] + place - 1]++;
  }
}

static void end_row(struct gatherer *g) {
  struct tn_term_block *b = g->block;
  if (g->kind != TN_TERMS_SEQUENCE) {
    for (int64_t k = b->start[b->rows]; k < b->n; k++) {
      g->seen[b->index[k]] = 0;
    }
  }
  b->start[++b->rows] = b->n;
}

/* ---- documents ---------------------------------------------------------------------------------- */

struct part {
  int64_t from, to;
  struct tn_invalid invalid;
  enum tn_status status;
  struct tn_error err;
};

struct gathering {
  const struct tn_term_rows *rows;
  const struct tn_tokenizer *tokenizer;
  const struct tn_documents *docs;
  struct tn_term_block *block;
  struct part part[TN_TEXT_PARTS];
};

static enum tn_status gather_document(struct gatherer *g, const struct tn_tokenizer *t,
                                      const struct tn_tokens *tokens, struct tn_error *err) {
  struct tn_word word[TN_WORD_BATCH];
  TN_TRY(room_for_row(g, tokens->n, err));
  for (int64_t from = 0; from < tokens->n; from += TN_WORD_BATCH) {
    int n = tn_vocabulary_ahead(&t->words, tokens, from, word);
    for (int k = 0; k < n; k++) {
      int32_t index = tn_tokenizer_index(t, &word[k]);
      if (index >= 0) {
        put(g, index);
      }
    }
  }
  end_row(g);
  return TN_OK;
}

static void gather_part(void *context, int64_t item) {
  struct gathering *all = context;
  struct part *p = &all->part[item];
  struct gatherer g = {all->rows->kind, all->rows->columns, NULL, &all->block[item]};
  struct tn_tokens tokens = {0};
  tn_error_init(&p->err);
  p->status = begin_rows(&g, p->to - p->from, &p->err);
  for (int64_t d = p->from; d < p->to && p->status == TN_OK; d++) {
    p->status = tn_documents_split(all->docs, d, all->tokenizer->splitter, &tokens, &p->err);
    if (p->status == TN_OK) {
      p->status = gather_document(&g, all->tokenizer, &tokens, &p->err);
    }
    if (tokens.invalid) {
      tn_invalid_note(&p->invalid, d);
    }
  }
  tn_free(g.seen);
  tn_tokens_free(&tokens);
}

/* The new blocks stand behind rows->n_blocks; they are taken over or freed. */
static void settle(struct tn_term_rows *rows, int parts, enum tn_status status) {
  struct tn_term_block *fresh = rows->block + rows->n_blocks;
  for (int k = 0; k < parts; k++) {
    if (status == TN_OK) {
      rows->rows += fresh[k].rows;
      rows->entries += fresh[k].n;
    } else {
      block_free(&fresh[k]);
    }
  }
  rows->n_blocks += status == TN_OK ? parts : 0;
}

static enum tn_status room_for_blocks(struct tn_term_rows *rows, int parts, struct tn_error *err) {
  TN_TRY(tn_grow(&rows->block, rows->n_blocks, rows->n_blocks + parts, sizeof *rows->block,
                 &rows->room, err));
  if (parts > 0) {
    memset(rows->block + rows->n_blocks, 0, (size_t)parts * sizeof *rows->block);
  }
  return TN_OK;
}

enum tn_status tn_term_rows_add_documents(struct tn_term_rows *rows, const struct tn_tokenizer *t,
                                          const struct tn_documents *docs,
                                          struct tn_invalid *invalid, struct tn_error *err) {
  struct gathering all = {rows, t, docs, NULL, {{0}}};
  int64_t from[TN_TEXT_PARTS + 1];
  int parts = tn_documents_parts(docs, from);
  enum tn_status status = TN_OK;
  TN_TRY(room_for_blocks(rows, parts, err));
  all.block = rows->block + rows->n_blocks;
  for (int k = 0; k < parts; k++) {
    all.part[k].from = from[k];
    all.part[k].to = from[k + 1];
  }
  tn_parallel_for(parts, gather_part, &all);
  for (int k = 0; k < parts; k++) {
    if (status == TN_OK && all.part[k].status != TN_OK) {
      status = tn_fail(err, all.part[k].status, "%s", all.part[k].err.message);
    }
    tn_invalid_add(invalid, &all.part[k].invalid);
  }
  settle(rows, parts, status);
  return status;
}

/* ---- indices ------------------------------------------------------------------------------------ */

static enum tn_status gather_indices(struct gatherer *g, int64_t n, const int64_t *first,
                                     const int32_t *index, struct tn_error *err) {
  TN_TRY(begin_rows(g, n, err));
  for (int64_t r = 0; r < n; r++) {
    TN_TRY(room_for_row(g, first[r + 1] - first[r], err));
    for (int64_t k = first[r]; k < first[r + 1]; k++) {
      if (index[k] < 0) {
        return tn_fail(err, TN_STATUS_ARG, "index %d in sequence %lld is negative", index[k],
                       (long long)r + 1);
      }
      put(g, index[k]);
    }
    end_row(g);
  }
  return TN_OK;
}

enum tn_status tn_term_rows_add_indices(struct tn_term_rows *rows, int64_t n,
                                        const int64_t *first, const int32_t *index,
                                        struct tn_error *err) {
  TN_TRY(room_for_blocks(rows, 1, err));
  struct gatherer g = {rows->kind, rows->columns, NULL, rows->block + rows->n_blocks};
  enum tn_status status = gather_indices(&g, n, first, index, err);
  tn_free(g.seen);
  settle(rows, 1, status);
  return status;
}
