/* The method of Holm; see holm.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics/holm.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *left, const void *right)
{
    double a = **(double *const *)left, b = **(double *const *)right;
    return (a > b) - (a < b);
}

int holm_adjust(double *p_values, size_t count, struct error *error)
{
    double **order = malloc((count + 1) * sizeof *order), highest = 0;
    if (!order)
        return error_set(error, EXIT_FAILED, "out of memory for %zu p values", count);
    for (size_t i = 0; i < count; i++)
        order[i] = &p_values[i];
    qsort(order, count, sizeof *order, by_value);
    for (size_t i = 0; i < count; i++) {
        highest = fmax(highest, fmin(*order[i] * (double)(count - i), 1));
        *order[i] = highest;
    }
    free(order);
    return 0;
}
