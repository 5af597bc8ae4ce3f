/* What the external pointers of the package point at. */
#ifndef TN_R_R_HANDLES_H
#define TN_R_R_HANDLES_H

#include "graph/graph.h"
#include "optim/optimizer.h"
#include "r/r_api.h"
#include "train/permuter.h"
#include "train/runner.h"
#include "train/source.h"

#define R_TAG_SOURCE "tildenet source"
#define R_TAG_GRAPH "tildenet graph"
#define R_TAG_OPTIMIZER "tildenet optimizer"
#define R_TAG_RUNNER "tildenet runner"
#define R_TAG_PERMUTER "tildenet permuter"

SEXP r_runner_status(const struct tn_runner *r);

#endif
