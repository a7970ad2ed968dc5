/* Time: one monotonic clock, and the wall clock read once at boot.
 *
 * The clock is the TSC. Its frequency comes from CPUID (leaf 0x15, or the hypervisor's
 * leaf 0x40000010) where told, else it is measured against the local APIC timer, which
 * QEMU and KVM run at 1 GHz.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TIME_H
#define THRICE_TIME_H

#include <stdint.h>

/* Where the frequency must be measured that takes 1 ms, from the first of these two to the
 * second, while other things are begun. Time can be told after the second.
 */
void time_start(void);
void time_init(void);

/* Nanoseconds since boot; never goes back. */
uint64_t time_monotonic_ns(void);

/* Nanoseconds since 1970-01-01 UTC: the CMOS clock at boot plus the monotonic clock. */
uint64_t time_realtime_ns(void);

#endif
