#include "files/pickle.h"

#include <string.h>

#include "files/pickle_calls.h"
#include "files/pickle_machine.h"
#include "platform/alloc.h"

static struct tn_pickle_value int_value(int64_t v) {
  return (struct tn_pickle_value){TN_PICKLE_INT, 0, v};
}

/* The next n bytes; NULL and an error at the end of the file. */
static const uint8_t *next_bytes(struct tn_machine *m, int64_t n) {
  if (n < 0 || n > m->p->n_bytes - m->at) {
    tn_machine_broken(m, "the file was cut off");
    return NULL;
  }
  m->at += n;
  return m->p->bytes + m->at - n;
}

/* A whole number of `size` bytes, lowest first. */
static enum tn_status next_int(struct tn_machine *m, int size, int is_signed, int64_t *value) {
  struct tn_number_type type = {is_signed ? TN_NUMBER_INT : TN_NUMBER_UNSIGNED, size, 0};
  const uint8_t *bytes = next_bytes(m, size);
  if (bytes == NULL) {
    return TN_STATUS_IO;
  }
  *value = tn_number_int(&type, bytes, 0);
  return TN_OK;
}

static enum tn_status push_int(struct tn_machine *m, int size, int is_signed) {
  int64_t value;
  TN_TRY(next_int(m, size, is_signed, &value));
  return tn_machine_push(m, int_value(value));
}

/* A whole number of any length, of which 8 bytes are read. */
static enum tn_status push_long(struct tn_machine *m) {
  int64_t n;
  TN_TRY(next_int(m, 1, 0, &n));
  const uint8_t *bytes = next_bytes(m, n);
  if (bytes == NULL || n > 8) {
    return tn_machine_broken(m, "a whole number is too large");
  }
  uint8_t whole[8];
  struct tn_number_type type = {TN_NUMBER_INT, 8, 0};
  memset(whole, n > 0 && bytes[n - 1] >= 128 ? 0xFF : 0, sizeof whole);
  memcpy(whole, bytes, (size_t)n);
  return tn_machine_push(m, int_value(tn_number_int(&type, whole, 0)));
}

static enum tn_status push_text(struct tn_machine *m, int size) {
  int64_t n;
  TN_TRY(next_int(m, size, 0, &n));
  int64_t from = m->at;
  if (next_bytes(m, n) == NULL) {
    return TN_STATUS_IO;
  }
  return tn_machine_push(m, (struct tn_pickle_value){TN_PICKLE_TEXT, (uint32_t)n, from});
}

/* Text to the end of the line. */
static enum tn_status next_line(struct tn_machine *m, struct tn_pickle_value *text) {
  int64_t left = m->p->n_bytes - m->at;
  const uint8_t *from = m->p->bytes + m->at,
                *end = left > 0 ? memchr(from, '\n', (size_t)left) : NULL;
  int64_t n = end == NULL ? -1 : end - from;
  if (n < 0 || n > UINT32_MAX) {
    return tn_machine_broken(m, "a line has no end");
  }
  *text = (struct tn_pickle_value){TN_PICKLE_TEXT, (uint32_t)n, m->at};
  m->at += n + 1;
  return TN_OK;
}

static enum tn_status push_global(struct tn_machine *m, int on_stack) {
  struct tn_pickle_value pair[2], value;
  if (on_stack) {
    const struct tn_pickle_value *given = tn_machine_take(m, 2);
    if (given == NULL) {
      return TN_STATUS_IO;
    }
    memcpy(pair, given, sizeof pair);
  } else {
    TN_TRY(next_line(m, pair));
    TN_TRY(next_line(m, pair + 1));
  }
  TN_TRY(tn_machine_find(m, pair[0], pair[1], &value));
  return tn_machine_push(m, value);
}

static enum tn_status push_object(struct tn_machine *m, enum tn_pickle_object_kind kind,
                                  const struct tn_pickle_value *items, int64_t n) {
  struct tn_pickle_value value;
  if (n > 0 && items == NULL) {
    return TN_STATUS_IO;
  }
  TN_TRY(tn_machine_object(m, kind, items, n, &value));
  return tn_machine_push(m, value);
}

