/* The machine that reads a pickle: its stack, its memo, and the objects it makes. */
#ifndef TN_FILES_PICKLE_MACHINE_H
#define TN_FILES_PICKLE_MACHINE_H

#include "files/pickle_values.h"

struct tn_machine {
  struct tn_pickle *p;
  int64_t at; /* next byte */
  int done;
  struct tn_pickle_value *stack, *memo;
  int64_t *mark; /* heights of the stack */
  int64_t n_stack, stack_room, n_memo, memo_room, n_marks, marks_room;
  struct tn_error *err;
};

/* Stack, marks and memo; not the pickle. */
void tn_machine_free(struct tn_machine *m);
/* An error that says where in the file and what; returns its status. */
enum tn_status tn_machine_broken(struct tn_machine *m, const char *what);
enum tn_status tn_machine_push(struct tn_machine *m, struct tn_pickle_value value) TN_MUST_CHECK;
/* The `n` topmost values in the order they came, taken away; NULL and an error when there are fewer
 * above the last mark. */
const struct tn_pickle_value *tn_machine_take(struct tn_machine *m, int64_t n);
/* All values above the last mark, which goes. */
const struct tn_pickle_value *tn_machine_take_marked(struct tn_machine *m, int64_t *n);
enum tn_status tn_machine_mark(struct tn_machine *m) TN_MUST_CHECK;
/* Remembers the topmost value as number k. */
enum tn_status tn_machine_remember(struct tn_machine *m, int64_t k) TN_MUST_CHECK;
/* Pushes it again. */
enum tn_status tn_machine_recall(struct tn_machine *m, int64_t k) TN_MUST_CHECK;
/* A new object of these items. */
enum tn_status tn_machine_object(struct tn_machine *m, enum tn_pickle_object_kind kind,
                                 const struct tn_pickle_value *items, int64_t n,
                                 struct tn_pickle_value *value) TN_MUST_CHECK;
/* Behind the items an object has. */
enum tn_status tn_machine_append(struct tn_machine *m, struct tn_pickle_object *object,
                                 const struct tn_pickle_value *items, int64_t n) TN_MUST_CHECK;

#endif
