// sources: host/sha256.c host/error.c
/* SHA-256 against the examples of FIPS 180-4 and at every length around a block's end. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sha256.h"

static void assert_hash(const char *text, size_t size, const char *expected)
{
    struct sha256 sha256;
    char hash[SHA256_TEXT_BYTES];
    sha256_start(&sha256);
    sha256_feed(&sha256, text, size);
    sha256_finish(&sha256, hash);
    assert_string_equal(hash, expected);
}

static void test_sha256_of_the_standard(void **state)
{
    (void)state;
    assert_hash("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void test_sha256_of_a_million(void **state)
{
    static char letters[1000000];
    (void)state;
    memset(letters, 'a', sizeof letters);
    assert_hash(letters, sizeof letters,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// However it is fed, the result is the same; 55 to 64 bytes are where the padding changes.
static void test_sha256_does_not_depend_on_the_pieces(void **state)
{
    const char text[200] = "thrice";
    (void)state;
    for (size_t size = 50; size < 140; size++) {
        struct sha256 whole, pieces;
        char a[SHA256_TEXT_BYTES], b[SHA256_TEXT_BYTES];
        sha256_start(&whole);
        sha256_feed(&whole, text, size);
        sha256_finish(&whole, a);
        sha256_start(&pieces);
        for (size_t i = 0; i < size; i++)
            sha256_feed(&pieces, text + i, 1);
        sha256_finish(&pieces, b);
        assert_string_equal(a, b);
    }
}

static void test_sha256_of_no_file(void **state)
{
    char hash[SHA256_TEXT_BYTES];
    struct error error;
    (void)state;
    assert_int_equal(sha256_file("/nowhere/image", hash, &error), -1);
    assert_int_equal(error.code, EXIT_LACKING);
    assert_non_null(strstr(error.text, "/nowhere/image"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_of_the_standard),
        cmocka_unit_test(test_sha256_of_a_million),
        cmocka_unit_test(test_sha256_does_not_depend_on_the_pieces),
        cmocka_unit_test(test_sha256_of_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
