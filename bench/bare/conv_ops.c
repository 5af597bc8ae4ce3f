/* Convolutions and poolings op by op, as training calls them. Arguments: the instruction set (0 base, 1 AVX2, 2
 * AVX-512), threads, then ops as "kind,images,height,width,channels,filters,kernel,stride,dilation,groups,same,first"
 * (peers/conv_ops.py reads the same). Prints "op<TAB>seconds forward<TAB>seconds backward": lower quartiles, of
 * the thread's own time with one thread, since other programs may be at work. Exits with 3 where the processor
 * has not that instruction set. */
#include <string.h>

#include "bare.h"
#include "ops/registry.h"
#include "platform/fpenv.h"
#include "platform/simd.h"
#include "platform/threads.h"

enum { MOST_RUNS = 2000, LEAST_RUNS = 7 };
static const double budget = 0.25; /* seconds for one direction of one op */

struct wanted {
  char kind[24];
  int n, h, w, c, f, k, stride, dilation, groups, same, first; /* first: no gradient of the input */
};

struct single {
  const struct tn_op *op;
  void *config;
  struct tn_infer io;
  struct tn_call call;
  struct tn_tensor in, out;
  struct tn_param param[TN_MAX_PARAMS];
  struct tn_error err;
};

static clockid_t clock_id;

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(clock_id, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int is(const struct wanted *w, const char *kind) { return strncmp(w->kind, kind, strlen(kind)) == 0; }

static int configure(struct single *s, const struct wanted *w) {
  double size[] = {w->k, w->k}, stride[] = {w->stride, w->stride}, rate = w->dilation, groups = w->groups;
  double filters = w->f, one = 1, axes = w->h == 1 ? 1 : 2;
  size_t n = w->h == 1 ? 1 : 2;
  struct tn_attr conv[] = {{"kernel_size", size, n, NULL}, {"strides", stride, n, NULL},
                           {"dilation_rate", &rate, 1, NULL}, {"padding", NULL, 0, w->same ? "same" : "valid"},
                           {"axes", &axes, 1, NULL}, {"groups", &groups, 1, NULL},
                           {is(w, "depthwise") ? "depth_multiplier" : "filters", is(w, "depthwise") ? &one : &filters, 1, NULL}};
  struct tn_attr pool[] = {{"pool_size", size, n, NULL}, {"strides", stride, n, NULL}};
  struct tn_attrs of_conv = {conv, 7}, of_pool = {pool, 2}, of_global = {&conv[4], 1};
  s->op = tn_op_find(w->kind);
  s->config = s->op == NULL ? NULL : calloc(1, s->op->config_size + 1);
  return s->op != NULL && s->op->configure(s->config, is(w, "global") ? &of_global : strstr(w->kind, "pool") ? &of_pool : &of_conv,
                                           &s->err) == TN_OK;
}

/* On lines of the cache, as the engine's arenas lie. */
static float *random_floats(int64_t n) {
  float *x = aligned_alloc(64, ((size_t)n / 16 + 1) * 64);
  for (int64_t i = 0; i < n; i++) x[i] = 2 * (float)rand() / (float)RAND_MAX - 1;
  return x;
}

static int make(struct single *s, const struct wanted *w) {
  memset(s, 0, sizeof *s);
  if (!configure(s, w)) return 0;
  s->io.n_in = s->io.n_out = 1;
  s->io.in[0] = w->h == 1 ? tn_shape_make(3, (int64_t[]){w->n, w->w, w->c})
                          : tn_shape_make(4, (int64_t[]){w->n, w->h, w->w, w->c});
  s->io.in_dtype[0] = TN_F32;
  if (s->op->infer(s->config, &s->io, &s->err) != TN_OK) return 0;
  int64_t in = tn_shape_size(&s->io.in[0]), out = tn_shape_size(&s->io.out[0]);
  s->in = (struct tn_tensor){.shape = s->io.in[0], .dtype = TN_F32, .data = random_floats(in)};
  s->out = (struct tn_tensor){.shape = s->io.out[0], .dtype = TN_F32, .data = random_floats(out)};
  s->call = (struct tn_call){.config = s->config, .n_in = 1, .n_out = 1, .n_params = s->io.n_params};
  s->call.in[0] = &s->in;
  s->call.out[0] = &s->out;
  s->call.din[0] = w->first ? NULL : random_floats(in);
  s->call.dout[0] = random_floats(out);
  s->call.scratch = random_floats(s->io.scratch);
  s->call.work = random_floats(s->io.work);
  for (int k = 0; k < s->io.n_params; k++) {
    struct tn_param *p = &s->param[k];
    p->shape = s->io.param[k].shape;
    p->size = tn_shape_size(&p->shape);
    p->value = random_floats(p->size);
    p->grad = random_floats(p->size);
    s->call.param[k] = p;
  }
  return 1;
}

static void release(struct single *s) {
  free(s->config);
  free(s->in.data);
  free(s->out.data);
  free(s->call.din[0]);
  free((void *)(uintptr_t)s->call.dout[0]);
  free(s->call.scratch);
  free(s->call.work);
  for (int k = 0; k < s->io.n_params; k++) {
    free(s->param[k].value);
    free(s->param[k].grad);
  }
}

static double quartile(struct single *s, enum tn_status (*run)(struct tn_call *, struct tn_error *)) {
  static double seconds[MOST_RUNS];
  int runs = 0;
  run(&s->call, &s->err);
  double start = seconds_now();
  for (; runs < MOST_RUNS && (runs < LEAST_RUNS || seconds_now() - start < budget); runs++) {
    double before = seconds_now();
    run(&s->call, &s->err);
    seconds[runs] = seconds_now() - before;
  }
  qsort(seconds, (size_t)runs, sizeof *seconds, bare_compare);
  return seconds[runs / 4];
}

static int measure(const char *text) {
  struct wanted w;
  struct single s;
  if (sscanf(text, "%23[^,],%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d", w.kind, &w.n, &w.h, &w.w, &w.c, &w.f, &w.k, &w.stride,
             &w.dilation, &w.groups, &w.same, &w.first) != 12 || !make(&s, &w)) {
    fprintf(stderr, "%s: no such op\n", text);
    return 1;
  }
  double ahead = quartile(&s, s.op->forward), back = quartile(&s, s.op->backward);
  printf("%s\t%.9f\t%.9f\n", text, ahead, back);
  release(&s);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  enum tn_simd level = (enum tn_simd)atoi(argv[1]);
  if (tn_simd_limit(level) != level) return 3;
  tn_threads_set(atoi(argv[2]));
  clock_id = tn_threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
  int failed = 0;
  for (int i = 3; i < argc; i++) failed |= measure(argv[i]);
  return failed;
}
