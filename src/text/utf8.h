/* UTF-8: reading, writing, and the properties of letters that lower-casing and words need. */
#ifndef TN_TEXT_UTF8_H
#define TN_TEXT_UTF8_H

#include <stdint.h>

enum { TN_UTF8_REPLACEMENT = 0xFFFD, TN_UTF8_MAX = 4 };

/* The code point at text[0], n >= 1 bytes being left; *used gets its bytes. What is not valid UTF-8
 * (overlong forms, surrogates, stray or missing bytes) is read byte by byte: each gives
 * TN_UTF8_REPLACEMENT, used 1 and *bad = 1, which is otherwise left alone. */
uint32_t tn_utf8_read(const char *text, int64_t n, int *used, int *bad);
/* The code point that ends right before text[at], at >= 1, by the same rules. */
uint32_t tn_utf8_read_back(const char *text, int64_t at, int *used);
/* Writes up to TN_UTF8_MAX bytes, returns how many. */
int tn_utf8_write(uint32_t code, char *out);

/* Lower case of one code point by one code point (capital I with dot gives i). */
uint32_t tn_lower(uint32_t code);
/* Unicode's Cased and Case_Ignorable, by which a capital sigma knows the end of its word. */
int tn_is_cased(uint32_t code);
int tn_is_case_ignorable(uint32_t code);
/* Letters and numbers of any script, and the underscore. */
int tn_is_word(uint32_t code);

#endif
