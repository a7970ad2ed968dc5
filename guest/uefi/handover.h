/* From 64-bit mode with the firmware's paging to what a PVH entry expects: 32-bit protected
 * mode, flat segments, paging off, ebx = start info (Xen, docs/misc/pvh.pandoc).
 *
 * The image's place may hold anything of the firmware's, its page tables and stack and this
 * loader included. So the code is moved out of the way first, and the segments are copied last,
 * when nothing of the firmware's is in use any more: no paging, no stack, no interrupts.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HANDOVER_H
#define THRICE_HANDOVER_H

#define HANDOVER_COPIES_MAX 8
#define HANDOVER_CODE_BYTES 256

#ifndef __ASSEMBLER__
#include <stdint.h>

/* Physical addresses, all below 4 GiB. handover.S knows this layout. */
struct handover {
    uint32_t entry;
    uint32_t start_info;
    uint32_t copy_count;
    struct handover_copy {
        uint32_t to, from, bytes;
    } copies[HANDOVER_COPIES_MAX];
};

/* The code, which runs wherever it is copied below 4 GiB. It is a function:
 * _Noreturn void handover(const struct handover *handover), in the System V convention.
 */
extern const char handover_code[HANDOVER_CODE_BYTES];

typedef void handover_function(const struct handover *handover);
#endif

#endif
