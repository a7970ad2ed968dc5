// status: 1
// console: all switched on
/* What of protections the CPU has is switched on. The program runs in ring 0: it may look. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <cpuid.h>
#include <stdint.h>
#include <stdio.h>

#define CR0_WP     (1u << 16)
#define CR4_UMIP   (1u << 11)
#define CR4_SMEP   (1u << 20)
#define CR4_SMAP   (1u << 21)
#define EFER       0xc0000080
#define EFER_NXE   (1u << 11)
#define CPUID_SMEP (1u << 7)  // leaf 7, EBX
#define CPUID_SMAP (1u << 20) // leaf 7, EBX
#define CPUID_UMIP (1u << 2)  // leaf 7, ECX

static void check(const char *name, int has, uint64_t on)
{
    if (!has)
        printf("FAILED: the test's CPU has no %s\n", name);
    else if (!on)
        printf("FAILED: %s is off\n", name);
}

int main(void)
{
    uint64_t cr0, cr4;
    uint32_t efer, high, a, b, c, d;

    __asm__("mov %%cr0, %0" : "=r"(cr0));
    __asm__("mov %%cr4, %0" : "=r"(cr4));
    __asm__("rdmsr" : "=a"(efer), "=d"(high) : "c"(EFER));
    __cpuid_count(7, 0, a, b, c, d);
    check("CR0.WP", 1, cr0 & CR0_WP);
    check("NX", 1, efer & EFER_NXE);
    check("SMEP", b & CPUID_SMEP, cr4 & CR4_SMEP);
    check("SMAP", b & CPUID_SMAP, cr4 & CR4_SMAP);
    check("UMIP", c & CPUID_UMIP, cr4 & CR4_UMIP);
    puts("all switched on");
    return 0;
}
