/* The figures of a run; see figures.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/figures.h"

#include <stdarg.h>
#include <stdio.h>

// While they are gathered, one that is lacking is the text of its reason.
void figures_add(json_t *figures, const char *name, double value)
{
    if (isfinite(value))
        json_object_set_new(figures, name, json_real(value));
    else
        figures_lack(figures, name, "there was nothing to measure");
}

void figures_lack(json_t *figures, const char *name, const char *format, ...)
{
    char reason[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    json_object_set_new(figures, name, json_string(reason));
}

void figures_record(json_t *record, const json_t *figures, const struct scenario *scenario)
{
    json_t *numbers = json_object(), *lacking = json_object();
    for (size_t i = 0; i < scenario->figure_count; i++) {
        const char *name = scenario->figures[i]->name;
        json_t *value = json_object_get(figures, name);
        json_object_set(numbers, name, json_is_number(value) ? value : json_null());
        if (!value)
            json_object_set_new(lacking, name,
                                json_sprintf("a %s does not measure it", scenario->kind));
        else if (json_is_string(value))
            json_object_set(lacking, name, value);
    }
    json_object_set_new(record, "figures", numbers);
    if (json_object_size(lacking) > 0)
        json_object_set(record, "figures_lacking", lacking);
    json_decref(lacking);
}

double figures_value(const json_t *record, const char *name)
{
    const json_t *value = json_object_get(json_object_get(record, "figures"), name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *figures_reason(const json_t *record, const char *name)
{
    return json_string_value(json_object_get(json_object_get(record, "figures_lacking"), name));
}
