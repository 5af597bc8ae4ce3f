/* The functions that a pickle of NumPy's may name, and what they and setting a state do here. */
#ifndef TN_FILES_PICKLE_CALLS_H
#define TN_FILES_PICKLE_CALLS_H

#include "files/pickle_machine.h"

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
