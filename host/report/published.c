/* Beside which of our rows a published one stands; see published.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/published.h"

#include <math.h>
#include <string.h>

static bool has_vm(const struct report *report)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (strcmp(report->row[i]->environment, "vm") == 0)
            return true;
    return false;
}

bool published_beside(const struct report *report, const struct published *published,
                      const struct summary *row)
{
    const char *environment = published->environment;
    if (strcmp(environment, "vm") == 0 && !has_vm(report))
        environment = "microvm";
    return strcmp(environment, row->environment) == 0;
}

double published_number(const struct published *published, const struct figure *figure)
{
    const struct published_value *value =
        figure->key ? published_value(published, figure->key) : NULL;
    return value ? value->number : NAN;
}

bool published_any(const struct report *report, const char *environment)
{
    for (unsigned int i = 0; i < report->rows; i++) {
        const struct scenario *scenario = report->row[i]->scenario;
        for (size_t p = 0; p < scenario->published_count; p++)
            if (!environment || strcmp(scenario->published[p].environment, environment) == 0)
                return true;
    }
    return false;
}
