/* The processor's switches: vector state for the payload, protections, the SYSCALL entry. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cpu.h"

#define CR4_UMIP    (1ul << 11)
#define CR4_OSXSAVE (1ul << 18)
#define CR4_SMEP    (1ul << 20)
#define CR4_SMAP    (1ul << 21)

#define CPUID_1_ECX_XSAVE (1u << 26)
#define CPUID_1_ECX_AVX   (1u << 28)
#define CPUID_7_EBX_SMEP  (1u << 7)
#define CPUID_7_EBX_SMAP  (1u << 20)
#define CPUID_7_ECX_UMIP  (1u << 2)

#define XCR0_X87_SSE 3u
#define XCR0_AVX     4u

#define SELECTOR_CODE      8ull
#define RFLAGS_IF_DF_TF_AC 0x40700ull
#define MXCSR_ALL_MASKED   0x1f80u

void syscall_entry(void); /* syscall.S */

static uint64_t cr4_read(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

static void cr4_write(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(value));
}

static void vector_state_init(void)
{
    struct cpu_id features = cpu_id(1, 0);
    if (features.c & CPUID_1_ECX_XSAVE) {
        cr4_write(cr4_read() | CR4_OSXSAVE);
        uint32_t xcr0 = XCR0_X87_SSE | (features.c & CPUID_1_ECX_AVX ? XCR0_AVX : 0);
        __asm__ volatile("xsetbv" : : "c"(0), "a"(xcr0), "d"(0));
    }
    uint32_t mxcsr = MXCSR_ALL_MASKED;
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

static void protections_init(void)
{
    if (cpu_id(0, 0).a < 7)
        return;
    struct cpu_id features = cpu_id(7, 0);
    uint64_t cr4 = cr4_read();
    if (features.b & CPUID_7_EBX_SMEP)
        cr4 |= CR4_SMEP;
    if (features.b & CPUID_7_EBX_SMAP)
        cr4 |= CR4_SMAP;
    if (features.c & CPUID_7_ECX_UMIP)
        cr4 |= CR4_UMIP;
    cr4_write(cr4);
}

void cpu_init(void)
{
    vector_state_init();
    protections_init();
    cpu_msr_write(MSR_STAR, SELECTOR_CODE << 32);
    cpu_msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
    cpu_msr_write(MSR_SFMASK, RFLAGS_IF_DF_TF_AC);
}
