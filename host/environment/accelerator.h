/* What runs the guests: hardware virtualisation (KVM) or translation (TCG).
 *
 * A /dev/kvm that opens proves nothing: there are hosts that offer it without hardware, and then
 * run a guest a thousand times slower than TCG does. So `auto` takes KVM only where the CPU
 * has it and a tiny guest that counts has been timed under it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ACCELERATOR_H
#define THRICE_ACCELERATOR_H

#include <stdbool.h>

#include "error.h"

struct accelerator {
    bool kvm;         /* else TCG */
    char reason[160]; /* why this one, in words */
};

/* "kvm" or "tcg", as QEMU and the records call it. */
const char *accelerator_name(const struct accelerator *accelerator);

/* Decides, by "auto", "kvm" or "tcg". An unknown word is EXIT_USAGE; KVM asked for where /dev/kvm
 * does not open is EXIT_LACKING.
 */
int accelerator_choose(struct accelerator *accelerator, const char *wish, struct error *error);

/* Boots the tiny guest under KVM, or else TCG, and times it from QEMU's exec to its end. Returns 0,
 * or -1 and an error: it is not there, did not end well, or not within two seconds.
 */
int accelerator_probe(bool kvm, double *ms, struct error *error);

#endif
