#include "text/vocabulary.h"

#include <string.h>

#include "platform/alloc.h"
#include "text/token_buffer.h"

/* `id` is the word's number + 1, 0 for an empty slot. The key of a word of up to 8 bytes holds all of
 * it, so that most words are compared without looking at their bytes. */
struct tn_slot {
  uint64_t key;
  uint32_t n, id;
};

enum { FIRST_BITS = 8 };
static const int64_t most_words = INT32_MAX - 1, longest_word = UINT32_MAX;

static uint64_t load_8(const char *p) {
  uint64_t x;
  memcpy(&x, p, sizeof x);
  return x;
}

static uint32_t load_4(const char *p) {
  uint32_t x;
  memcpy(&x, p, sizeof x);
  return x;
}

static uint64_t mix(uint64_t h) {
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15u;
  return h ^ h >> 29;
}

/* Different for different words of the same length up to 8; a hash beyond. Never leaves memory. */
static uint64_t key_of(const char *p, int64_t n) {
  if (n > 8) {
    uint64_t h = load_8(p + n - 8);
    for (int64_t i = 0; i < n - 8; i += 8) {
      h = mix(h ^ load_8(p + i)) + h * 0xC2B2AE3D27D4EB4Fu;
    }
    return h;
  }
  if (n >= 4) {
    return (uint64_t)load_4(p) << 32 | load_4(p + n - 4);
  }
  return n == 0 ? 0
                : (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 |
                      (unsigned char)p[n - 1];
}

/* The slot that holds the word, or the empty one where it would go. */
static int64_t find_slot(const struct tn_vocabulary *v, const char *word, int64_t n,
                         uint64_t key) {
  uint64_t mask = ((uint64_t)1 << v->bits) - 1;
  uint64_t at = mix(key + (uint64_t)n * 0x165667B19E3779F9u) >> (64 - v->bits);
  for (;; at = (at + 1) & mask) {
    const struct tn_slot *s = &v->slot[at];
    if (s->id == 0 || (s->key == key && s->n == (uint32_t)n &&
                       (n <= 8 || memcmp(v->bytes + v->term[s->id - 1].at, word, (size_t)n) == 0))) {
      return (int64_t)at;
    }
  }
}

void tn_vocabulary_free(struct tn_vocabulary *v) {
  tn_free(v->term);
  tn_free(v->bytes);
  tn_free(v->slot);
  memset(v, 0, sizeof *v);
}

int64_t tn_vocabulary_find(const struct tn_vocabulary *v, const char *word, int64_t n) {
  if (v->n == 0 || n > longest_word) {
    return -1;
  }
  return (int64_t)v->slot[find_slot(v, word, n, key_of(word, n))].id - 1;
}

/* At most half of the slots are in use. */
static enum tn_status double_slots(struct tn_vocabulary *v, struct tn_error *err) {
  struct tn_vocabulary grown = *v;
  grown.bits = v->slot == NULL ? FIRST_BITS : v->bits + 1;
  TN_TRY(tn_alloc_into(&grown.slot, (size_t)1 << grown.bits, sizeof *grown.slot, err));
  for (int64_t k = 0; k < v->n; k++) {
    const struct tn_term *t = &v->term[k];
    int64_t at = find_slot(&grown, v->bytes + t->at, t->n, t->key);
    grown.slot[at] = (struct tn_slot){t->key, t->n, (uint32_t)k + 1};
  }
  tn_free(v->slot);
  *v = grown;
  return TN_OK;
}

static enum tn_status add_term(struct tn_vocabulary *v, const char *word, int64_t n, uint64_t key,
                               int64_t slot, struct tn_error *err) {
  if (v->n >= most_words) {
    return tn_fail(err, TN_STATUS_ARG, "there are more than %lld different words",
                   (long long)most_words);
  }
  TN_TRY(tn_grow(&v->term, v->n, v->n + 1, sizeof *v->term, &v->room, err));
  TN_TRY(tn_grow(&v->bytes, v->n_bytes, v->n_bytes + n + 1, 1, &v->room_bytes, err));
  if (n > 0) {
    memcpy(v->bytes + v->n_bytes, word, (size_t)n);
  }
  v->term[v->n] = (struct tn_term){v->n_bytes, key, (uint32_t)n, 0, 0, 0};
  v->n_bytes += n;
  v->n++;
  v->slot[slot] = (struct tn_slot){key, (uint32_t)n, (uint32_t)v->n};
  return TN_OK;
}

static enum tn_status add_by_key(struct tn_vocabulary *v, const char *word, int64_t n,
                                 uint64_t key, int64_t *number, struct tn_error *err) {
  if (v->slot == NULL || v->n >= (int64_t)1 << (v->bits - 1)) {
    TN_TRY(double_slots(v, err));
  }
  int64_t slot = find_slot(v, word, n, key);
  if (v->slot[slot].id == 0) {
    TN_TRY(add_term(v, word, n, key, slot, err));
  }
  *number = (int64_t)v->slot[slot].id - 1;
  return TN_OK;
}

enum tn_status tn_vocabulary_add(struct tn_vocabulary *v, const char *word, int64_t n,
                                 int64_t *number, struct tn_error *err) {
  if (n > longest_word) {
    return tn_fail(err, TN_STATUS_ARG, "a word of %lld bytes is too long", (long long)n);
  }
  return add_by_key(v, word, n, key_of(word, n), number, err);
}

enum tn_status tn_vocabulary_merge(struct tn_vocabulary *v, const struct tn_vocabulary *other,
                                   struct tn_error *err) {
  for (int64_t k = 0; k < other->n; k++) {
    const struct tn_term *t = &other->term[k];
    int64_t number;
    TN_TRY(add_by_key(v, other->bytes + t->at, t->n, t->key, &number, err));
    v->term[number].count += t->count;
    v->term[number].documents += t->documents;
  }
  return TN_OK;
}
