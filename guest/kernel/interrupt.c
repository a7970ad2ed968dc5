/* Local APIC, IOAPIC, and the halt; see interrupt.h.
 *
 * Intel SDM vol. 3, chapter 11 (local APIC); 82093AA data sheet (IOAPIC).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "interrupt.h"

#include "apic.h"
#include "cpu.h"
#include "port.h"
#include "time.h"

#define APIC_SPURIOUS        0x0f0
#define APIC_LVT_TIMER       0x320
#define APIC_LVT_LINT0       0x350
#define APIC_TIMER_INITIAL   0x380
#define APIC_TIMER_CURRENT   0x390
#define APIC_TIMER_DIVIDE    0x3e0
#define APIC_ENABLE          0x100
#define APIC_MASKED          0x10000
#define APIC_DIVIDE_BY_1     0xb
#define APIC_BASE_MSR_X2APIC (1u << 10)
#define APIC_BASE_MSR_ENABLE (1u << 11)

#define IOAPIC_FIRST    0xfec00000ul
#define IOAPIC_SECOND   0xfec10000ul /* on microvm */
#define IOAPIC_VERSION  1
#define IOAPIC_TABLE    0x10
#define IOAPIC_MAX_PINS 64
#define IOAPIC_ISA_PINS 5 /* timer, keyboard, cascade, serial ports: not ours to be woken by */
#define PIC_MASTER_MASK 0x21
#define PIC_SLAVE_MASK  0xa1

struct interrupt_counters interrupt_counters;

uint64_t timer_due_ns; /* 0 when the timer is not running: vectors.S sees to that */

static uint32_t ioapic_read(uintptr_t base, uint32_t index)
{
    *(volatile uint32_t *)base = index;
    return *(volatile uint32_t *)(base + 0x10);
}

static void ioapic_write(uintptr_t base, uint32_t index, uint32_t value)
{
    *(volatile uint32_t *)base = index;
    *(volatile uint32_t *)(base + 0x10) = value;
}

/* Routes the pins from first_pin on to the device vector: edge triggered, active high, to APIC 0;
 * masks those below, which firmware may have used.
 */
static void ioapic_route(uintptr_t base, unsigned first_pin)
{
    uint32_t version = ioapic_read(base, IOAPIC_VERSION);
    unsigned pins = (version >> 16 & 0xff) + 1;
    if (version == 0 || version == UINT32_MAX || pins > IOAPIC_MAX_PINS)
        return;
    for (unsigned pin = 0; pin < pins; pin++) {
        uint32_t entry = pin < first_pin ? APIC_MASKED : INTERRUPT_VECTOR_DEVICE;
        ioapic_write(base, IOAPIC_TABLE + 2 * pin + 1, 0);
        ioapic_write(base, IOAPIC_TABLE + 2 * pin, entry);
    }
}

/* On, with its registers in memory. Firmware may have left it in x2APIC mode, from which the only
 * way leads through off (Intel SDM vol. 3, 11.12.5).
 */
static void apic_enable(void)
{
    uint64_t base = cpu_msr_read(MSR_APIC_BASE);
    if (base & APIC_BASE_MSR_X2APIC) {
        base &= ~(uint64_t)(APIC_BASE_MSR_X2APIC | APIC_BASE_MSR_ENABLE);
        cpu_msr_write(MSR_APIC_BASE, base);
    }
    cpu_msr_write(MSR_APIC_BASE, base | APIC_BASE_MSR_ENABLE);
}

void interrupt_init_processor(void)
{
    apic_enable();
    *apic(APIC_SPURIOUS) = APIC_ENABLE | INTERRUPT_VECTOR_SPURIOUS;
    *apic(APIC_LVT_LINT0) = APIC_MASKED;
}

void interrupt_init(void)
{
    port_write8(PIC_MASTER_MASK, 0xff);
    port_write8(PIC_SLAVE_MASK, 0xff);
    interrupt_init_processor();
    *apic(APIC_LVT_TIMER) = INTERRUPT_VECTOR_TIMER;
    *apic(APIC_TIMER_DIVIDE) = APIC_DIVIDE_BY_1;
    ioapic_route(IOAPIC_FIRST, IOAPIC_ISA_PINS);
    ioapic_route(IOAPIC_SECOND, 0);
}

void interrupt_route_power(unsigned pin)
{
    ioapic_write(IOAPIC_FIRST, IOAPIC_TABLE + 2 * pin, INTERRUPT_VECTOR_POWER);
}

void interrupt_timer_start(uint32_t ticks)
{
    *apic(APIC_TIMER_INITIAL) = ticks;
    interrupt_counters.timers++;
}

uint32_t interrupt_timer_count(void)
{
    return *apic(APIC_TIMER_CURRENT);
}

/* Sets the timer unless it already runs and ends no later than wanted: an early wake-up costs
 * less than an access to the APIC before every halt.
 */
static void timer_arm(uint64_t now_ns, uint64_t deadline_ns)
{
    if (timer_due_ns > now_ns && timer_due_ns <= deadline_ns)
        return;
    uint64_t ticks = deadline_ns - now_ns;
    if (ticks > UINT32_MAX)
        ticks = UINT32_MAX;
    interrupt_timer_start((uint32_t)ticks);
    timer_due_ns = now_ns + ticks;
}

void interrupt_window(void)
{
    __asm__ volatile("sti; nop; cli" : : : "memory");
}

void interrupt_wait(uint64_t deadline_ns)
{
    if (deadline_ns != INTERRUPT_NO_DEADLINE) {
        uint64_t now_ns = time_monotonic_ns();
        if (deadline_ns <= now_ns)
            return;
        timer_arm(now_ns, deadline_ns);
    }
    interrupt_counters.halts++;
    // sti takes effect after the next instruction: what is pending ends the halt at once.
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}
