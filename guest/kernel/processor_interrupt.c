/* What processors say to each other by their local APICs; see processor_interrupt.h.
 *
 * Intel SDM vol. 3, 11.6.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "processor_interrupt.h"

#include "apic.h"
#include "interrupt.h"
#include "time.h"

#define APIC_ID              0x020
#define APIC_COMMAND         0x300
#define APIC_COMMAND_TARGET  0x310
#define APIC_COMMAND_INIT    0xc4500 /* all but itself, edge, assert */
#define APIC_COMMAND_START   0xc4600 /* and the page to start at */
#define APIC_COMMAND_PENDING 0x1000

uint8_t processor_interrupt_id(void)
{
    return (uint8_t)(*apic(APIC_ID) >> 24);
}

static void command_send(uint8_t target, uint32_t command)
{
    *apic(APIC_COMMAND_TARGET) = (uint32_t)target << 24;
    *apic(APIC_COMMAND) = command;
    while (*apic(APIC_COMMAND) & APIC_COMMAND_PENDING)
        __builtin_ia32_pause();
}

static void spin_ns(uint64_t ns)
{
    uint64_t until_ns = time_monotonic_ns() + ns;
    while (time_monotonic_ns() < until_ns)
        __builtin_ia32_pause();
}

// Intel SDM vol. 3, 8.4.4.1, with its waits of 10 ms and 200 us.
void processor_interrupt_start_others(uint32_t start)
{
    command_send(0, APIC_COMMAND_INIT);
    spin_ns(10000000);
    for (int i = 0; i < 2; i++) {
        command_send(0, APIC_COMMAND_START | start >> 12);
        spin_ns(200000);
    }
}

void processor_interrupt_wake(uint8_t apic_id)
{
    command_send(apic_id, INTERRUPT_VECTOR_DEVICE);
}
