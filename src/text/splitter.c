/* A text is first copied in its final form (lower case, filtered characters replaced by the separator,
 * which is what a translation followed by a split at a string comes to), then cut. Plain bytes take
 * one look-up each; everything else goes through special(). */
#include "text/splitter.h"

#include <string.h>

#include "platform/alloc.h"
#include "platform/utf8.h"
#include "text/token_buffer.h"
#include "text/unicode.h"

enum { SPECIAL = -1, CAPITAL_SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2, CAPITAL_I_DOT = 0x130,
       DOT_ABOVE = 0x307, LONGEST_SEPARATOR = 1 << 20 };
enum action { KEEP, SEPARATE, DELETE };

struct tn_splitter {
  struct tn_split_rules rules; /* its texts point into `store` */
  char *store;
  int32_t *group;
  int16_t map[2][256];   /* what a byte becomes without and with filters; SPECIAL: see special() */
  uint8_t action[128];
  uint32_t *other;       /* code points from 128 on that are filtered, then those deleted */
  int64_t n_filtered, n_other;
};

void tn_splitter_free(struct tn_splitter *s) {
  if (s != NULL) {
    tn_free(s->store);
    tn_free(s->group);
    tn_free(s->other);
    tn_free(s);
  }
}

/* ---- rules -------------------------------------------------------------------------------------- */

static struct tn_text keep(char **store, struct tn_text text) {
  struct tn_text kept = {*store, text.n};
  if (text.n > 0) {
    memcpy(*store, text.at, (size_t)text.n);
  }
  *store += text.n;
  return kept;
}

static void note_characters(struct tn_splitter *s, struct tn_text characters, enum action action) {
  int used, bad = 0;
  for (int64_t i = 0; i < characters.n; i += used) {
    uint32_t code = tn_utf8_read(characters.at + i, characters.n - i, &used, &bad);
    if (code < 128) {
      s->action[code] = (uint8_t)action;
    } else {
      s->other[s->n_other++] = code;
    }
  }
}

