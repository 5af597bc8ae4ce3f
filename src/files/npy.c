#include "files/npy.h"

#include <string.h>

/* The header while it is read. */
struct header {
  const char *at, *end;
};

static void skip_blanks(struct header *h) {
  while (h->at < h->end && (*h->at == ' ' || *h->at == '\n' || *h->at == '\t')) {
    h->at++;
  }
}

/* Steps over c when it is next. */
static int next_is(struct header *h, char c) {
  skip_blanks(h);
  if (h->at < h->end && *h->at == c) {
    h->at++;
    return 1;
  }
  return 0;
}

static enum tn_status broken(struct tn_error *err, const char *what) {
  return tn_fail(err, TN_STATUS_IO, "the header of the array has no %s", what);
}

/* A string without escapes between single or double quotes. */
static enum tn_status read_string(struct header *h, const char **text, int64_t *n,
                                  struct tn_error *err) {
  skip_blanks(h);
  char quote = h->at < h->end ? *h->at : '\0';
  if (quote != '\'' && quote != '"') {
    return broken(err, "string where one must be");
  }
  const char *from = ++h->at;
  const char *to = memchr(from, quote, (size_t)(h->end - from));
  if (to == NULL) {
    return broken(err, "end of a string");
  }
  *text = from;
  *n = to - from;
  h->at = to + 1;
  return TN_OK;
}

static enum tn_status read_descr(struct header *h, struct tn_number_type *type,
                                 struct tn_error *err) {
  const char *text;
  int64_t n;
  skip_blanks(h);
  if (h->at < h->end && *h->at == '[') {
    return tn_fail(err, TN_STATUS_IO, "arrays of records are not known");
  }
  TN_TRY(read_string(h, &text, &n, err));
  if (n < 2) {
    return broken(err, "type of values");
  }
  return tn_number_type_parse(text + 1, n - 1, text[0], type, err);
}

static enum tn_status read_fortran_order(struct header *h, int *last_fastest,
                                         struct tn_error *err) {
  static const char *const words[] = {"False", "True"};
  skip_blanks(h);
  for (int k = 0; k < 2; k++) {
    size_t n = strlen(words[k]);
    if ((size_t)(h->end - h->at) >= n && memcmp(h->at, words[k], n) == 0) {
      h->at += n;
      *last_fastest = k == 0;
      return TN_OK;
    }
  }
  return broken(err, "order, True or False");
}

/* (), (3,), (3, 4); Python 2 wrote 3L. */
static enum tn_status read_shape(struct header *h, struct tn_numbers *x, struct tn_error *err) {
  if (!next_is(h, '(')) {
    return broken(err, "shape");
  }
  x->rank = 0;
  while (!next_is(h, ')')) {
    if (x->rank == TN_NUMBERS_MAX_RANK) {
      return tn_fail(err, TN_STATUS_IO, "arrays may have at most %d axes", TN_NUMBERS_MAX_RANK);
    }
    int64_t value = 0;
    int digits = 0;
    for (; h->at < h->end && *h->at >= '0' && *h->at <= '9' && digits < 18; digits++) {
      value = 10 * value + (*h->at++ - '0');
    }
    x->dim[x->rank++] = value;
    if (h->at < h->end && *h->at == 'L') {
      h->at++;
    }
    skip_blanks(h);
    int closes = h->at < h->end && *h->at == ')';
    if (digits == 0 || (!closes && !next_is(h, ','))) {
      return broken(err, "shape of whole numbers");
    }
  }
  return TN_OK;
}

static int is_key(const char *text, int64_t n, const char *key) {
  return (size_t)n == strlen(key) && memcmp(text, key, (size_t)n) == 0;
}

static enum tn_status read_dictionary(struct header *h, struct tn_numbers *x,
                                      struct tn_error *err) {
  int found = 0;
  if (!next_is(h, '{')) {
    return broken(err, "dictionary");
  }
  while (!next_is(h, '}')) {
    const char *key;
    int64_t n;
    TN_TRY(read_string(h, &key, &n, err));
    if (!next_is(h, ':')) {
      return broken(err, "value after a key");
    }
    if (is_key(key, n, "descr")) {
      TN_TRY(read_descr(h, &x->type, err));
      found |= 1;
    } else if (is_key(key, n, "fortran_order")) {
      TN_TRY(read_fortran_order(h, &x->last_fastest, err));
      found |= 2;
    } else if (is_key(key, n, "shape")) {
      TN_TRY(read_shape(h, x, err));
      found |= 4;
    } else {
      return tn_fail(err, TN_STATUS_IO, "the header of the array has an unknown key");
    }
    next_is(h, ',');
  }
  skip_blanks(h);
  return found == 7 && h->at == h->end ? TN_OK : broken(err, "descr, fortran_order or shape");
}

enum tn_status tn_npy_read(const uint8_t *bytes, int64_t n, struct tn_numbers *x, int64_t *n_values,
                           struct tn_error *err) {
  static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
  memset(x, 0, sizeof *x);
  if (n < 10 || memcmp(bytes, magic, sizeof magic) != 0) {
    return tn_fail(err, TN_STATUS_IO, "this is not an array in .npy format");
  }
  int version = bytes[6];
  if (version < 1 || version > 3) {
    return tn_fail(err, TN_STATUS_IO, "version %d of the .npy format is not known", version);
  }
  struct tn_number_type length = {TN_NUMBER_UNSIGNED, version == 1 ? 2 : 4, 0};
  int64_t from = 8 + length.size;
  if (n < from || tn_number_int(&length, bytes + 8, 0) > n - from) {
    return broken(err, "end: the file was cut off");
  }
  int64_t to = from + tn_number_int(&length, bytes + 8, 0);
  struct header h = {(const char *)bytes + from, (const char *)bytes + to};
  TN_TRY(read_dictionary(&h, x, err));
  x->bytes = bytes + to;
  *n_values = n - to;
  if (x->type.kind == TN_NUMBER_OBJECT) {
    return TN_OK;
  }
  int64_t count;
  TN_TRY(tn_numbers_count(x, *n_values / x->type.size, &count, err));
  if (count * x->type.size != *n_values) {
    return tn_fail(err, TN_STATUS_IO, "the file is longer than its shape says");
  }
  return TN_OK;
}
