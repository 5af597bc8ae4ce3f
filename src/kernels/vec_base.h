/* Names for the vectors of every processor; no guard, kernels/vec_end.h takes them back. */
#define TARGET
#define LANES 4
#define VEC v4f
#define ZERO ((v4f){0, 0, 0, 0})
#define LOAD(p) v4_load(p)
#define STORE(p, v) v4_store(p, v)
#define SPLAT(p) ((v4f){*(p), *(p), *(p), *(p)})
#define MULADD(a, b, c) base_fma4(a, b, c)
