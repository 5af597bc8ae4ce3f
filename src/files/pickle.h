/* Reads what NumPy and Python write as pickles of lists of whole numbers and of arrays (Python's
 * pickletools documents the format). A pickle is a program for a machine with a stack; this machine
 * knows the few instructions that build numbers, texts, lists, tuples and dictionaries, and of all
 * functions a pickle can name only those that make arrays. It calls nothing, refuses every other
 * instruction and function by name, never recurses, and needs memory in proportion to the file. */
#ifndef TN_FILES_PICKLE_H
#define TN_FILES_PICKLE_H

#include "files/pickle_values.h"

/* p is filled in any case and must be freed. bytes must live as long as p. */
enum tn_status tn_pickle_read(const uint8_t *bytes, int64_t n, struct tn_pickle *p,
                              struct tn_error *err) TN_MUST_CHECK;
void tn_pickle_free(struct tn_pickle *p);

#endif
