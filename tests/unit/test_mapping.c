// sources: host/measure/mapping.c host/error.c
/* The RAM of a guest among the mappings of its QEMU. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "measure/mapping.h"

#define MIB (UINT64_C(1) << 20)

static uint64_t parse(const char *text, uint64_t size_bytes)
{
    FILE *smaps = fmemopen((char *)text, strlen(text), "r");
    assert_non_null(smaps);
    uint64_t rss_bytes = mapping_rss_parse(smaps, size_bytes);
    fclose(smaps);
    return rss_bytes;
}

static void test_mapping_counts_the_anonymous_of_that_size(void **state)
{
    static const char smaps[] =
        "55d000000000-55d001000000 r-xp 00000000 08:01 131 /usr/bin/qemu-system-x86_64\n"
        "Size:              16384 kB\nRss:                9000 kB\nVmFlags: rd ex\n"
        "7f0000000000-7f0001000000 rw-p 00000000 00:00 0 \n"
        "Size:              16384 kB\nKernelPageSize:        4 kB\nRss:                 120 kB\n"
        "Pss:                 120 kB\nTHPeligible:    1\n"
        "7f0002000000-7f0002100000 rw-p 00000000 00:00 0 [heap]\n"
        "Rss:                 700 kB\n"
        "7f0003000000-7f0004000000 rw-p 00000000 00:00 0\n"
        "Rss:                   8 kB\n";
    (void)state;
    assert_int_equal(parse(smaps, 16 * MIB), 128 * 1024);
    assert_int_equal(parse(smaps, MIB), 700 * 1024);
    assert_int_equal(parse(smaps, 2 * MIB), 0);
}

static void test_mapping_survives_nonsense(void **state)
{
    (void)state;
    assert_int_equal(parse("\n", MIB), 0);
    assert_int_equal(parse("Rss: 12 kB\n7f-\nzz-7f rw-p 0 0:0 0\nRss: 5 kB\n", MIB), 0);
}

static void test_mapping_reads_our_own(void **state)
{
    const uint64_t size_bytes = 37 * MIB;
    uint64_t rss_bytes;
    struct error error;
    (void)state;
    char *memory = mmap(NULL, size_bytes + 2 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    assert_int_equal(mprotect(memory + 4096, size_bytes, PROT_READ | PROT_WRITE), 0);
    madvise(memory + 4096, size_bytes, MADV_NOHUGEPAGE);
    memory[4096] = 1;
    memory[4096 + 10 * 4096] = 1;
    assert_int_equal(mapping_rss(getpid(), size_bytes, &rss_bytes, &error), 0);
    assert_int_equal(rss_bytes, 2 * 4096);
    assert_int_equal(mapping_rss(0x7fffffff, size_bytes, &rss_bytes, &error), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mapping_counts_the_anonymous_of_that_size),
        cmocka_unit_test(test_mapping_survives_nonsense),
        cmocka_unit_test(test_mapping_reads_our_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
