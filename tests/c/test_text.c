/* Letters, splitting, vocabularies, hashes. */
#include "platform/alloc.h"
#include "platform/utf8.h"
#include "text/unicode.h"
#include "text/word_hash.h"
#include "text_fixture.h"

TEST(code_points_go_through_utf8) {
  char bytes[TN_UTF8_MAX];
  for (uint32_t code = 1; code <= 0x10FFFF; code += code < 0x3000 ? 1 : 61) {
    if (code >= 0xD800 && code <= 0xDFFF) {
      continue;
    }
    int n = tn_utf8_write(code, bytes), used = 0, bad = 0;
    CHECK(tn_utf8_read(bytes, n, &used, &bad) == code && used == n && !bad);
    CHECK(tn_utf8_read_back(bytes, n, &used) == code && used == n);
  }
}

TEST(bad_bytes_are_read_one_by_one) {
  static const char *const bad_texts[] = {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                                          "\xF4\x90\x80\x80", "\xF5", "\xFF", "\xE2\x82"};
  for (size_t k = 0; k < sizeof bad_texts / sizeof *bad_texts; k++) {
    int64_t n = (int64_t)strlen(bad_texts[k]);
    int used, bad = 0;
    CHECK(tn_utf8_read(bad_texts[k], n, &used, &bad) == TN_UTF8_REPLACEMENT && used == 1 && bad);
    CHECK(tn_utf8_read_back(bad_texts[k], n, &used) == TN_UTF8_REPLACEMENT && used == 1);
  }
}

TEST(lower_case) {
  static const uint32_t pairs[][2] = {{'A', 'a'}, {'z', 'z'}, {'@', '@'}, {'[', '['},
                                      {0xC9, 0xE9}, {0xD7, 0xD7}, {0x1C5, 0x1C6}, {0x410, 0x430},
                                      {0x1E9E, 0xDF}, {0x2167, 0x2177}, {0x24B6, 0x24D0},
                                      {0x100, 0x101}, {0x101, 0x101}, {0x178, 0xFF},
                                      {0x10400, 0x10428}, {0x1E921, 0x1E943}, {0x10FFFF, 0x10FFFF}};
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
    CHECK(tn_lower(pairs[k][0]) == pairs[k][1]);
  }
  CHECK(tn_is_cased('q') && tn_is_cased(0x3A3) && !tn_is_cased('7'));
  CHECK(tn_is_case_ignorable('\'') && tn_is_case_ignorable(0x301) && !tn_is_case_ignorable(' '));
  CHECK(tn_is_word('_') && tn_is_word(0x65E5) && tn_is_word('7') && !tn_is_word('-') &&
        !tn_is_word(0x2019));
}

TEST(splitting_by_default) {
  struct tn_split_rules r = default_rules();
  CHECK(splits_into(&r, TEXT(""), TEXT("")));
  CHECK(splits_into(&r, TEXT(" \t\n...!?"), TEXT("")));
  CHECK(splits_into(&r, TEXT("Don't  panic, it's ORGANIC!"), TEXT("don't|panic|it's|organic|")));
  CHECK(splits_into(&r, TEXT("a\rb\vc"), TEXT("a\rb\vc|")));
  CHECK(splits_into(&r, TEXT("a\0b c"), TEXT("a\0b|c|")));
  CHECK(splits_into(&r, TEXT("\xC3\x89T\xC3\x89"), TEXT("\xC3\xA9t\xC3\xA9|")));
  CHECK(splits_into(&r, TEXT("\xC4\xB0stanbul I"), TEXT("i\xCC\x87stanbul|i|")));
}

