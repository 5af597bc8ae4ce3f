#include "files/json.h"

#include "platform/utf8.h"

int tn_json_next(struct tn_json *j, char c) {
  while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\t' || *j->at == '\r')) {
    j->at++;
  }
  if (j->at < j->end && *j->at == c) {
    j->at++;
    return 1;
  }
  return 0;
}

static enum tn_status broken(struct tn_error *err, const char *what) {
  return tn_fail(err, TN_STATUS_IO, "the header is no JSON: %s", what);
}

/* Four hexadecimal digits; -1 when they are not there. */
static int32_t read_unit(struct tn_json *j) {
  int32_t value = 0;
  for (int k = 0; k < 4; k++, j->at++) {
    char c = j->at < j->end ? *j->at : '\0';
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) {
      return -1;
    }
    value = 16 * value + digit;
  }
  return value;
}

/* Behind "\u": one code point of one or two units; 0 when there is none. Never longer than its text. */
static int read_code(struct tn_json *j, char *out) {
  int32_t code = read_unit(j);
  if (code >= 0xD800 && code < 0xDC00) {
    if (j->end - j->at < 6 || j->at[0] != '\\' || j->at[1] != 'u') {
      return 0;
    }
    j->at += 2;
    int32_t low = read_unit(j);
    code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : -1;
  }
  return code <= 0 || (code >= 0xD800 && code < 0xE000) ? 0 : tn_utf8_write((uint32_t)code, out);
}

static int read_escape(struct tn_json *j, char *out) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  char c = j->at < j->end ? *j->at++ : '\0';
  if (c == 'u') {
    return read_code(j, out);
  }
  for (int k = 0; names[k] != '\0'; k++) {
    if (c == names[k]) {
      out[0] = values[k];
      return 1;
    }
  }
  return 0;
}

enum tn_status tn_json_string(struct tn_json *j, char *out, int64_t *n, struct tn_error *err) {
  *n = 0;
  if (!tn_json_next(j, '"')) {
    return broken(err, "a string is missing");
  }
  while (j->at < j->end && *j->at != '"') {
    unsigned char c = (unsigned char)*j->at++;
    if (c < ' ') {
      return broken(err, "a control character stands in a string");
    }
    if (c != '\\') {
      out[(*n)++] = (char)c;
      continue;
    }
    int used = read_escape(j, out + *n);
    if (used == 0) {
      return broken(err, "a string has an escape that is not known");
    }
    *n += used;
  }
  if (j->at == j->end) {
    return broken(err, "a string does not end");
  }
  j->at++;
  out[*n] = '\0';
  return TN_OK;
}

enum tn_status tn_json_whole(struct tn_json *j, int64_t *value, struct tn_error *err) {
  (void)tn_json_next(j, '\0');
  const char *from = j->at;
  *value = 0;
  for (; j->at < j->end && *j->at >= '0' && *j->at <= '9'; j->at++) {
    if (*value > (INT64_MAX - 9) / 10 || (j->at > from && *from == '0')) {
      return broken(err, "a number is too large, or begins with 0");
    }
    *value = 10 * *value + (*j->at - '0');
  }
  char c = j->at < j->end ? *j->at : '\0';
  if (j->at == from || c == '.' || c == 'e' || c == 'E') {
    return broken(err, "a whole number of at least 0 is missing");
  }
  return TN_OK;
}
