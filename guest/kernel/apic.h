/* The registers of this processor's local APIC: Intel SDM vol. 3, 11.4.1. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_APIC_H
#define THRICE_APIC_H

#include <stdint.h>

#define APIC_BASE 0xfee00000ul

static inline volatile uint32_t *apic(unsigned offset)
{
    return (volatile uint32_t *)(APIC_BASE + offset);
}

#endif
