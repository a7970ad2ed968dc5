// sources: host/sha256.c host/error.c
/* The hash of a file: an example of FIPS 180-4, nothing, and a file that is not there. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "sha256.h"

static void assert_hash(const char *contents, const char *expected)
{
    char path[] = "/tmp/thrice-sha256-XXXXXX", text[SHA256_TEXT_BYTES];
    struct error error;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, contents, strlen(contents)), strlen(contents));
    close(fd);
    int result = sha256_file(path, text, &error);
    unlink(path);
    assert_int_equal(result, 0);
    assert_string_equal(text, expected);
}

static void test_sha256_of_the_standard(void **state)
{
    (void)state;
    assert_hash("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_sha256_of_no_file(void **state)
{
    char text[SHA256_TEXT_BYTES];
    struct error error;
    (void)state;
    assert_int_equal(sha256_file("/nonexistent/file", text, &error), -1);
    assert_int_equal(error.code, EXIT_LACKING);
    assert_non_null(strstr(error.text, "/nonexistent/file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_of_the_standard),
        cmocka_unit_test(test_sha256_of_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
