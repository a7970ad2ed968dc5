/* A figure as people read it; see number_text.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/number_text.h"

#include <math.h>
#include <stdio.h>

const char *number_text(char text[NUMBER_TEXT_BYTES], double value)
{
    double size = fabs(value);
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    if (size == 0)
        snprintf(text, NUMBER_TEXT_BYTES, "0");
    else if (size < 0.01 || size >= 1e9)
        snprintf(text, NUMBER_TEXT_BYTES, "%.3g", value);
    else
        snprintf(text, NUMBER_TEXT_BYTES, "%.*f", decimals, value);
    return text;
}
