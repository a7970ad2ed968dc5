/* The line of a step; see trace.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <stdarg.h>

#include "console.h"
#include "time.h"

void trace_step(const char *layer, const char *format, ...)
{
    uint64_t now_us = time_monotonic_ns() / 1000;
    va_list arguments;

    console_printf("trace %lu.%06lu %s: ", now_us / 1000000, now_us % 1000000, layer);
    va_start(arguments, format);
    console_vprintf(format, arguments);
    va_end(arguments);
    console_printf("\n");
}
