/* Texts by chance against a plain twin of the splitter: every byte string gives the same words, valid
 * UTF-8 comes out, nothing outside of the text is read (each text lies in memory of its own size).
 *   test_text_fuzz [cases [seed]]     for longer runs; TN_CASES=2000 for slow machines */
#include "platform/alloc.h"
#include "platform/utf8.h"
#include "text/unicode.h"
#include "text_fixture.h"

enum { LONGEST = 60, MOST = 4 * LONGEST * 8 };

static const char *const pieces[] = {
    "a", "B", "z", " ", " ", "--", "-", "!", "'", "\n", "_", "7", "\xC3\x89", "\xC3\xA9", "\xCE\xA3",
    "\xCE\x9F", "\xCF\x83", "\xC4\xB0", "\xCC\x87", "\xE6\x97\xA5", "\xF0\x9F\x98\x80", "\xFF",
    "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xC0\x80", "\xE1\xBA\x9E", "\xC2\xAD", "\xEF\xBF\xBD"};
enum { PIECES = sizeof pieces / sizeof *pieces };
static const char *const separators[] = {" ", "--", "a", "\xC3\xA9", ", ", "!"};

static int64_t make_text(uint64_t *state, char *out) {
  int64_t n = 0;
  for (uint32_t k = chance(state, LONGEST / 5); k > 0; k--) {
    if (chance(state, 8) == 0) {
      out[n++] = (char)chance(state, 256);
    } else {
      const char *piece = pieces[chance(state, PIECES)];
      memcpy(out + n, piece, strlen(piece));
      n += (int64_t)strlen(piece);
    }
  }
  return n;
}

static struct tn_split_rules make_rules(uint64_t *state, int32_t *group) {
  static const char *const filters[] = {"", FILTERS, "!'", "\xC3\xA9,\xE6\x97\xA5", "-"};
  struct tn_split_rules r = default_rules();
  const char *separator = separators[chance(state, 6)], *filter = filters[chance(state, 5)];
  r.lower = (enum tn_lower_case)chance(state, 3);
  r.split = (enum tn_split_at)chance(state, 5);
  r.separator = (struct tn_text){separator, (int64_t)strlen(separator)};
  r.filters = (struct tn_text){filter, (int64_t)strlen(filter)};
  r.deleted = chance(state, 3) ? TEXT("") : TEXT("_\xC3\x89\xF0\x9F\x98\x80");
  r.shortest = chance(state, 3);
  r.n_groups = (int)chance(state, 3);
  r.group = group;
  for (int k = 0; k < r.n_groups; k++) {
    group[k] = 1 + (int32_t)chance(state, 3);
  }
  return r;
}

/* ---- the twin: arrays of code points, one rule after the other ------------------------------------- */

struct points {
  uint32_t code[MOST];
  int n;
};

static void decode(struct tn_text text, struct points *out) {
  int used, bad;
  out->n = 0;
  for (int64_t i = 0; i < text.n; i += used) {
    out->code[out->n++] = tn_utf8_read(text.at + i, text.n - i, &used, &bad);
  }
}

static int ends_word(const struct points *p, int at) {
  int before = at - 1, after = at + 1;
  while (before >= 0 && tn_is_case_ignorable(p->code[before])) {
    before--;
  }
  while (after < p->n && tn_is_case_ignorable(p->code[after])) {
    after++;
  }
  return before >= 0 && tn_is_cased(p->code[before]) &&
         (after == p->n || !tn_is_cased(p->code[after]));
}

static void lower(const struct points *in, enum tn_lower_case how, struct points *out) {
  out->n = 0;
  for (int k = 0; k < in->n; k++) {
    uint32_t c = in->code[k];
    if (how == TN_LOWER_UNICODE && c == 0x130) {
      out->code[out->n++] = 'i';
      c = 0x307;
    } else if (how == TN_LOWER_UNICODE) {
      c = c == 0x3A3 && ends_word(in, k) ? 0x3C2 : tn_lower(c);
    } else if (how == TN_LOWER_ASCII && c >= 'A' && c <= 'Z') {
      c += 32;
    }
    out->code[out->n++] = c;
  }
}

static int holds(struct tn_text set, uint32_t code) {
  struct points p;
  decode(set, &p);
  for (int k = 0; k < p.n; k++) {
    if (p.code[k] == code) {
      return 1;
    }
  }
  return 0;
}

/* 0 keep, 1 separate, 2 delete; among several rules the later one counts for ASCII, the first beyond. */
static int fate(const struct tn_split_rules *r, uint32_t c) {
  int white = c == ' ' || (c >= 9 && c <= 13);
  if ((r->split == TN_SPLIT_WHITE && white) ||
      (c < 128 && r->split == TN_SPLIT_WORDS && !tn_is_word(c))) {
    return 1;
  }
  if (c < 128) {
    return holds(r->deleted, c) ? 2 : holds(r->filters, c);
  }
  return holds(r->filters, c) ? 1 : holds(r->deleted, c) ? 2
         : r->split == TN_SPLIT_WORDS && !tn_is_word(c);
}

