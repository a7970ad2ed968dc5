/* The account of UDP replies; see udp_replies.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/udp_replies.h"

#include <stdlib.h>
#include <string.h>

#define BITS 64

int udp_replies_start(struct udp_replies *replies, uint64_t count, bool echo, struct error *error)
{
    *replies = (struct udp_replies){.echo = echo, .count = count};
    if (!echo)
        return 0;
    replies->seen = calloc(count / BITS + 1, sizeof *replies->seen);
    if (replies->seen == NULL)
        return error_set(error, EXIT_FAILED, "out of memory to tell %llu replies apart",
                         (unsigned long long)count);
    return 0;
}

void udp_replies_free(struct udp_replies *replies)
{
    free(replies->seen);
    replies->seen = NULL;
}

uint64_t udp_replies_answered(const struct udp_replies *replies)
{
    return replies->replies - replies->duplicated;
}

size_t udp_number_format(uint64_t number, char text[UDP_NUMBER_BYTES])
{
    char reversed[UDP_NUMBER_BYTES];
    size_t digits = 0;

    do {
        reversed[digits++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (size_t i = 0; i < digits; i++)
        text[i] = reversed[digits - 1 - i];
    text[digits] = '\0';
    return digits + 1;
}

/* Only the very bytes that udp_number_format() writes: no leading zero, the NUL at the end. */
static bool parse_number(const char *bytes, size_t length, uint64_t *number)
{
    char again[UDP_NUMBER_BYTES];

    if (length < 2 || length > UDP_NUMBER_BYTES)
        return false;
    *number = 0;
    for (size_t i = 0; i + 1 < length; i++)
        *number = *number * 10 + (uint64_t)(unsigned char)(bytes[i] - '0');
    return udp_number_format(*number, again) == length && memcmp(again, bytes, length) == 0;
}

static bool is_last(const char *bytes, size_t length)
{
    return (length == 4 || length == 5) && memcmp(bytes, "LAST", length) == 0;
}

static bool is_study_answer(const char *bytes, size_t length)
{
    /* All bytes are A when the first is and each equals the one before it. */
    return length == UDP_REPLY_BYTES && bytes[0] == 'A' &&
           memcmp(bytes, bytes + 1, length - 1) == 0;
}

static enum udp_reply take_number(struct udp_replies *replies, uint64_t number)
{
    uint64_t *word = &replies->seen[number / BITS];
    uint64_t bit = UINT64_C(1) << (number % BITS);

    replies->replies++;
    if ((*word & bit) != 0) {
        replies->duplicated++;
        return UDP_REPLY_DUPLICATE;
    }
    *word |= bit;
    if (number < replies->next)
        replies->reordered++;
    else
        replies->next = number + 1;
    return UDP_REPLY_NUMBERED;
}

enum udp_reply udp_replies_take(struct udp_replies *replies, const char *bytes, size_t length,
                                uint64_t *number)
{
    if (is_last(bytes, length))
        return UDP_REPLY_LAST;
    if (replies->echo && parse_number(bytes, length, number) && *number < replies->count)
        return take_number(replies, *number);
    if (!replies->echo && is_study_answer(bytes, length)) {
        replies->replies++;
        return UDP_REPLY_COUNTED;
    }
    replies->unexpected++;
    return UDP_REPLY_UNEXPECTED;
}
