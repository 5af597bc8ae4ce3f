#include "platform/utf8.h"

static int is_tail(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

/* Bytes a sequence has by its first byte; 0 where none may begin. */
static int length_by_first(unsigned char first) {
  if (first < 0x80) {
    return 1;
  }
  return first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

static uint32_t one_bad_byte(int *used, int *bad) {
  *used = 1;
  *bad = 1;
  return TN_UTF8_REPLACEMENT;
}

uint32_t tn_utf8_read(const char *text, int64_t n, int *used, int *bad) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char first = (unsigned char)text[0];
  int length = length_by_first(first);
  if (length == 1) {
    *used = 1;
    return first;
  }
  if (length == 0 || length > n) {
    return one_bad_byte(used, bad);
  }
  uint32_t code = first & (0x7Fu >> length);
  for (int k = 1; k < length; k++) {
    if (!is_tail(text[k])) {
      return one_bad_byte(used, bad);
    }
    code = code << 6 | ((unsigned char)text[k] & 0x3Fu);
  }
  if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return one_bad_byte(used, bad);
  }
  *used = length;
  return code;
}

uint32_t tn_utf8_read_back(const char *text, int64_t at, int *used) {
  int bad = 0;
  for (int back = 1; back <= TN_UTF8_MAX && back <= at; back++) {
    uint32_t code = tn_utf8_read(text + at - back, back, used, &bad);
    if (*used == back && (back == 1 ? code < 0x80 : 1)) {
      return code;
    }
    if (!is_tail(text[at - back])) {
      break;
    }
  }
  *used = 1;
  return TN_UTF8_REPLACEMENT;
}

int tn_utf8_write(uint32_t code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  int length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (int k = length - 1; k > 0; k--) {
    out[k] = (char)(0x80 | (code & 0x3F));
    code >>= 6;
  }
  out[0] = (char)((0xF00u >> length & 0xF0u) | code);
  return length;
}
