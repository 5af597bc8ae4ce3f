/* Messages in the wire format of Protocol Buffers, written only: what a message holds is listed item by
 * item, the sizes of messages within messages are found in one pass, and the bytes go out in a second one,
 * to wherever the caller puts them. Nothing is gathered in memory.
 * Format: https://protobuf.dev/programming-guides/encoding/ */
#ifndef TN_FILES_PROTOBUF_H
#define TN_FILES_PROTOBUF_H

#include "platform/status.h"

enum tn_protobuf_kind {
  TN_PROTOBUF_INT,    /* `number` as a varint, negative ones in 10 bytes */
  TN_PROTOBUF_FLOAT,  /* `value` */
  TN_PROTOBUF_BYTES,  /* `number` bytes at `data`: a string, too */
  TN_PROTOBUF_FLOATS, /* `number` floats at `data`, as bytes with the lowest first */
  TN_PROTOBUF_OPEN,   /* a message begins: the items up to its TN_PROTOBUF_CLOSE */
  TN_PROTOBUF_CLOSE   /* has no field */
};

struct tn_protobuf_item {
  enum tn_protobuf_kind kind;
  int32_t field; /* from 1 */
  int64_t number;
  float value;
  const void *data; /* not owned */
};

/* Takes n bytes; 0 when it cannot. */
typedef int (*tn_protobuf_sink)(void *to, const void *bytes, int64_t n);

/* Fills in the size of each opened message (its `number`). An error where messages are not closed, nest
 * deeper than 64, or hold more than the 2^31 - 1 bytes that readers take. size: of all items. */
enum tn_status tn_protobuf_measure(struct tn_protobuf_item *item, int64_t n, int64_t *size,
                                   struct tn_error *err) TN_MUST_CHECK;

/* Items that were measured. */
enum tn_status tn_protobuf_write(const struct tn_protobuf_item *item, int64_t n, tn_protobuf_sink put,
                                 void *to, struct tn_error *err) TN_MUST_CHECK;

#endif
