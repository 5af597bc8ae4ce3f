#include "platform/status.h"

#include <stdarg.h>
#include <stdio.h>

void tn_error_init(struct tn_error *err) {
  err->status = TN_OK;
  err->index = -1;
  err->message[0] = '\0';
}

enum tn_status tn_fail(struct tn_error *err, enum tn_status status, const char *format, ...) {
  if (err != NULL && err->status == TN_OK) {
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    err->status = status;
  }
  return status;
}
