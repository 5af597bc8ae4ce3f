/* The gradients of a batch as a message to other ranks. Rows of row-sparse parameters travel as rows. */
#ifndef TN_TRAIN_EXCHANGE_H
#define TN_TRAIN_EXCHANGE_H

#include <stdint.h>

#include "optim/optimizer.h"

/* Bytes of the message: the same for every batch unless rows are sparse. A multiple of 8. */
int64_t tn_exchange_size(const struct tn_optimizer *opt);
/* The gradients go into the message and are zero then. */
void tn_exchange_take(struct tn_optimizer *opt, double loss, unsigned char *out);
/* The gradients, zero before, become the sum of those of n messages, which lie one behind the other, added in their
 * order: every rank has the same bits. *loss likewise. Fails before anything is changed. */
enum tn_status tn_exchange_add(struct tn_optimizer *opt, int64_t n, const int64_t *size, const unsigned char *message,
                                double *loss, struct tn_error *err) TN_MUST_CHECK;

#endif
