/* The blocks that malloc gives out: small ones of the heap that the network uses too (heap.h),
 * which bounds both; large ones whole pages from all that is left.
 *
 * malloc.c has malloc and free, reallocation.c what few programs call.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_BLOCK_H
#define THRICE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/* In the page in front of a block of whole pages. */
struct block {
    size_t pages; /* of the block */
};

static inline bool block_is_pages(const void *memory)
{
    return (uintptr_t)memory % PAGE_SIZE == 0;
}

static inline struct block *block_of(void *memory)
{
    return (struct block *)((char *)memory - PAGE_SIZE);
}

/* What malloc() is; under its own name the compiler would make a call of calloc() out of it and
 * memset(), in calloc() too.
 */
void *block_alloc(size_t bytes);

/* Whole pages, however few bytes; NULL where there is no memory. */
void *block_pages_alloc(size_t bytes);

#endif
