/* The image of the full VM, build/vm, which `make vm` builds once: a disk that all VMs share, each
 * through an overlay of its own, and the kernel and initrd of its Debian.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VM_IMAGE_H
#define THRICE_VM_IMAGE_H

#include "error.h"

/* Is the image in that folder whole, by the sizes that its file `contents` tells, and does nobody
 * write to its disk? Returns 0, or -1 and an error (EXIT_LACKING).
 */
int vm_image_check(const char *folder, struct error *error);

#endif
