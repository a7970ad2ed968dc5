/* How steady the machine is just now: the same piece of work, timed again and again. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NOISE_H
#define THRICE_NOISE_H

#include <stdint.h>

#include "doctor/finding.h"

/* Computes for that long, in pieces of about a millisecond on the CPU it is on. The score is the
 * share of its time lost to what slowed pieces beyond the fastest; what others did meanwhile, and
 * what the hypervisor took (steal), stand beside it. Above 5 % the machine counts as noisy.
 */
void noise_find(struct finding *finding, uint64_t duration_ns);

#endif
