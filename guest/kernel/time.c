/* The clock: TSC ticks scaled to nanoseconds by a 32.32 fixed-point factor; see time.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "time.h"

#include "cpu.h"
#include "interrupt.h"
#include "port.h"

#define NS_PER_S 1000000000ull

#define CALIBRATION_TICKS 1000000u /* of the local APIC timer: 1 ms */
#define CALIBRATION_TRIES 5

#define PORT_CMOS_INDEX 0x70
#define PORT_CMOS_DATA  0x71

static uint64_t boot_ticks;
static uint64_t ns_per_tick; /* 32.32 fixed point */

struct clock_pair {
    uint64_t tsc;
    uint32_t apic;
};

/* The two clocks at one moment: the try that took least between its two looks at the TSC. */
static struct clock_pair clock_pair_read(void)
{
    struct clock_pair best = {0, 0};
    uint64_t best_span = UINT64_MAX;
    for (int i = 0; i < CALIBRATION_TRIES; i++) {
        uint64_t before = cpu_timestamp();
        uint32_t apic = interrupt_timer_count();
        uint64_t span = cpu_timestamp() - before;
        if (span < best_span) {
            best_span = span;
            best = (struct clock_pair){before + span / 2, apic};
        }
    }
    return best;
}

static struct clock_pair start;

void time_start(void)
{
    interrupt_timer_start(UINT32_MAX);
    start = clock_pair_read();
}

/* TSC ticks a second, measured against the local APIC timer's 1 GHz since time_start(). */
static uint64_t frequency_measure(void)
{
    struct clock_pair end;
    do
        end = clock_pair_read();
    while (start.apic - end.apic < CALIBRATION_TICKS);
    return (end.tsc - start.tsc) * NS_PER_S / (start.apic - end.apic);
}

/* TSC ticks a second as the CPU or the hypervisor tells, or 0. */
static uint64_t frequency_told(void)
{
    if (cpu_id(0, 0).a >= 0x15) {
        struct cpu_id ratio = cpu_id(0x15, 0);
        if (ratio.a && ratio.b && ratio.c)
            return (uint64_t)ratio.c * ratio.b / ratio.a;
    }
    uint32_t leaves = cpu_id(0x40000000, 0).a;
    if (leaves >= 0x40000010 && leaves < 0x40000100)
        return cpu_id(0x40000010, 0).a * 1000ull;
    return 0;
}

void time_init(void)
{
    boot_ticks = start.tsc;
    uint64_t frequency = frequency_told();
    if (!frequency)
        frequency = frequency_measure();
    interrupt_timer_start(0);
    ns_per_tick = (NS_PER_S << 32) / frequency;
}

uint64_t time_monotonic_ns(void)
{
    unsigned __int128 scaled = (unsigned __int128)(cpu_timestamp() - boot_ticks) * ns_per_tick;
    return (uint64_t)(scaled >> 32);
}

static uint8_t cmos_read(uint8_t index)
{
    port_write8(PORT_CMOS_INDEX, index);
    return port_read8(PORT_CMOS_DATA);
}

static unsigned from_bcd(uint8_t value)
{
    return (value >> 4) * 10u + (value & 15u);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static uint64_t days_since_epoch(unsigned year, unsigned month, unsigned day)
{
    // Count years from March, so that the leap day is the last of its year.
    unsigned y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365ull * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719469;
}

/* Seconds since 1970 from the CMOS clock, or 0 where the machine has none. QEMU's clock is
 * BCD in 24-hour form; a read that crosses an update is repeated.
 */
static uint64_t cmos_seconds(void)
{
    uint8_t field[6], again[6];
    static const uint8_t index[6] = {0, 2, 4, 7, 8, 9}; /* s, min, h, day, month, year */
    for (int tries = 0; tries < 3; tries++) {
        for (int i = 0; i < 6; i++)
            field[i] = cmos_read(index[i]);
        int same = 1;
        for (int i = 0; i < 6; i++)
            same &= (again[i] = cmos_read(index[i])) == field[i];
        if (same)
            break;
    }
    if (field[4] == 0xff || from_bcd(field[4]) < 1 || from_bcd(field[4]) > 12)
        return 0;
    uint64_t days =
        days_since_epoch(2000 + from_bcd(field[5]), from_bcd(field[4]), from_bcd(field[3]));
    return days * 86400 + from_bcd(field[2]) * 3600 + from_bcd(field[1]) * 60 + from_bcd(field[0]);
}

uint64_t time_realtime_ns(void)
{
    static uint64_t boot_realtime_ns;
    uint64_t now_ns = time_monotonic_ns();
    if (!boot_realtime_ns) // read when first asked for: eight port accesses that most never need
        boot_realtime_ns = cmos_seconds() * NS_PER_S - now_ns;
    return boot_realtime_ns + now_ns;
}
