/* What the payload disk writes: blocks that say who they are, so that a wrong one is noticed.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PATTERN_H
#define THRICE_PATTERN_H

#include <stddef.h>
#include <stdint.h>

enum { PATTERN_BYTES_MIN = 512 };

// Fills a block of some multiple of 8 bytes for a place on the disk. `generation` tells one writing
// of it from another.
void pattern_fill(void *block, size_t bytes, uint64_t number, uint64_t generation);

// NULL, or what is wrong with the block that was read from that place.
const char *pattern_fault(const void *block, size_t bytes, uint64_t number);

#endif