/* Capital sigma at the end of a word, past apostrophes and combining marks, and not elsewhere. */
TEST(final_sigma) {
  struct tn_split_rules r = default_rules();
  r.filters = TEXT("");
  CHECK(splits_into(&r, TEXT("\xCE\x9F\xCE\xA3"), TEXT("\xCE\xBF\xCF\x82|")));
  CHECK(splits_into(&r, TEXT("\xCE\x9F\xCE\xA3'"), TEXT("\xCE\xBF\xCF\x82'|")));
  CHECK(splits_into(&r, TEXT("\xCE\x9F'\xCE\xA3 x"), TEXT("\xCE\xBF'\xCF\x82|x|")));
  CHECK(splits_into(&r, TEXT("\xCE\xA3"), TEXT("\xCF\x83|")));
  CHECK(splits_into(&r, TEXT("1\xCE\xA3"), TEXT("1\xCF\x83|")));
  CHECK(splits_into(&r, TEXT("\xCE\x9F\xCE\xA3'\xCE\x9F"), TEXT("\xCE\xBF\xCF\x83'\xCE\xBF|")));
  CHECK(splits_into(&r, TEXT("\xCE\x9F\xCE\xA3\xFF"), TEXT("\xCE\xBF\xCF\x82\xEF\xBF\xBD|")));
}

TEST(other_separators) {
  struct tn_split_rules r = default_rules();
  r.separator = TEXT("--");
  r.filters = TEXT("!");
  CHECK(splits_into(&r, TEXT("a--b-c--d!e"), TEXT("a|b-c|d|e|")));
  CHECK(splits_into(&r, TEXT("----"), TEXT("")));
  CHECK(splits_into(&r, TEXT("a---b"), TEXT("a|-b|")));
  CHECK(splits_into(&r, TEXT("a-!b"), TEXT("a|-b|"))); /* a---b */
  r.separator = TEXT("\xC3\xA9");
  r.filters = TEXT("\xC3\xA0,");
  CHECK(splits_into(&r, TEXT("a\xC3\x89" "b\xC3\x80" "c,d"), TEXT("a|b|c|d|")));
  struct tn_splitter *s;
  struct tn_error err;
  tn_error_init(&err);
  r.separator.n = 0;
  CHECK(tn_splitter_new(&r, &s, &err) == TN_STATUS_ARG && s == NULL);
}

TEST(other_ways_to_split) {
  struct tn_split_rules r = default_rules();
  r.filters = TEXT("");
  r.split = TN_SPLIT_CHARACTERS;
  CHECK(splits_into(&r, TEXT("A\xC3\x89 "), TEXT("a|\xC3\xA9| |")));
  r.split = TN_SPLIT_NONE;
  CHECK(splits_into(&r, TEXT("A b"), TEXT("a b|")));
  CHECK(splits_into(&r, TEXT(""), TEXT("|")));
  r.split = TN_SPLIT_WHITE;
  r.lower = TN_LOWER_ASCII;
  r.deleted = TEXT("!'-");
  CHECK(splits_into(&r, TEXT("Don't\vstop-now!\r\n\xC3\x89"), TEXT("dont|stopnow|\xC3\x89|")));
  r = default_rules();
  r.filters = TEXT("");
  r.split = TN_SPLIT_WORDS;
  r.shortest = 2;
  CHECK(splits_into(&r, TEXT("A big-cat_1, \xE6\x97\xA5\xE6\x9C\xAC\xE3\x80\x81\xE8\xAA\x9E x!"),
                    TEXT("big|cat_1|\xE6\x97\xA5\xE6\x9C\xAC|")));
}

TEST(word_groups) {
  struct tn_split_rules r = default_rules();
  int32_t up_to_2[] = {1, 2}, only_3[] = {3}, odd[] = {3, 1}, none[] = {0};
  r.group = up_to_2;
  r.n_groups = 2;
  CHECK(splits_into(&r, TEXT("a b c"), TEXT("a|b|c|a b|b c|")));
  CHECK(splits_into(&r, TEXT("a"), TEXT("a|")));
  CHECK(splits_into(&r, TEXT(""), TEXT("")));
  r.group = only_3;
  r.n_groups = 1;
  CHECK(splits_into(&r, TEXT("a b c d"), TEXT("a b c|b c d|")));
  CHECK(splits_into(&r, TEXT("a b"), TEXT("")));
  r.group = odd;
  r.n_groups = 2;
  r.joint = TEXT("");
  CHECK(splits_into(&r, TEXT("a b c"), TEXT("abc|a|b|c|")));
  struct tn_splitter *s;
  r.group = none;
  CHECK(tn_splitter_new(&r, &s, NULL) == TN_STATUS_ARG);
}

