#include "platform/alloc.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The pointer that malloc gave stands right before the aligned block. */
enum { ALIGNMENT = 64 };

static atomic_llong live;
static atomic_llong fail_after = -1;

static int must_fail(void) {
  long long left = atomic_load(&fail_after);
  if (left < 0) {
    return 0;
  }
  if (left > 0) {
    atomic_fetch_sub(&fail_after, 1);
  }
  return left == 0;
}

void *tn_alloc(int64_t count, size_t size) {
  if (must_fail() || count < 0 ||
      (size > 0 && (uint64_t)count > (SIZE_MAX - 2 * ALIGNMENT) / size)) {
    return NULL;
  }
  size_t bytes = (size_t)count * size;
  char *base = calloc(1, bytes + ALIGNMENT + sizeof(void *));
  if (base == NULL) {
    return NULL;
  }
  uintptr_t start = ((uintptr_t)base + sizeof(void *) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  char *block = base + (start - (uintptr_t)base);
  memcpy(block - sizeof(void *), &base, sizeof base);
  atomic_fetch_add(&live, 1);
  return block;
}

void tn_free(void *p) {
  if (p == NULL) {
    return;
  }
  void *base;
  memcpy(&base, (char *)p - sizeof(void *), sizeof base);
  free(base);
  atomic_fetch_sub(&live, 1);
}

enum tn_status tn_alloc_into(void *out, int64_t count, size_t size, struct tn_error *err) {
  void *p = tn_alloc(count, size);
  memcpy(out, &p, sizeof p);
  if (p == NULL) {
    return tn_fail(err, TN_STATUS_ALLOC, "no memory for %.0f bytes", (double)count * (double)size);
  }
  return TN_OK;
}

enum tn_status tn_grow(void *array, int64_t used, int64_t wanted, size_t size, int64_t *room,
                       struct tn_error *err) {
  if (wanted <= *room) {
    return TN_OK;
  }
  int64_t more = *room + *room / 2 + 16;
  more = more > wanted ? more : wanted;
  void *old, *grown;
  memcpy(&old, array, sizeof old);
  TN_TRY(tn_alloc_into(&grown, more, size, err));
  if (used > 0) {
    memcpy(grown, old, (size_t)used * size);
  }
  tn_free(old);
  memcpy(array, &grown, sizeof grown);
  *room = more;
  return TN_OK;
}

int64_t tn_alloc_live(void) { return (int64_t)atomic_load(&live); }

void tn_alloc_fail_after(int64_t n) { atomic_store(&fail_after, (long long)n); }
