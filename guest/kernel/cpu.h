/* The processor: model-specific registers, CPUID, the time stamp counter, and what is
 * switched on at boot.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CPU_H
#define THRICE_CPU_H

#include <stdint.h>

#define MSR_APIC_BASE 0x0000001b
#define MSR_STAR      0xc0000081
#define MSR_LSTAR     0xc0000082
#define MSR_SFMASK    0xc0000084
#define MSR_FS_BASE   0xc0000100
#define MSR_GS_BASE   0xc0000101

struct cpu_id {
    uint32_t a, b, c, d;
};

static inline struct cpu_id cpu_id(uint32_t leaf, uint32_t subleaf)
{
    struct cpu_id id;
    __asm__ volatile("cpuid"
                     : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d)
                     : "a"(leaf), "c"(subleaf));
    return id;
}

static inline uint64_t cpu_timestamp(void)
{
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

static inline void cpu_msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

static inline uint64_t cpu_msr_read(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

/* SSE and AVX state on, SMEP, SMAP and UMIP where the CPU has them, the SYSCALL entry. */
void cpu_init(void);

#endif
