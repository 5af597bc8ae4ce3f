/* UTF-8: reading and writing code points. */
#ifndef TN_PLATFORM_UTF8_H
#define TN_PLATFORM_UTF8_H

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

#endif
