/* A duration in words; see duration.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "duration.h"

#include <stdio.h>

#include "clock.h"

const char *duration_format(uint64_t duration_ns, char text[DURATION_TEXT_BYTES])
{
    unsigned long long seconds = duration_ns / NS_PER_S;
    if (seconds < 60)
        snprintf(text, DURATION_TEXT_BYTES, "%llu s", seconds);
    else if (seconds < 3600)
        snprintf(text, DURATION_TEXT_BYTES, "%llu min %02llu s", seconds / 60, seconds % 60);
    else
        snprintf(text, DURATION_TEXT_BYTES, "%llu h %02llu min", seconds / 3600, seconds / 60 % 60);
    return text;
}
