#include "files/buffer.h"

#include <string.h>

enum { FIRST_CAPACITY = 16 };

enum tn_status tn_buffer_reserve(void *items, int64_t n, int64_t *capacity, int64_t wanted,
                                 size_t size, struct tn_error *err) {
  if (wanted <= *capacity) {
    return TN_OK;
  }
  int64_t larger = *capacity < FIRST_CAPACITY ? FIRST_CAPACITY : 2 * *capacity;
  larger = larger < wanted ? wanted : larger;
  void *old, *fresh;
  memcpy(&old, items, sizeof old);
  TN_TRY(tn_alloc_into(&fresh, (size_t)larger, size, err));
  if (n > 0) {
    memcpy(fresh, old, (size_t)n * size);
  }
  tn_free(old);
  memcpy(items, &fresh, sizeof fresh);
  *capacity = larger;
  return TN_OK;
}
