/* Checksums of files: CRC-32 as in zip archives (ISO 3309), SHA-256 (FIPS 180-4). */
#ifndef TN_FILES_CHECKSUM_H
#define TN_FILES_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* before: the checksum of the bytes in front of these, 0 when there are none. */
uint32_t tn_crc32(uint32_t before, const uint8_t *bytes, size_t n);

struct tn_sha256 {
  uint32_t state[8];
  uint8_t block[64];
  uint64_t n; /* bytes so far */
};

void tn_sha256_init(struct tn_sha256 *s);
void tn_sha256_add(struct tn_sha256 *s, const uint8_t *bytes, size_t n);
/* 64 hexadecimal digits and a zero byte. */
void tn_sha256_text(struct tn_sha256 *s, char out[65]);

#endif
