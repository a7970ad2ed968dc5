/* Interrupts from one processor to others; for processor.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESSOR_INTERRUPT_H
#define THRICE_PROCESSOR_INTERRUPT_H

#include <stdint.h>

/* The number of this processor's local APIC. */
uint8_t processor_interrupt_id(void);

/* All others start anew in real mode, at address start (below 1 MiB, a whole page). */
void processor_interrupt_start_others(uint32_t start);

/* One wakes from its halt. */
void processor_interrupt_wake(uint8_t apic_id);

#endif
