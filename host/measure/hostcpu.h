/* What the whole machine did, whoever was charged: /proc/stat, and pressure (PSI).
 *
 * The kernel charges packet work to whoever triggers it, so that a container's receive path is
 * largely paid by the sender: only the whole host tells the full cost.
 *
 * Its busy time is what is left of the CPUs' time without idle time. Where the kernel stops the
 * tick of an idle CPU (NO_HZ, the default) idle and iowait are clocked to the microsecond,
 * interrupts and softirqs on an idle CPU excluded; user, system and the others are counted by the
 * tick, which misses, or counts in full, what runs in step with it. What busy time leaves out is
 * what no CPU here sees: the hypervisor's work under us (steal is taken off) and that of devices.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_HOSTCPU_H
#define THRICE_HOSTCPU_H

#include "error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All CPUs together, in clock ticks since boot. */
struct hostcpu {
    uint64_t at_ns;    /* when it was read; of a difference: how long it is */
    unsigned int cpus; /* online */
    uint64_t user;     /* guest included, as the kernel counts it */
    uint64_t nice;
    uint64_t system;
    uint64_t idle;
    uint64_t iowait;
    uint64_t irq;
    uint64_t softirq;
    uint64_t steal; /* taken by the hypervisor under us: noise, not ours */
    uint64_t guest;
    bool has_pressure;        /* the kernel has PSI */
    uint64_t cpu_pressure_us; /* time some task waited for a CPU, since boot */
    uint64_t memory_pressure_us;
    uint64_t io_pressure_us;
};

/* Parses /proc/stat; the rest is left alone. Returns 0, or -1 when it has no "cpu" line. */
int hostcpu_parse(const char *text, size_t length, struct hostcpu *hostcpu);

/* Parses a file of /proc/pressure: the total of its "some" line, in us. Returns 0 or -1. */
int hostcpu_pressure_parse(const char *text, size_t length, uint64_t *total_us);

int hostcpu_read(struct hostcpu *hostcpu, struct error *error);

/* after - before, field by field; cpus as before. */
struct hostcpu hostcpu_difference(const struct hostcpu *before, const struct hostcpu *after);

/* user + nice + system + irq + softirq: what somebody here made the CPUs do, as the tick saw it. */
uint64_t hostcpu_busy_ticks(const struct hostcpu *hostcpu);

/* Of a difference: the time of all CPUs less idle, iowait and steal. As these are told in ticks of
 * 10 ms, it is exact to some 20 ms. */
uint64_t hostcpu_busy_ns(const struct hostcpu *difference);

/* Every field of a difference by its name, "busy" (ticks) and "busy_ns" beside them. The caller
 * owns it; NULL when out of memory. */
json_t *hostcpu_json(const struct hostcpu *hostcpu);

#endif
