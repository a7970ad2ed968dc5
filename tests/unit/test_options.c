// sources: host/options.c host/nearest.c host/error.c
/* The command line: what is wrong is named in one line, and argp sees only what it accepts. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "options.h"

struct parsed {
    const char *rate;
    bool quick;
    const char *word[4];
    int words;
};

enum { OPTION_RATE = 256, OPTION_QUICK };

static const struct argp_option known[] = {
    {"rate", OPTION_RATE, "N", 0, "", 0},
    {"quick", OPTION_QUICK, NULL, 0, "", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct parsed *parsed = options_input(state);
    switch (key) {
    case OPTION_RATE:
        parsed->rate = argument;
        return 0;
    case OPTION_QUICK:
        parsed->quick = true;
        return 0;
    case ARGP_KEY_ARG:
        if (strcmp(argument, "bad") == 0) {
            error_set(options_error(state), EXIT_USAGE, "a bad word");
            return EINVAL;
        }
        parsed->word[parsed->words++] = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {known, parse, NULL, NULL, NULL, NULL, NULL};

#define PARSE(parsed, error, ...)                                                                  \
    options_parse(&argp, (int)(sizeof((char *[]){"test", __VA_ARGS__}) / sizeof(char *)),          \
                  (char *[]){"test", __VA_ARGS__, NULL}, parsed, error)

static void test_options_are_taken(void **state)
{
    struct parsed parsed = {0};
    struct error error;
    (void)state;
    assert_int_equal(PARSE(&parsed, &error, "--rate", "5", "word", "--quick"), 0);
    assert_string_equal(parsed.rate, "5");
    assert_true(parsed.quick);
    assert_int_equal(parsed.words, 1);
}

static void test_options_value_may_look_like_an_option(void **state)
{
    struct parsed parsed = {0};
    struct error error;
    (void)state;
    assert_int_equal(PARSE(&parsed, &error, "--rate", "-5"), 0);
    assert_string_equal(parsed.rate, "-5"); // for number_parse to refuse by name
}

static void test_options_behind_two_dashes_are_words(void **state)
{
    struct parsed parsed = {0};
    struct error error;
    (void)state;
    assert_int_equal(PARSE(&parsed, &error, "--", "--nonsense", "-x"), 0);
    assert_int_equal(parsed.words, 2);
    assert_string_equal(parsed.word[0], "--nonsense");
}

static void test_options_unknown_names_the_nearest(void **state)
{
    struct parsed parsed = {0};
    struct error error;
    (void)state;
    assert_int_equal(PARSE(&parsed, &error, "--rat=5"), -1);
    assert_int_equal(error.code, EXIT_USAGE);
    assert_non_null(strstr(error.text, "did you mean rate?"));
    assert_int_equal(PARSE(&parsed, &error, "-r"), -1);
    assert_non_null(strstr(error.text, "'-r'"));
}

static void test_options_missing_and_needless_values(void **state)
{
    struct parsed parsed = {0};
    struct error error;
    (void)state;
    assert_int_equal(PARSE(&parsed, &error, "--rate"), -1);
    assert_non_null(strstr(error.text, "--rate wants a value"));
    assert_int_equal(PARSE(&parsed, &error, "--quick=yes"), -1);
    assert_non_null(strstr(error.text, "--quick takes no value"));
}

static void test_options_parser_says_what_is_wrong(void **state)
{
    struct parsed parsed = {0};
    struct error error;
    (void)state;
    assert_int_equal(PARSE(&parsed, &error, "bad"), -1);
    assert_string_equal(error.text, "a bad word");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_are_taken),
        cmocka_unit_test(test_options_value_may_look_like_an_option),
        cmocka_unit_test(test_options_behind_two_dashes_are_words),
        cmocka_unit_test(test_options_unknown_names_the_nearest),
        cmocka_unit_test(test_options_missing_and_needless_values),
        cmocka_unit_test(test_options_parser_says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
