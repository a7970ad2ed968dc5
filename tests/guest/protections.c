// status: 1
// console: all switched on
/* What of protections the CPU has is switched on; no page can be both written and executed, page 0
 * is not there, and canaries are random. The program runs in ring 0: it may look.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <cpuid.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define CR0_WP     (1u << 16)
#define CR4_UMIP   (1u << 11)
#define CR4_SMEP   (1u << 20)
#define CR4_SMAP   (1u << 21)
#define EFER       0xc0000080
#define EFER_NXE   (1u << 11)
#define CPUID_SMEP (1u << 7)  // leaf 7, EBX
#define CPUID_SMAP (1u << 20) // leaf 7, EBX
#define CPUID_UMIP (1u << 2)  // leaf 7, ECX

#define PTE_PRESENT (1ul << 0)
#define PTE_WRITE   (1ul << 1)
#define PTE_LARGE   (1ul << 7)
#define PTE_NX      (1ul << 63)
#define PTE_ADDRESS 0x000ffffffffff000ul
#define LEVELS      4

static void check(const char *name, int has, uint64_t on)
{
    if (!has)
        printf("FAILED: the test's CPU has no %s\n", name);
    else if (!on)
        printf("FAILED: %s is off\n", name);
}

static int pages, writable_and_executable;

/* Intel SDM vol. 3, 4.5: what one level allows another may still forbid. */
static void walk(const uint64_t *table, int level, int writable, int executable)
{
    for (int i = 0; i < 512; i++) {
        uint64_t entry = table[i];
        int write = writable && entry & PTE_WRITE, execute = executable && !(entry & PTE_NX);
        if (!(entry & PTE_PRESENT))
            continue;
        if (level > 1 && !(entry & PTE_LARGE)) {
            walk((const uint64_t *)(entry & PTE_ADDRESS), level - 1, write, execute);
            continue;
        }
        pages++;
        writable_and_executable += write && execute;
    }
}

static int page_zero_is_mapped(const uint64_t *table)
{
    for (int level = LEVELS; level > 1; level--) {
        if (!(table[0] & PTE_PRESENT) || table[0] & PTE_LARGE)
            return (table[0] & PTE_PRESENT) != 0;
        table = (const uint64_t *)(table[0] & PTE_ADDRESS);
    }
    return (table[0] & PTE_PRESENT) != 0;
}

static void check_pages(void)
{
    uint64_t cr3;

    __asm__("mov %%cr3, %0" : "=r"(cr3));
    const uint64_t *root = (const uint64_t *)(cr3 & PTE_ADDRESS);
    walk(root, LEVELS, 1, 1);
    if (pages < 512 || writable_and_executable > 0)
        printf("FAILED: of %d pages %d are writable and executable\n", pages,
               writable_and_executable);
    if (page_zero_is_mapped(root))
        puts("FAILED: page 0 is mapped");
}

static void check_randomness(void)
{
    uint64_t canary, first[4] = {0}, second[4] = {0};

    __asm__("mov %%fs:0x28, %0" : "=r"(canary));
    if (canary >> 32 == 0 || (uint32_t)canary == 0)
        puts("FAILED: no canary");
    if (getrandom(first, sizeof first, 0) != sizeof first ||
        getrandom(second, sizeof second, 0) != sizeof second ||
        memcmp(first, second, sizeof first) == 0)
        puts("FAILED: getrandom");
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
    check_pages();
    check_randomness();
    puts("all switched on");
    return 0;
}
