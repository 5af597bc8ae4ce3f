/* Takes back the names of kernels/vec_base.h and its kin. */
#undef TARGET
#undef LANES
#undef VEC
#undef ZERO
#undef LOAD
#undef STORE
#undef SPLAT
#undef MULADD
