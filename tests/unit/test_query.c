// sources: guest/payload/query.c
// flags: -iquote guest/payload
/* Parameters of requests: what is taken, and that what is wrong is named. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"

static const char *const colours[] = {"red", "green", NULL};

struct asked {
    uint64_t number, size;
    unsigned colour;
};

static struct query query;

static struct asked ask(const char *text)
{
    struct asked asked;
    char *copy = strdup(text);
    query_parse(&query, copy);
    asked.number = query_number(&query, "n", 1, 100, 7);
    asked.size = query_size(&query, "size", 1, 1ull << 40, 4096);
    asked.colour = query_word(&query, "colour", colours);
    query_end(&query);
    free(copy);
    return asked;
}

static void test_query_takes(void **state)
{
    (void)state;
    struct asked asked = ask("");
    assert_int_equal(asked.number, 7);
    assert_int_equal(asked.size, 4096);
    assert_int_equal(asked.colour, 0);
    asked = ask("&n=100&&size=3M&colour=green&");
    assert_string_equal(query.error, "");
    assert_int_equal(asked.number, 100);
    assert_int_equal(asked.size, 3 << 20);
    assert_int_equal(asked.colour, 1);
}

static void refuses(const char *text, const char *word)
{
    ask(text);
    assert_int_equal(query.status, 400);
    if (strstr(query.error, word) == NULL)
        fail_msg("'%s' does not name %s for %s", query.error, word, text);
}

static void test_query_refuses(void **state)
{
    static const char *const numbers[] = {"0",  "101", "-1", "",    "x",   "1x",
                                          " 1", "+1",  "1K", "0x1", "1.5", "99999999999999999999"};
    char text[64];
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(text, sizeof text, "size=1&n=%s", numbers[i]);
        refuses(text, "n: '");
    }
    refuses("n", "n: '");
    refuses("size=2T", "size");
    refuses("size=1KK", "size");
    refuses("size=99999999999999T", "size");
    refuses("colour=blue", "red, green");
    refuses("n=1&n=2", "twice");
    refuses("m=1", "'m'");
    refuses("a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q", "16");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query_takes),
        cmocka_unit_test(test_query_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
