/* Sequences of whole numbers, of different lengths: texts as word indices. */
#ifndef TN_FILES_SEQUENCES_H
#define TN_FILES_SEQUENCES_H

#include "files/pickle.h"

/* All of them behind one another. Zero-initialised; grows with what is added. */
struct tn_sequences {
  int64_t n, n_values, lengths_room, values_room;
  int64_t *length;
  int32_t *value;
};

void tn_sequences_free(struct tn_sequences *s);

/* One more: a list or tuple of whole numbers, or an array of one axis. All together may not have
 * more values than the pickle has bytes (a list can be named again and again). */
enum tn_status tn_sequences_add(struct tn_sequences *s, const struct tn_pickle *p,
                                struct tn_pickle_value value, struct tn_error *err) TN_MUST_CHECK;

/* Those of an array in .npy format (see npy.h): of objects that are sequences, or the rows of an
 * array with two axes. */
enum tn_status tn_sequences_of_npy(struct tn_sequences *s, const struct tn_numbers *x,
                                   int64_t n_values, struct tn_error *err) TN_MUST_CHECK;

#endif