static enum tn_status push_tuple(struct tn_machine *m, int64_t n) {
  return push_object(m, TN_PICKLE_TUPLE, tn_machine_take(m, n), n);
}

static enum tn_status push_marked_tuple(struct tn_machine *m) {
  int64_t n;
  const struct tn_pickle_value *items = tn_machine_take_marked(m, &n);
  return items == NULL ? TN_STATUS_IO : push_object(m, TN_PICKLE_TUPLE, items, n);
}

/* n items, or all to the mark when n is 0, go to the object below them. */
static enum tn_status add_items(struct tn_machine *m, enum tn_pickle_object_kind kind, int64_t n) {
  const struct tn_pickle_value *items = n > 0 ? tn_machine_take(m, n) : tn_machine_take_marked(m, &n);
  if (items == NULL) {
    return TN_STATUS_IO;
  }
  const struct tn_pickle_value *below = tn_machine_take(m, 1);
  if (below == NULL || tn_pickle_object(m->p, *below, kind) == NULL ||
      (kind == TN_PICKLE_DICT && n % 2 != 0)) {
    return tn_machine_broken(m, "items have no place to go");
  }
  m->n_stack++; /* the object stays */
  return tn_machine_append(m, m->p->object + below->v, items, n);
}

static enum tn_status memo_of(struct tn_machine *m, int size,
                              enum tn_status (*use)(struct tn_machine *, int64_t)) {
  int64_t k;
  TN_TRY(next_int(m, size, 0, &k));
  return use(m, k);
}

static enum tn_status call(struct tn_machine *m) {
  struct tn_pickle_value value;
  const struct tn_pickle_value *pair = tn_machine_take(m, 2);
  if (pair == NULL) {
    return TN_STATUS_IO;
  }
  TN_TRY(tn_machine_call(m, pair[0], pair[1], &value));
  return tn_machine_push(m, value);
}

static enum tn_status build(struct tn_machine *m) {
  const struct tn_pickle_value *pair = tn_machine_take(m, 2);
  if (pair == NULL) {
    return TN_STATUS_IO;
  }
  m->n_stack++; /* the object stays */
  return tn_machine_build(m, pair[0], pair[1]);
}

static enum tn_status check_protocol(struct tn_machine *m) {
  int64_t protocol;
  TN_TRY(next_int(m, 1, 0, &protocol));
  return protocol <= 5 ? TN_OK : tn_machine_broken(m, "its protocol is not known");
}

static enum tn_status stop(struct tn_machine *m) {
  const struct tn_pickle_value *top = tn_machine_take(m, 1);
  if (top == NULL || m->n_stack > 0 || m->at != m->p->n_bytes) {
    return tn_machine_broken(m, "it does not end with one value");
  }
  m->p->top = *top;
  m->done = 1;
  return TN_OK;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static enum tn_status refuse(struct tn_machine *m, uint8_t code) {
  static const struct {
    char code;
    const char *name;
  } known[] = {{'i', "INST"},
               {'o', "OBJ"},
               {'\x81', "NEWOBJ"},
               {'\x92', "NEWOBJ_EX"},
               {'P', "PERSID"},
               {'Q', "BINPERSID"},
               {'\x82', "EXT1"},
               {'\x83', "EXT2"},
               {'\x84', "EXT4"},
               {'I', "INT"},
               {'L', "LONG"},
               {'\x8B', "LONG4"},
               {'S', "STRING"},
               {'V', "UNICODE"},
               {'F', "FLOAT"},
               {'G', "BINFLOAT"},
               {'d', "DICT"},
               {'l', "LIST"},
               {'p', "PUT"},
               {'g', "GET"},
               {'0', "POP"},
               {'1', "POP_MARK"},
               {'2', "DUP"},
               {'\x8F', "EMPTY_SET"},
               {'\x90', "ADDITEMS"},
               {'\x91', "FROZENSET"},
               {'\x8D', "BINUNICODE8"},
               {'\x8E', "BINBYTES8"},
               {'\x96', "BYTEARRAY8"},
               {'\x97', "NEXT_BUFFER"},
               {'\x98', "READONLY_BUFFER"}};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    if ((uint8_t)known[k].code == code) {
      return tn_fail(m->err, TN_STATUS_IO, "the pickle's instruction %s is not allowed",
                     known[k].name);
    }
  }
  return tn_fail(m->err, TN_STATUS_IO, "the pickle's instruction 0x%02x is not known",
                 (unsigned)code);
}

