/* The only allocator of the core: 64-byte aligned, zero-filled, counted. */
#ifndef TN_PLATFORM_ALLOC_H
#define TN_PLATFORM_ALLOC_H

#include <stddef.h>
#include <stdint.h>

#include "platform/status.h"

/* count items of size bytes, zeroed; NULL on overflow or without memory. count 0 gives a valid
 * pointer. Freed with tn_free. */
void *tn_alloc(int64_t count, size_t size);
void tn_free(void *p);

/* As tn_alloc into *out (a pointer to a pointer), with a TN_STATUS_ALLOC error. */
enum tn_status tn_alloc_into(void *out, int64_t count, size_t size, struct tn_error *err)
    TN_MUST_CHECK;

/* *array of `used` items (a pointer to a pointer) gets room for at least `wanted`, growing by
 * half, so that adding one by one costs a constant each; *room is what it holds. What grows is
 * copied; on failure everything is as before. */
enum tn_status tn_grow(void *array, int64_t used, int64_t wanted, size_t size, int64_t *room,
                       struct tn_error *err) TN_MUST_CHECK;

/* Live allocations, for leak tests. */
int64_t tn_alloc_live(void);

/* Test hook: the n-th allocation from now on fails (and all after it); negative switches it off. */
void tn_alloc_fail_after(int64_t n);

#endif
