#include "files/idx.h"

#include <string.h>

enum { UNSIGNED_BYTES = 8 };

enum tn_status tn_idx_read(const uint8_t *bytes, int64_t n, struct tn_numbers *x,
                           struct tn_error *err) {
  struct tn_number_type length = {TN_NUMBER_UNSIGNED, 4, 1};
  memset(x, 0, sizeof *x);
  if (n < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != UNSIGNED_BYTES || bytes[3] < 1 ||
      bytes[3] > TN_NUMBERS_MAX_RANK) {
    return tn_fail(err, TN_STATUS_IO, "this is not an array of bytes in idx format");
  }
  x->type = (struct tn_number_type){TN_NUMBER_UNSIGNED, 1, 0};
  x->last_fastest = 1;
  x->rank = bytes[3];
  int64_t from = 4 + 4 * (int64_t)x->rank, count;
  if (n < from) {
    return tn_fail(err, TN_STATUS_IO, "the file was cut off");
  }
  for (int k = 0; k < x->rank; k++) {
    x->dim[k] = tn_number_int(&length, bytes + 4, k);
  }
  x->bytes = bytes + from;
  TN_TRY(tn_numbers_count(x, n - from, &count, err));
  return count == n - from ? TN_OK
                           : tn_fail(err, TN_STATUS_IO, "the file is longer than its shape says");
}
