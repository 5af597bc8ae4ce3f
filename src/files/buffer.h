/* An array that grows: what a reader gathers whose size is known at the end only. */
#ifndef TN_FILES_BUFFER_H
#define TN_FILES_BUFFER_H

#include "platform/alloc.h"

/* Makes room for `wanted` items of `size` bytes behind *items, which holds n of *capacity; at least
 * doubles, so that adding one by one costs a constant each. *items is a pointer to any type. */
enum tn_status tn_buffer_reserve(void *items, int64_t n, int64_t *capacity, int64_t wanted,
                                 size_t size, struct tn_error *err) TN_MUST_CHECK;

#endif
