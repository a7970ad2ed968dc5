/* Interrupts: they only wake the processor.
 *
 * Interrupts are off everywhere but inside interrupt_wait(). All devices share one vector;
 * its handler acknowledges the local APIC and returns. Whoever called interrupt_wait() then
 * looks at its rings. IOAPIC pins are edge triggered: a driver reads and acknowledges its
 * device's interrupt status before it looks at its ring, never after.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_INTERRUPT_H
#define THRICE_INTERRUPT_H

#include <stdint.h>

/* What a driver writes in an MSI or MSI-X entry so that its device wakes the processor. */
#define INTERRUPT_VECTOR_DEVICE 0x40
#define INTERRUPT_MSI_ADDRESS   0xfee00000u
#define INTERRUPT_MSI_DATA      INTERRUPT_VECTOR_DEVICE

/* The kernel's own. */
#define INTERRUPT_VECTOR_TIMER    0x41
#define INTERRUPT_VECTOR_POWER    0x42
#define INTERRUPT_VECTOR_SPURIOUS 0xff

#define INTERRUPT_NO_DEADLINE UINT64_MAX

/* Since boot. Each halt and each timer set leaves the guest; so may the end of an interrupt. */
struct interrupt_counters {
    uint64_t taken; /* first: vectors.S counts here */
    uint64_t halts;
    uint64_t timers; /* how often the timer was set */
};
extern struct interrupt_counters interrupt_counters;

/* Local APIC on, 8259 masked, every IOAPIC pin routed to the device vector. */
void interrupt_init(void);

/* The local APIC alone, on another processor. */
void interrupt_init_processor(void);

/* The local APIC timer counts down from ticks at 1 GHz and then interrupts; 0 stops it.
 * The count is what is left. For interrupt_wait() and for time.c's calibration.
 */
void interrupt_timer_start(uint32_t ticks);
uint32_t interrupt_timer_count(void);

/* Gives an IOAPIC pin, the power button's, a vector of its own: power.c then need not ask its
 * registers after every wake-up.
 */
void interrupt_route_power(unsigned pin);

/* Lets in what is pending. A loop that never has to wait calls this now and then. */
void interrupt_window(void);

/* Halts until a device interrupt, or until the monotonic clock reaches deadline_ns. May
 * return early: the caller checks its conditions in a loop. An interrupt that arrived
 * since interrupts were last on is not lost: it ends the wait at once.
 */
void interrupt_wait(uint64_t deadline_ns);

#endif
