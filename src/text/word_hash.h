/* Words as numbers that are the same in every session and on every machine. */
#ifndef TN_TEXT_WORD_HASH_H
#define TN_TEXT_WORD_HASH_H

#include "text/splitter.h"

/* FNV-1a of 64 bits with a final mixing, modulo m. */
int64_t tn_word_hash(struct tn_text word, int64_t m);
/* The MD5 digest (RFC 1321) read as one big-endian number, modulo m; 1 <= m < 2^55. */
int64_t tn_word_md5(struct tn_text word, int64_t m);
/* The 16 bytes of the digest. */
void tn_md5(struct tn_text text, uint8_t digest[16]);

#endif
