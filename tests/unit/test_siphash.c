// sources: net/siphash.c net/checksum.c
/* SipHash against the vectors of its paper's reference, the checksum against the plain sum. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checksum.h"
#include "siphash.h"

/* Key 00 01 .. 0f; input 00 01 .. of 8 and 16 bytes. */
static void test_siphash_vectors(void **state)
{
    const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    const uint64_t words[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

    (void)state;
    assert_int_equal(siphash(key, words, 0), 0x726fdb47dd0e0e31);
    assert_int_equal(siphash(key, words, 1), 0x93f5f5799a932462);
    assert_int_equal(siphash(key, words, 2), 0x3f2acc7f57c29bdb);
}

/* RFC 1071, 4.1, read as little-endian words. */
static uint16_t plain_sum(const uint8_t *data, int length)
{
    uint64_t sum = 0;

    for (int i = 0; i < length; i++)
        sum += i % 2 ? (uint64_t)data[i] << 8 : data[i];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static void test_checksum_every_length_and_offset(void **state)
{
    uint8_t data[1600];

    (void)state;
    srand(2);
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)rand();
    for (int offset = 0; offset < 9; offset++)
        for (int length = 0; length < 1500; length++)
            assert_int_equal(checksum_fold(data + offset, length),
                             plain_sum(data + offset, length));
}

static void test_checksum_of_ones(void **state)
{
    uint8_t data[64];

    (void)state;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = 0xff;
    for (int length = 0; length <= 64; length++)
        assert_int_equal(checksum_fold(data, length), plain_sum(data, length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siphash_vectors),
        cmocka_unit_test(test_checksum_every_length_and_offset),
        cmocka_unit_test(test_checksum_of_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
