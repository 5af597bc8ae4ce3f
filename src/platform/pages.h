/* Advice to the system on how memory will be used; nothing depends on it but speed. */
#ifndef TN_PLATFORM_PAGES_H
#define TN_PLATFORM_PAGES_H

#include <stddef.h>

/* All of these bytes will be written soon: give them in large pages, where the system has some. The first
 * touch of a page costs a trip into the kernel, 2.4 GB in pages of 4 kB 600,000 of them. */
void tn_pages_large(void *at, size_t bytes);

#endif
