/* Outcome of every function that can fail. The core never jumps, exits or prints: it returns a
 * status and leaves one message behind; src/r turns both into a classed R condition. */
#ifndef TN_PLATFORM_STATUS_H
#define TN_PLATFORM_STATUS_H

#include <stdint.h>

enum tn_status {
  TN_OK = 0,
  TN_STATUS_ALLOC,    /* no memory */
  TN_STATUS_ARG,      /* a value out of its range */
  TN_STATUS_SHAPE,    /* shapes that do not fit */
  TN_STATUS_STATE,    /* a call in the wrong order */
  TN_STATUS_NUMERIC,  /* NaN or Inf where a number is needed */
  TN_STATUS_IO,
  TN_STATUS_CANCELLED
};

#define TN_ERROR_MESSAGE_SIZE 512

struct tn_error {
  enum tn_status status;
  int64_t index; /* node, row or segment the message is about; -1 when none */
  char message[TN_ERROR_MESSAGE_SIZE];
};

#if defined(__GNUC__)
#define TN_MUST_CHECK __attribute__((warn_unused_result))
#define TN_PRINTF(text_at, first) __attribute__((format(printf, text_at, first)))
#else
#define TN_MUST_CHECK
#define TN_PRINTF(text_at, first)
#endif

/* Returns at once when expr is not TN_OK. */
#define TN_TRY(expr)                        \
  do {                                      \
    enum tn_status tn_try_status = (expr);  \
    if (tn_try_status != TN_OK) {           \
      return tn_try_status;                 \
    }                                       \
  } while (0)

void tn_error_init(struct tn_error *err);

/* Notes status and message in err (which may be NULL; the first error wins) and returns status. */
enum tn_status tn_fail(struct tn_error *err, enum tn_status status, const char *format, ...)
    TN_PRINTF(3, 4);

#endif
