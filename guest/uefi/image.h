/* The ELF file that the loader carries (image.S): what to copy where, and where to enter. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_IMAGE_H
#define THRICE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "handover.h"

extern const char image_file[];
extern const uint32_t image_file_bytes;

/* The guest-physical memory that the loaded segments take, their bss included. */
struct image_extent {
    uint64_t start, end;
};

/* Fills the entry and the copies of a handover from the file, which will lie at `file_address` when
 * they are made. The bss is not among them: the kernel clears its own. false when the file is no
 * PVH kernel.
 */
bool image_plan(struct handover *handover, struct image_extent *extent, uint32_t file_address);

#endif