TEST(words_that_are_given) {
  struct tn_split_rules r = default_rules();
  struct tn_text words[] = {TEXT("Cat Sat!"), TEXT(""), TEXT("\xC3\x89")};
  struct tn_splitter *s;
  struct tn_tokens t = {0};
  CHECK(tn_splitter_new(&r, &s, NULL) == TN_OK);
  CHECK(tn_split_given(s, words, 3, &t, NULL) == TN_OK);
  CHECK(t.n == 3 && token_is(&t, 0, TEXT("cat sat!")) && token_is(&t, 1, TEXT("")) &&
        token_is(&t, 2, TEXT("\xC3\xA9")));
  tn_tokens_free(&t);
  tn_splitter_free(s);
}

TEST(vocabulary_numbers_words_in_order) {
  struct tn_vocabulary v = {0}, other = {0};
  char word[64];
  int64_t number;
  CHECK(find_in(&v, "a", 1) == -1);
  for (int pass = 0; pass < 2; pass++) {
    for (int k = 0; k < 5000; k++) {
      int n = snprintf(word, sizeof word, k % 3 ? "w%d" : "a-rather-long-word-%d", k);
      CHECK(add_to(&v, word, n, &number) == TN_OK && number == k);
      CHECK(find_in(&v, word, n) == k);
    }
  }
  CHECK(v.n == 5000 && find_in(&v, "nothing", 7) == -1);
  CHECK(find_in(&v, "", 0) == -1);
  CHECK(add_to(&other, "new", 3, &number) == TN_OK);
  CHECK(add_to(&other, "w1", 2, &number) == TN_OK);
  other.term[1].count = 7;
  CHECK(tn_vocabulary_merge(&v, &other, NULL) == TN_OK);
  CHECK(v.n == 5001 && find_in(&v, "new", 3) == 5000 && v.term[1].count == 7);
  tn_vocabulary_free(&v);
  tn_vocabulary_free(&other);
}

TEST(words_of_all_lengths_are_told_apart) {
  struct tn_vocabulary v = {0};
  char word[40];
  int64_t number, expected = 0;
  for (int n = 0; n < 40; n++) {
    memset(word, 'x', sizeof word);
    CHECK(add_to(&v, word, n, &number) == TN_OK && number == expected++);
    for (int k = 0; k < n; k++) {
      word[k] = 'y';
      CHECK(add_to(&v, word, n, &number) == TN_OK && number == expected++);
      word[k] = 'x';
    }
  }
  tn_vocabulary_free(&v);
}

/* The test suite of RFC 1321. */
TEST(md5_of_the_rfc) {
  const struct {
    struct tn_text text;
    const char *digest;
  } cases[] = {{TEXT(""), "d41d8cd98f00b204e9800998ecf8427e"},
               {TEXT("a"), "0cc175b9c0f1b6a831c399e269772661"},
               {TEXT("abc"), "900150983cd24fb0d6963f7d28e17f72"},
               {TEXT("message digest"), "f96b697d7cb7938d525a2f31aaf161d0"},
               {TEXT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
                "d174ab98d277d9f5a5611c2c9f419d9f"},
               {TEXT("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
                "57edf4a22be3c955ac49da2e2107b67a"}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    uint8_t digest[16];
    char text[33];
    tn_md5(cases[k].text, digest);
    for (int i = 0; i < 16; i++) {
      snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    CHECK(strcmp(text, cases[k].digest) == 0);
  }
  CHECK(tn_word_md5(TEXT("a"), 1) == 0 && tn_word_md5(TEXT("a"), 256) == 0x61);
  CHECK(tn_word_hash(TEXT("a"), 1) == 0 && tn_word_hash(TEXT("abc"), 1000003) < 1000003);
  CHECK(tn_word_hash(TEXT("cat"), 1 << 30) == 781151785);
}

int main(void) {
  RUN(code_points_go_through_utf8);
  RUN(bad_bytes_are_read_one_by_one);
  RUN(lower_case);
  RUN(splitting_by_default);
  RUN(final_sigma);
  RUN(other_separators);
  RUN(other_ways_to_split);
  RUN(word_groups);
  RUN(words_that_are_given);
  RUN(vocabulary_numbers_words_in_order);
  RUN(words_of_all_lengths_are_told_apart);
  RUN(md5_of_the_rfc);
  CHECK(tn_alloc_live() == 0);
  return tn_test_summary();
}
