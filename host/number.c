/* Strict numbers; see number.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "number.h"

#include "clock.h"

#include <inttypes.h>
#include <stdbool.h>

#define NS_DECIMALS 9

/* Appends a digit; false when the value no longer fits. */
static bool append_digit(uint64_t *value, char digit)
{
    return !__builtin_mul_overflow(*value, UINT64_C(10), value) &&
           !__builtin_add_overflow(*value, (uint64_t)(digit - '0'), value);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_whole(const char *text, uint64_t *value)
{
    *value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++)
        if (!is_digit(*text) || !append_digit(value, *text))
            return false;
    return true;
}

/* Digits, and perhaps a point and one to nine digits more, as nanoseconds. */
static bool read_seconds(const char *text, uint64_t *value_ns)
{
    int decimals = 0;
    bool behind_point = false;

    *value_ns = 0;
    if (!is_digit(*text))
        return false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !behind_point && is_digit(text[1])) {
            behind_point = true;
            continue;
        }
        if (!is_digit(*text) || (behind_point && ++decimals > NS_DECIMALS))
            return false;
        if (!append_digit(value_ns, *text))
            return false;
    }
    for (; decimals < NS_DECIMALS; decimals++)
        if (!append_digit(value_ns, '0'))
            return false;
    return true;
}

int number_parse(const char *option, const char *text, uint64_t minimum, uint64_t maximum,
                 uint64_t *value, struct error *error)
{
    uint64_t read;

    if (!read_whole(text, &read) || read < minimum || read > maximum)
        return error_set(error, EXIT_USAGE,
                         "%s: '%.40s' is not a whole number from %" PRIu64 " to %" PRIu64, option,
                         text, minimum, maximum);
    *value = read;
    return 0;
}

int number_parse_seconds(const char *option, const char *text, uint64_t minimum_ns,
                         uint64_t maximum_ns, uint64_t *value_ns, struct error *error)
{
    uint64_t read_ns;

    if (!read_seconds(text, &read_ns) || read_ns < minimum_ns || read_ns > maximum_ns)
        return error_set(error, EXIT_USAGE, "%s: '%.40s' is not a number of seconds from %g to %g",
                         option, text, (double)minimum_ns / (double)NS_PER_S,
                         (double)maximum_ns / (double)NS_PER_S);
    *value_ns = read_ns;
    return 0;
}
