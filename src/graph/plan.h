/* Shapes and arenas of a graph for one batch size; used by graph/ only. */
#ifndef TN_GRAPH_PLAN_H
#define TN_GRAPH_PLAN_H

#include "graph/graph.h"

/* Infers all shapes for g->batch rows; fills sizes of scratch and work. */
enum tn_status tn_plan_shapes(struct tn_graph *g, int64_t *scratch, int64_t *work,
                              struct tn_error *err) TN_MUST_CHECK;
/* Decides which values need gradients and which parameters keep theirs by rows. */
void tn_plan_gradients(struct tn_graph *g);
/* Allocates the arenas for the present shapes and points values into them. */
enum tn_status tn_plan_arenas(struct tn_graph *g, int64_t scratch, int64_t work,
                              struct tn_error *err) TN_MUST_CHECK;

#endif