static int64_t encode_final(const struct points *p, const struct tn_split_rules *r, char *out) {
  struct tn_text separator = r->split == TN_SPLIT_STRING ? r->separator : TEXT(" ");
  int64_t n = 0;
  for (int k = 0; k < p->n; k++) {
    int what = fate(r, p->code[k]);
    if (what == 1) {
      memcpy(out + n, separator.at, (size_t)separator.n);
      n += separator.n;
    } else if (what == 0) {
      n += tn_utf8_write(p->code[k], out + n);
    }
  }
  return n;
}

struct words {
  struct tn_text word[MOST];
  int n;
};

static int letters_in(struct tn_text word) {
  struct points p;
  decode(word, &p);
  return p.n;
}

static void cut(char *text, int64_t n, const struct tn_split_rules *r, struct words *out) {
  struct tn_text separator = r->split == TN_SPLIT_STRING ? r->separator : TEXT(" ");
  int64_t from = 0;
  out->n = 0;
  for (int64_t i = 0; i <= n; i++) {
    int here = i + separator.n <= n && memcmp(text + i, separator.at, (size_t)separator.n) == 0;
    int characters = r->split == TN_SPLIT_CHARACTERS;
    int end = characters ? i > from && (i == n || ((unsigned char)text[i] & 0xC0) != 0x80)
              : r->split == TN_SPLIT_NONE ? i == n
                                          : here || i == n;
    if (end) {
      struct tn_text word = {text + from, i - from};
      int plain = characters || r->split == TN_SPLIT_NONE;
      if (plain || (word.n > 0 && letters_in(word) >= r->shortest)) {
        out->word[out->n++] = word;
      }
      from = characters ? i : i + separator.n;
      i = characters || i == n ? i : from - 1;
    }
  }
}

/* The splitter's words, in order, are those of the twin, joined into groups. */
static int same_groups(const struct tn_tokens *t, const struct words *w,
                       const struct tn_split_rules *r) {
  int32_t single = 1;
  const int32_t *group = r->n_groups ? r->group : &single;
  int64_t at = 0;
  for (int g = 0; g < (r->n_groups ? r->n_groups : 1); g++) {
    for (int k = 0; k + group[g] <= w->n; k++) {
      char joined[MOST * 4];
      int64_t n = 0;
      for (int m = k; m < k + group[g]; m++) {
        if (m > k) {
          joined[n++] = ' ';
        }
        memcpy(joined + n, w->word[m].at, (size_t)w->word[m].n);
        n += w->word[m].n;
      }
      if (at >= t->n || !token_is(t, at++, (struct tn_text){joined, n})) {
        return 0;
      }
    }
  }
  return at == t->n;
}

static int all_valid(const struct tn_tokens *t) {
  int used, bad = 0;
  for (int64_t i = 0; i < t->n_bytes; i += used) {
    tn_utf8_read(t->bytes + i, t->n_bytes - i, &used, &bad);
  }
  return !bad;
}

static int one_case(uint64_t *state, struct tn_tokens *t) {
  static struct points given, lowered;
  static struct words words;
  static char final[MOST * 4];
  int32_t group[3];
  char bytes[LONGEST * 4];
  struct tn_split_rules rules = make_rules(state, group);
  int64_t n = make_text(state, bytes);
  char *own = malloc((size_t)n + (n == 0)); /* so that reading beyond it is seen */
  memcpy(own, bytes, (size_t)n);
  struct tn_text text = {own, n};
  struct tn_splitter *s;
  decode(text, &given);
  lower(&given, rules.lower, &lowered);
  cut(final, encode_final(&lowered, &rules, final), &rules, &words);
  int fine = tn_splitter_new(&rules, &s, NULL) == TN_OK && tn_split(s, text, t, NULL) == TN_OK &&
             same_groups(t, &words, &rules) && all_valid(t);
  tn_splitter_free(s);
  free(own);
  return fine;
}

static int64_t cases = 20000;
static uint64_t seed = 1;

TEST(any_text_splits_as_the_plain_twin_does) {
  struct tn_tokens t = {0};
  for (int64_t k = 0; k < cases; k++) {
    uint64_t state = (seed * 1000003u + (uint64_t)k) * 0x9E3779B97F4A7C15u | 1, start = state;
    if (!one_case(&state, &t)) {
      char what[80];
      snprintf(what, sizeof what, "case %lld, state %llu", (long long)k, (unsigned long long)start);
      tn_complain(__FILE__, __LINE__, what);
    }
  }
  tn_tokens_free(&t);
  CHECK(tn_alloc_live() == 0);
}

int main(int argc, char **argv) {
  cases = tn_test_number(argc, argv, 1, "TN_CASES", cases);
  seed = (uint64_t)tn_test_number(argc, argv, 2, NULL, (int64_t)seed);
  RUN(any_text_splits_as_the_plain_twin_does);
  return tn_test_summary();
}
