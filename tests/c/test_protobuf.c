/* Messages as they are written: bytes known by heart, and messages made by chance, which a reader of the
 * format finds again, item by item.
 *   test_protobuf [cases [seed]]     for longer runs */
#include "files/protobuf.h"
#include "platform/alloc.h"
#include "tn_test.h"

static int64_t cases = 20000;
static uint64_t seed = 1;

enum { ROOM = 1 << 16, MOST = 200, DEEPEST = 64 };

struct written {
  uint8_t at[ROOM];
  int64_t n, room;
};

static int take(void *to, const void *bytes, int64_t n) {
  struct written *w = to;
  if (n > w->room - w->n) {
    return 0;
  }
  if (n > 0) {
    memcpy(w->at + w->n, bytes, (size_t)n);
  }
  w->n += n;
  return 1;
}

static struct written out;

static enum tn_status written(struct tn_protobuf_item *item, int64_t n, int64_t *size) {
  struct tn_error err;
  tn_error_init(&err);
  out.n = 0;
  out.room = ROOM;
  TN_TRY(tn_protobuf_measure(item, n, size, &err));
  return tn_protobuf_write(item, n, take, &out, &err);
}

#define INT(f, x) {.kind = TN_PROTOBUF_INT, .field = f, .number = x}
#define TEXT(f, s) {.kind = TN_PROTOBUF_BYTES, .field = f, .number = sizeof(s) - 1, .data = s}
#define OPEN(f) {.kind = TN_PROTOBUF_OPEN, .field = f}
#define CLOSE {.kind = TN_PROTOBUF_CLOSE}

TEST(the_bytes_are_those_of_the_description) {
  static const float floats[] = {1, -2};
  struct tn_protobuf_item item[] = {
      INT(1, 150), TEXT(2, "testing"), OPEN(3), INT(1, 150), OPEN(16), CLOSE, CLOSE, INT(4, -1),
      {.kind = TN_PROTOBUF_FLOAT, .field = 5, .value = 0.5f},
      {.kind = TN_PROTOBUF_FLOATS, .field = 6, .number = 2, .data = floats}};
  static const char want[] =
      "\x08\x96\x01" "\x12\x07testing" "\x1a\x06\x08\x96\x01\x82\x01\x00"
      "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" "\x2d\x00\x00\x00\x3f"
      "\x32\x08\x00\x00\x80\x3f\x00\x00\x00\xc0";
  int64_t size;
  CHECK(written(item, 10, &size) == TN_OK);
  CHECK(size == sizeof want - 1 && out.n == size);
  CHECK(memcmp(out.at, want, sizeof want - 1) == 0);
}

TEST(what_is_no_message_is_refused) {
  int64_t size;
  struct tn_protobuf_item open[] = {OPEN(1), INT(1, 1)}, closed[] = {INT(1, 1), CLOSE}, none[] = {INT(0, 1)};
  struct tn_protobuf_item large[] = {OPEN(1), INT(1, 1), INT(1, 1), CLOSE}, deep[2 * (DEEPEST + 1)];
  CHECK(written(open, 2, &size) == TN_STATUS_STATE);
  CHECK(written(closed, 2, &size) == TN_STATUS_STATE);
  CHECK(written(none, 1, &size) == TN_STATUS_ARG);
  for (int k = 0; k <= DEEPEST; k++) {
    deep[k] = (struct tn_protobuf_item)OPEN(1);
    deep[2 * DEEPEST + 1 - k] = (struct tn_protobuf_item)CLOSE;
  }
  CHECK(written(deep, 2 * (DEEPEST + 1), &size) == TN_STATUS_ARG);
  CHECK(written(deep + 1, 2 * DEEPEST, &size) == TN_OK);
  for (int k = 1; k <= 2; k++) { /* nothing is read when sizes are found */
    large[k] = (struct tn_protobuf_item){.kind = TN_PROTOBUF_BYTES, .field = 1, .number = 1 << 30};
  }
  CHECK(written(large, 4, &size) == TN_STATUS_IO);
  large[1].number = (int64_t)1 << 40;
  CHECK(written(large, 4, &size) == TN_STATUS_IO);
}

TEST(a_full_disk_is_an_error_wherever_it_begins) {
  static const float floats[3000] = {0};
  struct tn_protobuf_item item[] = {TEXT(2, "testing"), OPEN(3), INT(1, 150), CLOSE,
                                    {.kind = TN_PROTOBUF_FLOATS, .field = 6, .number = 3000, .data = floats}};
  int64_t size;
  struct tn_error err;
  CHECK(tn_protobuf_measure(item, 5, &size, NULL) == TN_OK);
  for (int64_t room = 0; room <= size; room += room < 24 ? 1 : 997) {
    tn_error_init(&err);
    out.n = 0;
    out.room = room;
    CHECK(tn_protobuf_write(item, 5, take, &out, &err) == TN_STATUS_IO);
  }
}

/* ---- by chance, and back ------------------------------------------------------------------------ */

struct reader {
  const uint8_t *at, *end;
  int fine;
};

static uint64_t read_varint(struct reader *r) {
  uint64_t x = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (r->at >= r->end) {
      break;
    }
    uint8_t byte = *r->at++;
    x |= shift < 64 ? (uint64_t)(byte & 127) << shift : 0;
    if (byte < 128) {
      return x;
    }
  }
  r->fine = 0;
  return 0;
}

