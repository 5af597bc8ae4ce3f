#include "text/documents.h"

#include <stddef.h>

enum { LEAST_BYTES = 1 << 18, BYTES_PER_WORD = 16 };

static int64_t weight(const struct tn_documents *docs, int64_t d) {
  if (docs->first == NULL) {
    return docs->text[d].n + BYTES_PER_WORD;
  }
  int64_t bytes = BYTES_PER_WORD * (1 + docs->first[d + 1] - docs->first[d]);
  for (int64_t k = docs->first[d]; k < docs->first[d + 1]; k++) {
    bytes += docs->text[k].n;
  }
  return bytes;
}

int tn_documents_parts(const struct tn_documents *docs, int64_t from[TN_TEXT_PARTS + 1]) {
  int64_t total = 0, filled = 0;
  int parts = 0;
  for (int64_t d = 0; d < docs->n; d++) {
    total += weight(docs, d);
  }
  int64_t each = total / TN_TEXT_PARTS + 1;
  each = each < LEAST_BYTES ? LEAST_BYTES : each;
  from[0] = 0;
  for (int64_t d = 0; d < docs->n; d++) {
    filled += weight(docs, d);
    if (filled >= each && parts < TN_TEXT_PARTS - 1) {
      from[++parts] = d + 1;
      filled = 0;
    }
  }
  if (docs->n > from[parts]) {
    from[++parts] = docs->n;
  }
  return parts;
}

enum tn_status tn_documents_split(const struct tn_documents *docs, int64_t d,
                                  const struct tn_splitter *s, struct tn_tokens *t,
                                  struct tn_error *err) {
  if (docs->first == NULL) {
    return tn_split(s, docs->text[d], t, err);
  }
  int64_t first = docs->first[d];
  return tn_split_given(s, docs->text + first, docs->first[d + 1] - first, t, err);
}

void tn_invalid_note(struct tn_invalid *invalid, int64_t document) {
  if (invalid->n++ == 0) {
    invalid->first = document;
  }
}

void tn_invalid_add(struct tn_invalid *invalid, const struct tn_invalid *later) {
  if (invalid->n == 0) {
    invalid->first = later->first;
  }
  invalid->n += later->n;
}
