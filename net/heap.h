/* Memory of any size for lwIP (mem_malloc) and the sockets: size classes on slab caches.
 *
 * What is larger than a class takes whole pages and gives them back.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HEAP_H
#define THRICE_HEAP_H

#include <stddef.h>

void heap_init(void);

/* Aligned to 8; NULL when there is no memory. heap_calloc() zeroes. */
void *heap_alloc(size_t bytes);
void *heap_calloc(size_t count, size_t bytes);

/* NULL is allowed. */
void heap_free(void *memory);

#endif
