/* The machine that reads a pickle, shared by its instructions (pickle.c) and the functions that a
 * pickle may name (pickle_calls.c). */
#ifndef TN_FILES_PICKLE_MACHINE_H
#define TN_FILES_PICKLE_MACHINE_H

#include "files/pickle.h"

struct tn_machine {
  struct tn_pickle *p;
  int64_t at; /* next byte */
  int done;
  struct tn_pickle_value *stack, *memo;
  int64_t *mark; /* heights of the stack */
  int64_t n_stack, stack_room, n_memo, memo_room, n_marks, marks_room;
  struct tn_error *err;
};

/* An error that says where in the file and what; returns its status. */
enum tn_status tn_machine_broken(struct tn_machine *m, const char *what);
enum tn_status tn_machine_push(struct tn_machine *m, struct tn_pickle_value value) TN_MUST_CHECK;
/* The `n` topmost values in the order they came, taken away; NULL and an error when there are fewer
 * above the last mark. */
const struct tn_pickle_value *tn_machine_take(struct tn_machine *m, int64_t n);
/* A new object of these items. */
enum tn_status tn_machine_object(struct tn_machine *m, enum tn_pickle_object_kind kind,
                                 const struct tn_pickle_value *items, int64_t n,
                                 struct tn_pickle_value *value) TN_MUST_CHECK;
/* Behind the items an object has. */
enum tn_status tn_machine_append(struct tn_machine *m, struct tn_pickle_object *object,
                                 const struct tn_pickle_value *items, int64_t n) TN_MUST_CHECK;

/* The function of this module and name, as a value; an error for all but those known. */
enum tn_status tn_machine_find(struct tn_machine *m, struct tn_pickle_value module,
                               struct tn_pickle_value name,
                               struct tn_pickle_value *value) TN_MUST_CHECK;
/* function(*arguments), and setting the state of an object. */
enum tn_status tn_machine_call(struct tn_machine *m, struct tn_pickle_value function,
                               struct tn_pickle_value arguments,
                               struct tn_pickle_value *value) TN_MUST_CHECK;
enum tn_status tn_machine_build(struct tn_machine *m, struct tn_pickle_value value,
                                struct tn_pickle_value state) TN_MUST_CHECK;

#endif
