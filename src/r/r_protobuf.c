/* Messages as R lists on their way into a file. A message is a list of fields, a field
 * list(number, kind, value): kind "message" with a list of fields, "int" or "float" with numbers, "text"
 * with strings in UTF-8, "bytes" or "floats" with a raw vector; several numbers or strings are a repeated
 * field. */
#include <stdio.h>
#include <string.h>

#include "files/protobuf.h"
#include "r/ffi.h"

/* items NULL: they are counted only. */
struct listing {
  struct tn_protobuf_item *items;
  int64_t n;
};

static void add(struct listing *l, struct tn_protobuf_item item) {
  if (l->items != NULL) {
    l->items[l->n] = item;
  }
  l->n++;
}

static void add_message(struct listing *l, SEXP fields_sexp);

static struct tn_protobuf_item text_item(int32_t field, SEXP string) {
  return (struct tn_protobuf_item){.kind = TN_PROTOBUF_BYTES, .field = field,
                                   .number = (int64_t)XLENGTH(string), .data = CHAR(string)};
}

static struct tn_protobuf_item raw_item(int32_t field, int floats, SEXP raw_sexp) {
  return (struct tn_protobuf_item){.kind = floats ? TN_PROTOBUF_FLOATS : TN_PROTOBUF_BYTES, .field = field,
                                   .number = (int64_t)XLENGTH(raw_sexp) / (floats ? 4 : 1),
                                   .data = RAW_RO(raw_sexp)};
}

static void add_field(struct listing *l, SEXP field_sexp) {
  int32_t field = (int32_t)r_int64(VECTOR_ELT(field_sexp, 0));
  const char *kind = r_text(VECTOR_ELT(field_sexp, 1));
  SEXP value = VECTOR_ELT(field_sexp, 2);
  R_xlen_t n = XLENGTH(value);
  if (strcmp(kind, "message") == 0) {
    add(l, (struct tn_protobuf_item){.kind = TN_PROTOBUF_OPEN, .field = field});
    add_message(l, value);
    add(l, (struct tn_protobuf_item){.kind = TN_PROTOBUF_CLOSE});
  } else if (TYPEOF(value) == RAWSXP) {
    add(l, raw_item(field, strcmp(kind, "floats") == 0, value));
  } else if (TYPEOF(value) == STRSXP) {
    for (R_xlen_t k = 0; k < n; k++) {
      add(l, text_item(field, STRING_ELT(value, k)));
    }
  } else {
    int whole = strcmp(kind, "int") == 0;
    for (R_xlen_t k = 0; k < n; k++) {
      double x = REAL_RO(value)[k];
      add(l, (struct tn_protobuf_item){.kind = whole ? TN_PROTOBUF_INT : TN_PROTOBUF_FLOAT, .field = field,
                                       .number = whole ? (int64_t)x : 0, .value = whole ? 0 : (float)x});
    }
  }
}

static void add_message(struct listing *l, SEXP fields_sexp) {
  for (R_xlen_t k = 0; k < XLENGTH(fields_sexp); k++) {
    add_field(l, VECTOR_ELT(fields_sexp, k));
  }
}

static int put_in_file(void *to, const void *bytes, int64_t n) {
  return n == 0 || fwrite(bytes, 1, (size_t)n, to) == (size_t)n;
}

/* A file anew. The number of its bytes. */
SEXP ffi_protobuf_write(SEXP path_sexp, SEXP fields_sexp) {
  struct listing l = {NULL, 0};
  struct tn_error err;
  int64_t size;
  tn_error_init(&err);
  add_message(&l, fields_sexp);
  l.items = (struct tn_protobuf_item *)R_alloc((size_t)l.n + 1, sizeof *l.items);
  l.n = 0;
  add_message(&l, fields_sexp);
  r_check(tn_protobuf_measure(l.items, l.n, &size, &err), &err);
  FILE *file = fopen(Rf_translateChar(STRING_ELT(path_sexp, 0)), "wb");
  if (file == NULL) {
    r_check(tn_fail(&err, TN_STATUS_IO, "It cannot be opened for writing."), &err);
  }
  enum tn_status status = tn_protobuf_write(l.items, l.n, put_in_file, file, &err);
  if (fclose(file) != 0 && status == TN_OK) {
    status = tn_fail(&err, TN_STATUS_IO, "Not all of it arrived: the disk may be full.");
  }
  r_check(status, &err);
  return Rf_ScalarReal((double)size);
}
