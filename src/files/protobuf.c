#include "files/protobuf.h"

#include <string.h>

enum { VARINT = 0, DELIMITED = 2, FIXED32 = 5 }; /* wire types */
enum { DEEPEST = 64, VARINT_BYTES = 10, AT_ONCE = 1024 };

/* ---- sizes ------------------------------------------------------------------------------------- */

static int varint_size(uint64_t x) {
  int size = 1;
  while (x >= 128) {
    x >>= 7;
    size++;
  }
  return size;
}

static int tag_size(const struct tn_protobuf_item *item) {
  return varint_size((uint64_t)item->field << 3);
}

/* Bytes behind the tag and, where it has one, the length. */
static int64_t content_size(const struct tn_protobuf_item *item) {
  switch (item->kind) {
    case TN_PROTOBUF_INT: return varint_size((uint64_t)item->number);
    case TN_PROTOBUF_FLOAT: return 4;
    case TN_PROTOBUF_FLOATS: return 4 * item->number;
    default: return item->number;
  }
}

static int has_length(enum tn_protobuf_kind kind) {
  return kind == TN_PROTOBUF_BYTES || kind == TN_PROTOBUF_FLOATS || kind == TN_PROTOBUF_OPEN;
}

static int64_t whole_size(const struct tn_protobuf_item *item) {
  int64_t content = content_size(item);
  return tag_size(item) + (has_length(item->kind) ? varint_size((uint64_t)content) : 0) + content;
}

static enum tn_status too_large(struct tn_error *err) {
  return tn_fail(err, TN_STATUS_IO, "It would be larger than 2 GB, the most that readers of the format take.");
}

static enum tn_status check_item(const struct tn_protobuf_item *item, struct tn_error *err) {
  int counted = item->kind == TN_PROTOBUF_BYTES || item->kind == TN_PROTOBUF_FLOATS;
  if (item->field < 1 || item->field >= 1 << 29) {
    return tn_fail(err, TN_STATUS_ARG, "there is no field %d in a message", (int)item->field);
  }
  if (counted && (item->number < 0 || item->number > INT32_MAX)) {
    return too_large(err);
  }
  return TN_OK;
}

/* Open messages are kept as a list from the innermost out. */
enum tn_status tn_protobuf_measure(struct tn_protobuf_item *item, int64_t n, int64_t *size,
                                   struct tn_error *err) {
  int64_t open[DEEPEST + 1], sum[DEEPEST + 1] = {0};
  int depth = 0;
  for (int64_t i = 0; i < n; i++) {
    struct tn_protobuf_item *done = &item[i];
    if (done->kind == TN_PROTOBUF_OPEN) {
      if (depth == DEEPEST) {
        return tn_fail(err, TN_STATUS_ARG, "messages nest deeper than %d", DEEPEST);
      }
      open[++depth] = i;
      sum[depth] = 0;
      continue;
    }
    if (done->kind == TN_PROTOBUF_CLOSE) {
      if (depth == 0) {
        return tn_fail(err, TN_STATUS_STATE, "a message is closed that was not opened");
      }
      done = &item[open[depth]];
      done->number = sum[depth--];
    }
    TN_TRY(check_item(done, err));
    sum[depth] += whole_size(done);
    if (sum[depth] > INT32_MAX) {
      return too_large(err);
    }
  }
  if (depth > 0) {
    return tn_fail(err, TN_STATUS_STATE, "a message is not closed");
  }
  *size = sum[0];
  return TN_OK;
}

/* ---- bytes ------------------------------------------------------------------------------------- */

static int put_varint(uint64_t x, uint8_t *to) {
  int n = 0;
  while (x >= 128) {
    to[n++] = (uint8_t)(x | 128);
    x >>= 7;
  }
  to[n++] = (uint8_t)x;
  return n;
}

static void put_float(const void *from, uint8_t *to) {
  uint32_t bits;
  memcpy(&bits, from, sizeof bits);
  for (int k = 0; k < 4; k++) {
    to[k] = (uint8_t)(bits >> (8 * k));
  }
}

static int lowest_first(void) {
  const uint16_t one = 1;
  uint8_t first;
  memcpy(&first, &one, 1);
  return first == 1;
}

static int put_floats(const uint8_t *from, int64_t n, tn_protobuf_sink put, void *to) {
  uint8_t bytes[4 * AT_ONCE];
  int fine = 1;
  if (lowest_first()) {
    return put(to, from, 4 * n);
  }
  for (int64_t at = 0; at < n && fine; at += AT_ONCE) {
    int64_t count = n - at < AT_ONCE ? n - at : AT_ONCE;
    for (int64_t k = 0; k < count; k++) {
      put_float(from + 4 * (at + k), bytes + 4 * k);
    }
    fine = put(to, bytes, 4 * count);
  }
  return fine;
}

static int put_item(const struct tn_protobuf_item *item, tn_protobuf_sink put, void *to) {
  uint8_t head[2 * VARINT_BYTES + 4];
  int wire = item->kind == TN_PROTOBUF_INT     ? VARINT
             : item->kind == TN_PROTOBUF_FLOAT ? FIXED32
                                               : DELIMITED;
  int n = put_varint((uint64_t)item->field << 3 | (uint64_t)wire, head);
  if (wire == VARINT) {
    n += put_varint((uint64_t)item->number, head + n);
  } else if (wire == FIXED32) {
    put_float(&item->value, head + n);
    n += 4;
  } else {
    n += put_varint((uint64_t)content_size(item), head + n);
  }
  if (!put(to, head, n)) {
    return 0;
  }
  if (item->kind == TN_PROTOBUF_FLOATS) {
    return put_floats(item->data, item->number, put, to);
  }
  return item->kind != TN_PROTOBUF_BYTES || put(to, item->data, item->number);
}

enum tn_status tn_protobuf_write(const struct tn_protobuf_item *item, int64_t n, tn_protobuf_sink put,
                                 void *to, struct tn_error *err) {
  for (int64_t i = 0; i < n; i++) {
    if (item[i].kind != TN_PROTOBUF_CLOSE && !put_item(&item[i], put, to)) {
      return tn_fail(err, TN_STATUS_IO, "Not all of it arrived: the disk may be full.");
    }
  }
  return TN_OK;
}
