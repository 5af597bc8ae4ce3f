/* Which instructions this processor has; decides the kernels once, at load. */
#ifndef TN_PLATFORM_SIMD_H
#define TN_PLATFORM_SIMD_H

enum tn_simd { TN_SIMD_BASE = 0, TN_SIMD_AVX2 = 1, TN_SIMD_AVX512 = 2 };

enum tn_simd tn_simd_level(void);
/* Lowers the level for tests (never above what build and processor have); returns the level set. */
enum tn_simd tn_simd_limit(enum tn_simd level);
/* Whether products of floats are fused with additions at this level: then, and otherwise, all processors
 * give the same bits. */
int tn_simd_fuses(void);
const char *tn_simd_name(enum tn_simd level);

#endif
