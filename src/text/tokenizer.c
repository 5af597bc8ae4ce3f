#include "text/tokenizer.h"

#include <string.h>

#include "platform/threads.h"

/* Parts that are counted at a time: as many small vocabularies are alive. */
enum { PARTS_AT_ONCE = 8 };

void tn_tokenizer_free(struct tn_tokenizer *t) {
  tn_splitter_free(t->splitter);
  tn_vocabulary_free(&t->words);
  memset(t, 0, sizeof *t);
}

struct part {
  int64_t from, to;
  struct tn_vocabulary words;
  struct tn_invalid invalid;
  enum tn_status status;
  struct tn_error err;
};

struct counting {
  const struct tn_splitter *splitter;
  const struct tn_documents *docs;
  struct part part[PARTS_AT_ONCE];
};

static void tally(struct tn_term *term, int64_t document) {
  term->count++;
  term->documents += term->last != document + 1;
  term->last = document + 1;
}

static enum tn_status count_document(struct tn_vocabulary *v, const struct tn_tokens *tokens,
                                     int64_t document, struct tn_error *err) {
  struct tn_word word[TN_WORD_BATCH];
  int64_t number[TN_WORD_BATCH];
  for (int64_t from = 0; from < tokens->n; from += TN_WORD_BATCH) {
    int n = tn_vocabulary_ahead(v, tokens, from, word);
    for (int k = 0; k < n; k++) {
      TN_TRY(tn_vocabulary_add(v, &word[k], &number[k], err));
    }
    for (int k = 0; k < n; k++) {
      tally(&v->term[number[k]], document);
    }
  }
  return TN_OK;
}

static void count_part(void *context, int64_t item) {
  struct counting *c = context;
  struct part *p = &c->part[item];
  struct tn_tokens tokens = {0};
  tn_error_init(&p->err);
  p->status = TN_OK;
  for (int64_t d = p->from; d < p->to && p->status == TN_OK; d++) {
    p->status = tn_documents_split(c->docs, d, c->splitter, &tokens, &p->err);
    if (p->status == TN_OK) {
      p->status = count_document(&p->words, &tokens, d, &p->err);
    }
    if (tokens.invalid) {
      tn_invalid_note(&p->invalid, d);
    }
  }
  tn_tokens_free(&tokens);
}

enum tn_status tn_tokenizer_count(struct tn_tokenizer *t, const struct tn_documents *docs,
                                  struct tn_invalid *invalid, struct tn_error *err) {
  int64_t from[TN_TEXT_PARTS + 1];
  int parts = tn_documents_parts(docs, from);
  enum tn_status status = TN_OK;
  for (int first = 0; first < parts && status == TN_OK; first += PARTS_AT_ONCE) {
    struct counting c = {t->splitter, docs, {{0}}};
    int n = parts - first < PARTS_AT_ONCE ? parts - first : PARTS_AT_ONCE;
    for (int k = 0; k < n; k++) {
      c.part[k].from = from[first + k];
      c.part[k].to = from[first + k + 1];
    }
    tn_parallel_for(n, count_part, &c);
    for (int k = 0; k < n; k++) {
      if (status == TN_OK && c.part[k].status != TN_OK) {
        status = tn_fail(err, c.part[k].status, "%s", c.part[k].err.message);
      }
      if (status == TN_OK) {
        status = tn_vocabulary_merge(&t->words, &c.part[k].words, err);
      }
      tn_invalid_add(invalid, &c.part[k].invalid);
      tn_vocabulary_free(&c.part[k].words);
    }
  }
  return status;
}