static float read_float(const uint8_t *at) {
  uint32_t bits = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static int same_content(const struct tn_protobuf_item *item, const struct reader *r, int64_t n) {
  if (n > r->end - r->at) {
    return 0;
  }
  if (item->kind == TN_PROTOBUF_BYTES) {
    return n == item->number && (n == 0 || memcmp(r->at, item->data, (size_t)n) == 0);
  }
  int same = n == 4 * item->number;
  for (int64_t k = 0; same && k < item->number; k++) {
    float x = read_float(r->at + 4 * k);
    same = memcmp(&x, (const float *)item->data + k, sizeof x) == 0;
  }
  return same;
}

/* Whether the bytes hold the items from k on, up to the end of the message. The item behind it, -1 where
 * they do not. */
static int64_t same_message(const struct tn_protobuf_item *item, int64_t k, int64_t n, struct reader *r) {
  while (r->at < r->end) {
    if (k >= n || item[k].kind == TN_PROTOBUF_CLOSE) {
      return -1;
    }
    uint64_t tag = read_varint(r), wire = tag & 7;
    if (!r->fine || tag >> 3 != (uint64_t)item[k].field) {
      return -1;
    }
    if (wire == 0) {
      if (item[k].kind != TN_PROTOBUF_INT || read_varint(r) != (uint64_t)item[k].number || !r->fine) {
        return -1;
      }
      k++;
    } else if (wire == 5) {
      if (item[k].kind != TN_PROTOBUF_FLOAT || r->end - r->at < 4 || read_float(r->at) != item[k].value) {
        return -1;
      }
      r->at += 4;
      k++;
    } else {
      int64_t length = (int64_t)read_varint(r);
      struct reader inner = {r->at, r->at + length, r->fine};
      if (wire != 2 || !r->fine || length < 0 || length > r->end - r->at) {
        return -1;
      }
      if (item[k].kind == TN_PROTOBUF_OPEN) {
        k = same_message(item, k + 1, n, &inner);
        if (k < 0 || k >= n || item[k].kind != TN_PROTOBUF_CLOSE) {
          return -1;
        }
      } else if (item[k].kind == TN_PROTOBUF_INT || item[k].kind == TN_PROTOBUF_FLOAT ||
                 !same_content(&item[k], &inner, length)) {
        return -1;
      }
      r->at += length;
      k++;
    }
  }
  return k;
}

/* Small, large and negative numbers. */
static int64_t any_number(uint64_t *state) {
  uint64_t bits = (uint64_t)chance(state, UINT32_MAX) << 32 | chance(state, UINT32_MAX);
  return (int64_t)(chance(state, 2) ? bits : ~bits) >> chance(state, 64);
}

/* A message by chance, closed at its end. */
static int64_t make_items(uint64_t *state, struct tn_protobuf_item *item, const void *bytes) {
  int64_t n = 0, want = (int64_t)chance(state, MOST / 2);
  int depth = 0;
  while (n < want) {
    enum tn_protobuf_kind kind = (enum tn_protobuf_kind)chance(state, 6);
    int32_t field = 1 + (int32_t)(chance(state, (1 << 29) - 1) >> chance(state, 30));
    if ((kind == TN_PROTOBUF_CLOSE && depth == 0) || (kind == TN_PROTOBUF_OPEN && depth == 40)) {
      continue;
    }
    depth += (kind == TN_PROTOBUF_OPEN) - (kind == TN_PROTOBUF_CLOSE);
    int counted = kind == TN_PROTOBUF_BYTES || kind == TN_PROTOBUF_FLOATS;
    item[n++] = (struct tn_protobuf_item){
        .kind = kind, .field = field, .value = (float)any_number(state), .data = counted ? bytes : NULL,
        .number = counted ? (int64_t)(int64_t)chance(state, 150) : any_number(state)};
  }
  while (depth-- > 0) {
    item[n++] = (struct tn_protobuf_item)CLOSE;
  }
  return n;
}

TEST(messages_by_chance_are_read_back) {
  static struct tn_protobuf_item item[MOST];
  static float bytes[200];
  uint64_t state = seed * 0x9E3779B97F4A7C15u | 1;
  for (int k = 0; k < 200; k++) {
    bytes[k] = (float)any_number(&state);
  }
  for (int64_t c = 0; c < cases && !tn_broken; c++) {
    int64_t n = make_items(&state, item, bytes), size = -1;
    CHECK(written(item, n, &size) == TN_OK);
    CHECK(size == out.n);
    struct reader r = {out.at, out.at + out.n, 1};
    CHECK(same_message(item, 0, n, &r) == n);
  }
  CHECK(tn_alloc_live() == 0);
}

int main(int argc, char **argv) {
  cases = argc > 1 ? atoll(argv[1]) : cases;
  seed = argc > 2 ? (uint64_t)atoll(argv[2]) : seed;
  RUN(the_bytes_are_those_of_the_description);
  RUN(what_is_no_message_is_refused);
  RUN(a_full_disk_is_an_error_wherever_it_begins);
  RUN(messages_by_chance_are_read_back);
  return tn_test_summary();
}
