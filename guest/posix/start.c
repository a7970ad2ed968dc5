/* Enters the libc as a kernel would: with arguments, environment and auxiliary vector in one
 * block, which the libc reads from its argument vector on (System V ABI, 3.4.1).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "layers.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#include "cmdline.h"
#include "descriptor.h"
#include "memory.h"
#include "net_report.h"
#include "random.h"

/* By the linker: the image's own ELF header, which describes its thread-local variables. */
extern const Elf64_Ehdr __ehdr_start;

int main(int argc, char **argv);
_Noreturn int __libc_start_main(int (*program)(int, char **), int argc, char **argv,
                                void (*init)(void), void (*fini)(void), void (*loader)(void));

static struct {
    uintptr_t words[CMDLINE_ITEMS_MAX + 1 + 1 + 2 * 8];
    size_t count;
} block;

static void block_push(uintptr_t word)
{
    block.words[block.count++] = word;
}

static void auxiliary_push(uintptr_t type, uintptr_t value)
{
    block_push(type);
    block_push(value);
}

static char **block_build(int argc, char **argv)
{
    static uint64_t random[2];

    random_bytes(random, sizeof(random));
    for (int i = 0; i < argc; i++)
        block_push((uintptr_t)argv[i]);
    block_push(0); /* the arguments' end */
    block_push(0); /* no environment */
    auxiliary_push(AT_PHDR, (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);
    auxiliary_push(AT_PHENT, __ehdr_start.e_phentsize);
    auxiliary_push(AT_PHNUM, __ehdr_start.e_phnum);
    auxiliary_push(AT_PAGESZ, PAGE_SIZE);
    auxiliary_push(AT_RANDOM, (uintptr_t)random);
    auxiliary_push(AT_NULL, 0);
    return (char **)block.words;
}

_Noreturn void posix_start(int argc, char **argv)
{
    static const char *const options[] = {"ip", "gw", "ip6", "gw6", "hostname", "stats", NULL};

    cmdline_refuse_unknown(options);
    descriptor_init();
    net_report_init();
    __libc_start_main(main, argc, block_build(argc, argv), NULL, NULL, NULL);
}
