// sources: guest/kernel/random.c
/* The random number generator against RFC 8439's test vectors, and its key erasure. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../guest/kernel/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Key and nonce zero, counter 1 (RFC 8439, appendix A.1, test vector 2). */
static const uint8_t vector_2[64] = {
    0x9f, 0x07, 0xe7, 0xbe, 0x55, 0x51, 0x38, 0x7a, 0x98, 0xba, 0x97, 0x7c, 0x73, 0x2d, 0x08, 0x0d,
    0xcb, 0x0f, 0x29, 0xa0, 0x48, 0xe3, 0x65, 0x69, 0x12, 0xc6, 0x53, 0x3e, 0x32, 0xee, 0x7a, 0xed,
    0x29, 0xb7, 0x21, 0x76, 0x9c, 0xe6, 0x4e, 0x43, 0xd5, 0x71, 0x33, 0xb0, 0x74, 0xd8, 0x39, 0xd5,
    0x31, 0xed, 0x1f, 0x28, 0x51, 0x0a, 0xfb, 0x45, 0xac, 0xe1, 0x0a, 0x1f, 0x4b, 0x79, 0x4d, 0x6f,
};

static void test_random_is_chacha20(void **state)
{
    (void)state;
    uint8_t bytes[64];
    random_bytes(bytes, sizeof bytes); // the first request: the key is still zero
    assert_memory_equal(bytes, vector_2, sizeof bytes);
}

static void test_random_never_repeats_a_stream(void **state)
{
    (void)state;
    uint8_t one[100], two[100];
    random_bytes(one, sizeof one);
    random_bytes(two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
    random_add("seed", 4);
    random_bytes(one, sizeof one);
    assert_memory_not_equal(one, two, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_is_chacha20),
        cmocka_unit_test(test_random_never_repeats_a_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
