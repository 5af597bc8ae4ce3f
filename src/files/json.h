/* JSON (RFC 8259), read piece by piece: the caller says what must come next. The text must be UTF-8, which
 * is the caller's to check. */
#ifndef TN_FILES_JSON_H
#define TN_FILES_JSON_H

#include <stdint.h>

#include "platform/status.h"

struct tn_json {
  const char *at, *end;
};

/* Steps over blanks and, when it is next, over the character c. */
int tn_json_next(struct tn_json *j, char c);
/* A string without its escapes goes to `out`, which has room for what is left of the text, and gets a
 * closing zero; *n is its length. Zeros within are refused. */
enum tn_status tn_json_string(struct tn_json *j, char *out, int64_t *n,
                              struct tn_error *err) TN_MUST_CHECK;
/* A whole number of at least 0. */
enum tn_status tn_json_whole(struct tn_json *j, int64_t *value, struct tn_error *err) TN_MUST_CHECK;

#endif
