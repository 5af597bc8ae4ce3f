/* The header of a file of tensors in the safetensors format (Hugging Face): 8 bytes with its length, JSON
 * that names each tensor with type, shape and place, then the bytes of all tensors without gaps. */
#ifndef TN_FILES_SAFETENSORS_H
#define TN_FILES_SAFETENSORS_H

#include "files/numbers.h"

struct tn_safetensor {
  const char *name;
  struct tn_number_type type;
  int rank;
  int64_t dim[TN_NUMBERS_MAX_RANK];
  int64_t from, to; /* bytes, counted from the end of the header */
};

struct tn_safetensors {
  struct tn_safetensor *tensor; /* in the order of the header */
  int64_t n, room;
  const char **metadata;        /* n_metadata keys, each followed by its value */
  int64_t n_metadata, room_metadata;
  char *text;                   /* all strings, each closed by a zero */
  int64_t n_text;
};

/* Zeroed init. */
void tn_safetensors_free(struct tn_safetensors *s);

/* json: n bytes of UTF-8 without zeros; size: bytes of the file behind them. */
enum tn_status tn_safetensors_read(struct tn_safetensors *s, const char *json, int64_t n,
                                   int64_t size, struct tn_error *err) TN_MUST_CHECK;

#endif