static int is_white(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void fill_map(struct tn_splitter *s) {
  const struct tn_split_rules *r = &s->rules;
  for (int c = 0; c < 128; c++) {
    if ((r->split == TN_SPLIT_WHITE && is_white(c)) ||
        (r->split == TN_SPLIT_WORDS && !tn_is_word((uint32_t)c))) {
      s->action[c] = SEPARATE;
    }
  }
  for (int c = 0; c < 256; c++) {
    int lower = r->lower != TN_LOWER_NONE && c >= 'A' && c <= 'Z' ? c + 32 : c;
    int action = c < 128 ? s->action[lower] : DELETE;
    s->map[0][c] = (int16_t)(c < 128 ? lower : SPECIAL);
    s->map[1][c] = (int16_t)(action == KEEP                                   ? lower
                             : action == SEPARATE && r->separator.n == 1 ? r->separator.at[0]
                                                                         : SPECIAL);
  }
}

static enum tn_status check_rules(const struct tn_split_rules *r, struct tn_error *err) {
  if (r->split == TN_SPLIT_STRING && (r->separator.n < 1 || r->separator.n > LONGEST_SEPARATOR)) {
    return tn_fail(err, TN_STATUS_ARG, "the separator must have 1 to %d bytes, not %lld",
                   LONGEST_SEPARATOR, (long long)r->separator.n);
  }
  for (int k = 0; k < r->n_groups; k++) {
    if (r->group[k] < 1) {
      return tn_fail(err, TN_STATUS_ARG, "word groups have at least 1 word, not %d", r->group[k]);
    }
  }
  return TN_OK;
}

static enum tn_status copy_rules(const struct tn_split_rules *rules, struct tn_splitter *s,
                                 struct tn_error *err) {
  static const struct tn_text space = {" ", 1};
  struct tn_split_rules *r = &s->rules;
  int64_t size = rules->separator.n + rules->filters.n + rules->deleted.n + rules->joint.n + 1;
  *r = *rules;
  r->group = NULL;
  TN_TRY(tn_alloc_into(&s->store, size, 1, err));
  TN_TRY(tn_alloc_into(&s->other, size, sizeof *s->other, err));
  TN_TRY(tn_alloc_into(&s->group, rules->n_groups, sizeof *s->group, err));
  char *store = s->store;
  r->separator = keep(&store, rules->split == TN_SPLIT_STRING ? rules->separator : space);
  r->filters = keep(&store, rules->filters);
  r->deleted = keep(&store, rules->deleted);
  r->joint = keep(&store, rules->joint);
  if (rules->n_groups > 0) {
    memcpy(s->group, rules->group, (size_t)rules->n_groups * sizeof *s->group);
  }
  r->group = s->group;
  return TN_OK;
}

enum tn_status tn_splitter_new(const struct tn_split_rules *rules, struct tn_splitter **out,
                               struct tn_error *err) {
  *out = NULL;
  TN_TRY(check_rules(rules, err));
  TN_TRY(tn_alloc_into(out, 1, sizeof **out, err));
  struct tn_splitter *s = *out;
  enum tn_status status = copy_rules(rules, s, err);
  if (status != TN_OK) {
    tn_splitter_free(s);
    *out = NULL;
    return status;
  }
  note_characters(s, s->rules.filters, SEPARATE);
  s->n_filtered = s->n_other;
  note_characters(s, s->rules.deleted, DELETE);
  fill_map(s);
  return TN_OK;
}

/* ---- the final form of a text ------------------------------------------------------------------- */

/* Unicode's Final_Sigma: a cased letter before, none after, both over any number of ignorable ones. */
static int is_final_sigma(struct tn_text text, int64_t at, int64_t after) {
  int used, bad = 0;
  uint32_t code = 0;
  for (; at > 0; at -= used) {
    code = tn_utf8_read_back(text.at, at, &used);
    if (!tn_is_case_ignorable(code)) {
      break;
    }
  }
  if (at == 0 || !tn_is_cased(code)) {
    return 0;
  }
  for (; after < text.n; after += used) {
    code = tn_utf8_read(text.at + after, text.n - after, &used, &bad);
    if (!tn_is_case_ignorable(code)) {
      return !tn_is_cased(code);
    }
  }
  return 1;
}

/* Lower case of the code point at text[at..after): one code point, or two. */
static int lower_of(uint32_t code, struct tn_text text, int64_t at, int64_t after,
                    uint32_t out[2]) {
  out[0] = tn_lower(code);
  if (code == CAPITAL_I_DOT) {
    out[1] = DOT_ABOVE;
    return 2;
  }
  if (code == CAPITAL_SIGMA && is_final_sigma(text, at, after)) {
    out[0] = FINAL_SIGMA;
  }
  return 1;
}

static enum action action_of(const struct tn_splitter *s, uint32_t code) {
  if (code < 128) {
    return (enum action)s->action[code];
  }
  for (int64_t k = 0; k < s->n_other; k++) {
    if (s->other[k] == code) {
      return k < s->n_filtered ? SEPARATE : DELETE;
    }
  }
  return s->rules.split == TN_SPLIT_WORDS && !tn_is_word(code) ? SEPARATE : KEEP;
}

/* Appends the code point at text[*at]; there is always room for what is left of the text. */
static enum tn_status special(const struct tn_splitter *s, struct tn_text text, int filtering,
                              int64_t *at, struct tn_tokens *t, struct tn_error *err) {
  uint32_t lower[2];
  int used, n = 1;
  lower[0] = tn_utf8_read(text.at + *at, text.n - *at, &used, &t->invalid);
  if (s->rules.lower == TN_LOWER_UNICODE) {
    n = lower_of(lower[0], text, *at, *at + used, lower);
  } else if (s->rules.lower == TN_LOWER_ASCII && lower[0] >= 'A' && lower[0] <= 'Z') {
    lower[0] += 32;
  }
  *at += used;
  for (int k = 0; k < n; k++) {
    enum action action = filtering ? action_of(s, lower[k]) : KEEP;
    if (action == SEPARATE) {
      TN_TRY(tn_tokens_room(t, s->rules.separator.n + text.n - *at, err));
      memcpy(t->bytes + t->n_bytes, s->rules.separator.at, (size_t)s->rules.separator.n);
      t->n_bytes += s->rules.separator.n;
    } else if (action == KEEP) {
      TN_TRY(tn_tokens_room(t, TN_UTF8_MAX + text.n - *at, err));
      t->n_bytes += tn_utf8_write(lower[k], t->bytes + t->n_bytes);
    }
  }
  return TN_OK;
}

static enum tn_status copy_final(const struct tn_splitter *s, struct tn_text text, int filtering,
                                 struct tn_tokens *t, struct tn_error *err) {
  const int16_t *map = s->map[filtering];
  TN_TRY(tn_tokens_room(t, text.n, err));
  for (int64_t i = 0; i < text.n;) {
    char *out = t->bytes + t->n_bytes;
    while (i < text.n) {
      int mapped = map[(unsigned char)text.at[i]];
      if (mapped == SPECIAL) {
        break;
      }
      *out++ = (char)mapped;
      i++;
    }
    t->n_bytes = out - t->bytes;
    if (i < text.n) {
      TN_TRY(special(s, text, filtering, &i, t, err));
    }
  }
  return TN_OK;
}

/* ---- cutting ------------------------------------------------------------------------------------ */

static int is_too_short(const struct tn_splitter *s, const char *word, int64_t n) {
  int64_t letters = 0;
  for (int64_t i = 0; i < n && letters < s->rules.shortest; i++) {
    letters += ((unsigned char)word[i] & 0xC0) != 0x80;
  }
  return letters < s->rules.shortest;
}

static void drop_short(const struct tn_splitter *s, struct tn_tokens *t) {
  int64_t kept = 0;
  for (int64_t k = 0; k < t->n && s->rules.shortest > 1; k++) {
    t->token[kept] = t->token[k];
    kept += !is_too_short(s, t->bytes + t->token[k].at, t->token[k].n);
  }
  t->n = s->rules.shortest > 1 ? kept : t->n;
}

/* The first of bytes[from..n) that is c, or n. Words are short: eight bytes are looked at in one go
 * where the order of bytes allows, which is what words of most texts need. */
static inline int64_t find_byte(const char *bytes, int64_t from, int64_t n, char c) {
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
  const uint64_t pattern = ones * (unsigned char)c;
  for (; from < n; from += 8) {
    uint64_t x;
    memcpy(&x, bytes + from, sizeof x); /* TN_TOKEN_PAD bytes behind n are there */
    x ^= pattern;
    x = (x - ones) & ~x & tops; /* the lowest bit set is that of the first zero byte */
    if (x != 0) {
      from += __builtin_ctzll(x) >> 3;
      return from < n ? from : n;
    }
  }
  return n;
#else
  while (from < n && bytes[from] != c) {
    from++;
  }
  return from;
#endif
}

/* Every piece is written, and kept unless it is empty: no branch for the processor to guess. */
static enum tn_status cut_at_byte(const struct tn_splitter *s, struct tn_tokens *t,
                                  struct tn_error *err) {
  char separator = s->rules.separator.at[0];
  TN_TRY(tn_tokens_room_words(t, t->n_bytes / 2 + 2, err));
  int64_t words = 0, n = t->n_bytes;
  for (int64_t from = 0; from < n;) {
    int64_t to = find_byte(t->bytes, from, n, separator);
    t->token[words] = (struct tn_token){from, to - from};
    words += to > from;
    from = to + 1;
  }
  t->n = words;
  return TN_OK;
}

static enum tn_status push_piece(struct tn_tokens *t, int64_t from, int64_t to,
                                 struct tn_error *err) {
  return to > from ? tn_tokens_push(t, from, to - from, err) : TN_OK;
}

static enum tn_status cut_at_string(const struct tn_splitter *s, struct tn_tokens *t,
                                    struct tn_error *err) {
  struct tn_text cut = s->rules.separator;
  int64_t from = 0;
  for (int64_t i = 0; i + cut.n <= t->n_bytes;) {
    if (memcmp(t->bytes + i, cut.at, (size_t)cut.n) == 0) {
      TN_TRY(push_piece(t, from, i, err));
      i += cut.n;
      from = i;
    } else {
      i++;
    }
  }
  return push_piece(t, from, t->n_bytes, err);
}

static enum tn_status cut_characters(struct tn_tokens *t, struct tn_error *err) {
  int used, bad = 0;
  for (int64_t i = 0; i < t->n_bytes; i += used) {
    tn_utf8_read(t->bytes + i, t->n_bytes - i, &used, &bad);
    TN_TRY(tn_tokens_push(t, i, used, err));
  }
  return TN_OK;
}

enum tn_status tn_split(const struct tn_splitter *s, struct tn_text text, struct tn_tokens *t,
                        struct tn_error *err) {
  tn_tokens_clear(t);
  TN_TRY(copy_final(s, text, 1, t, err));
  switch (s->rules.split) {
    case TN_SPLIT_CHARACTERS: TN_TRY(cut_characters(t, err)); break;
    case TN_SPLIT_NONE: TN_TRY(tn_tokens_push(t, 0, t->n_bytes, err)); break;
    default:
      TN_TRY(s->rules.separator.n == 1 ? cut_at_byte(s, t, err) : cut_at_string(s, t, err));
      drop_short(s, t);
  }
  return tn_tokens_group(t, s->rules.group, s->rules.n_groups, s->rules.joint, err);
}

enum tn_status tn_split_given(const struct tn_splitter *s, const struct tn_text *words, int64_t n,
                              struct tn_tokens *t, struct tn_error *err) {
  tn_tokens_clear(t);
  for (int64_t k = 0; k < n; k++) {
    int64_t from = t->n_bytes;
    TN_TRY(copy_final(s, words[k], 0, t, err));
    TN_TRY(tn_tokens_push(t, from, t->n_bytes - from, err));
  }
  return tn_tokens_group(t, s->rules.group, s->rules.n_groups, s->rules.joint, err);
}
