/* Whether a file can be what it is given as, by its first bytes: QEMU itself would say so only in
 * its own words, or boot nothing for as long as it is waited for.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_IMAGE_KIND_H
#define THRICE_IMAGE_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* How much of a file's beginning is looked at: a multiboot header lies within it. */
enum { IMAGE_HEAD_BYTES = 8192 };

/* ELF, a bzImage (Linux's boot protocol) or a multiboot image. */
bool image_is_kernel(const unsigned char *head, size_t bytes);

bool image_is_qcow2(const unsigned char *head, size_t bytes);

/* A boot sector: what the firmware looks for on a raw disk. */
bool image_is_bootable(const unsigned char *head, size_t bytes);

/* A tar archive, not compressed (POSIX ustar, GNU). */
bool image_is_tar(const unsigned char *head, size_t bytes);

#endif