static enum tn_status step(struct tn_machine *m, uint8_t code) {
  switch (code) {
    case 0x80: return check_protocol(m);
    case 0x95: return next_bytes(m, 8) == NULL ? TN_STATUS_IO : TN_OK; /* FRAME: a hint of size */
    case 'N': return tn_machine_push(m, (struct tn_pickle_value){TN_PICKLE_NONE, 0, 0});
    case 0x88: return tn_machine_push(m, int_value(1)); /* NEWTRUE */
    case 0x89: return tn_machine_push(m, int_value(0)); /* NEWFALSE */
    case 'K': return push_int(m, 1, 0);                 /* BININT1 */
    case 'M': return push_int(m, 2, 0);                 /* BININT2 */
    case 'J': return push_int(m, 4, 1);                 /* BININT */
    case 0x8A: return push_long(m);                     /* LONG1 */
    case 'U':                                           /* SHORT_BINSTRING */
    case 'C':                                           /* SHORT_BINBYTES */
    case 0x8C: return push_text(m, 1);                  /* SHORT_BINUNICODE */
    case 'T':                                           /* BINSTRING */
    case 'B':                                           /* BINBYTES */
    case 'X': return push_text(m, 4);                   /* BINUNICODE */
    case 'c': return push_global(m, 0);                 /* GLOBAL */
    case 0x93: return push_global(m, 1);                /* STACK_GLOBAL */
    case '(': return tn_machine_mark(m);
    case ')': return push_tuple(m, 0); /* EMPTY_TUPLE */
    case 0x85: return push_tuple(m, 1);
    case 0x86: return push_tuple(m, 2);
    case 0x87: return push_tuple(m, 3);
    case 't': return push_marked_tuple(m);
    case ']': return push_object(m, TN_PICKLE_LIST, NULL, 0); /* EMPTY_LIST */
    case 'a': return add_items(m, TN_PICKLE_LIST, 1);         /* APPEND */
    case 'e': return add_items(m, TN_PICKLE_LIST, 0);         /* APPENDS */
    case '}': return push_object(m, TN_PICKLE_DICT, NULL, 0); /* EMPTY_DICT */
    case 's': return add_items(m, TN_PICKLE_DICT, 2);         /* SETITEM */
    case 'u': return add_items(m, TN_PICKLE_DICT, 0);         /* SETITEMS */
    case 'q': return memo_of(m, 1, tn_machine_remember);                 /* BINPUT */
    case 'r': return memo_of(m, 4, tn_machine_remember);                 /* LONG_BINPUT */
    case 0x94: return tn_machine_remember(m, m->n_memo);                 /* MEMOIZE */
    case 'h': return memo_of(m, 1, tn_machine_recall);                 /* BINGET */
    case 'j': return memo_of(m, 4, tn_machine_recall);                 /* LONG_BINGET */
    case 'R': return call(m);                                 /* REDUCE */
    case 'b': return build(m);
    case '.': return stop(m);
    default: return refuse(m, code);
  }
}

enum tn_status tn_pickle_read(const uint8_t *bytes, int64_t n, struct tn_pickle *p,
                              struct tn_error *err) {
  struct tn_machine m;
  struct tn_error own;
  tn_error_init(&own);
  memset(&m, 0, sizeof m);
  memset(p, 0, sizeof *p);
  p->bytes = bytes;
  p->n_bytes = n;
  m.p = p;
  m.err = err == NULL ? &own : err;
  enum tn_status status = tn_grow(&m.stack, 0, 1, sizeof *m.stack, &m.stack_room, m.err);
  while (status == TN_OK && !m.done) {
    const uint8_t *code = next_bytes(&m, 1);
    status = code == NULL ? TN_STATUS_IO : step(&m, *code);
  }
  tn_machine_free(&m);
  return status;
}

void tn_pickle_free(struct tn_pickle *p) {
  tn_free(p->item);
  tn_free(p->object);
  memset(p, 0, sizeof *p);
}
