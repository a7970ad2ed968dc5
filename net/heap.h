/* Memory of any size for lwIP (mem_malloc), the sockets and the payload (malloc): size classes on
 * slab caches.
 *
 * What is larger than a class takes whole pages and gives them back.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HEAP_H
#define THRICE_HEAP_H

#include <stddef.h>

void heap_init(void);

#define HEAP_ALIGNMENT       16u
#define HEAP_BLOCK_MAX_BYTES 2016u /* of a class; larger blocks are whole pages */

/* Aligned to 16; NULL when there is no memory. heap_calloc() zeroes. */
void *heap_alloc(size_t bytes);
void *heap_calloc(size_t count, size_t bytes);

/* How many bytes a block has room for; at least as many as were asked for. */
size_t heap_block_bytes(void *memory);

/* NULL is allowed. */
void heap_free(void *memory);

#endif
