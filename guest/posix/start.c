/* Enters the libc as a kernel would: with arguments, environment and auxiliary vector in one
 * block, which the libc reads from its argument vector on (System V ABI, 3.4.1).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "layers.h"

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#include "cmdline.h"
#include "console.h"
#include "descriptor.h"
#include "memory.h"
#include "net_report.h"
#include "panic.h"
#include "random.h"

#define ARGUMENTS_MAX   128
#define EXIT_BAD_OPTION 2

/* By the linker: the image's own ELF header, which describes its thread-local variables. */
extern const Elf64_Ehdr __ehdr_start;

int main(int argc, char **argv);
_Noreturn int __libc_start_main(int (*program)(int, char **), int argc, char **argv,
                                void (*init)(void), void (*fini)(void), void (*loader)(void));

static struct {
    uintptr_t words[ARGUMENTS_MAX + 1 + 1 + 2 * 8];
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

/* A word misspelt would else be an option missing, and nobody would know. */
static void refuse_unknown_option(void)
{
    static const char *const known[] = {"ip", "gw", "ip6", "gw6", "hostname", "stats", NULL};
    const char *option = cmdline_unknown(known);

    if (!option)
        return;
    console_printf("command line: there is no option %s, only", option);
    for (const char *const *name = known; *name; name++)
        console_printf(" %s", *name);
    console_printf("; the payload's arguments go behind --\n");
    machine_exit(EXIT_BAD_OPTION);
}

_Noreturn void posix_start(int argc, char **argv)
{
    if (argc > ARGUMENTS_MAX)
        panic("%d arguments, at most %d fit", argc, ARGUMENTS_MAX);
    refuse_unknown_option();
    descriptor_init();
    net_report_init();
    __libc_start_main(main, argc, block_build(argc, argv), NULL, NULL, NULL);
}
