/* Settings and CPUs that are not the study's; see conditions.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/conditions.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "environment/cpu_list.h"
#include "study/experiment.h"
#include "study/setting.h"

const json_t *report_load_of(const struct report *report, const struct scenario *scenario)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(report->manifest, "scenarios"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (name && strcmp(name, scenario->name) == 0)
            return json_object_get(entry, "load");
    }
    return NULL;
}

// How long it takes is no part of what is asked.
static bool is_told(const char *key)
{
    return strncmp(key, "expected", 8) != 0 && strncmp(key, "patience", 8) != 0;
}

// Appends one; without its unit the key is as the study's file has it.
static void add(char text[CONDITIONS_BYTES], const char *key, const json_t *value)
{
    size_t used = strlen(text), length = strlen(key);
    bool is_time = length > 3 && strcmp(key + length - 3, "_ns") == 0;
    const char *before = used > 0 ? ", " : "; here ";
    if (json_is_string(value))
        snprintf(text + used, CONDITIONS_BYTES - used, "%s%s=%s", before, key,
                 json_string_value(value));
    else if (is_time)
        snprintf(text + used, CONDITIONS_BYTES - used, "%s%.*s=%g s", before, (int)length - 3, key,
                 json_number_value(value) / NS_PER_S);
    else
        snprintf(text + used, CONDITIONS_BYTES - used, "%s%s=%.0f", before, key,
                 json_number_value(value));
}

static void add_settings(char text[CONDITIONS_BYTES], const struct report *report,
                         const struct scenario *scenario)
{
    const char *key;
    json_t *value, *full = json_object();
    settings_json(scenario->experiment->settings, scenario->full, full);
    json_object_foreach((json_t *)report_load_of(report, scenario), key, value)
    {
        const json_t *own = json_object_get(full, key);
        if (own && is_told(key) && !json_equal(own, value))
            add(text, key, value);
    }
    json_decref(full);
}

// The CPUs of the first run that has been recorded; NULL: there is none.
static const char *cpus_of(const struct report *report, const struct scenario *scenario)
{
    size_t i;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        const char *name = json_string_value(json_object_get(record, "scenario"));
        const json_t *confinement = json_object_get(record, "confinement");
        if (name && strcmp(name, scenario->name) == 0)
            return json_string_value(json_object_get(confinement, "cpus"));
    }
    return NULL;
}

// Of a scenario of several vCPUs alone: with one there are enough, and the end of the text has
// them.
static void add_cpus(char text[CONDITIONS_BYTES], const struct report *report,
                     const struct scenario *scenario)
{
    const char *own =
        json_string_value(json_object_get(json_object_get(report->manifest, "cpus"), "server"));
    const char *list = cpus_of(report, scenario);
    size_t used = strlen(text);
    struct error error;
    cpu_set_t cpus;
    if (!own || !list || strcmp(own, list) == 0 || cpu_list_parse("", list, &cpus, &error) < 0)
        return;
    snprintf(text + used, CONDITIONS_BYTES - used,
             "; %u vCPUs %son CPUs %s, the load generator's too", scenario->vcpus,
             (int)scenario->vcpus > CPU_COUNT(&cpus) ? "over-committed " : "", list);
}

void report_conditions(const struct report *report, const struct scenario *scenario,
                       char text[CONDITIONS_BYTES])
{
    text[0] = '\0';
    if (scenario->experiment)
        add_settings(text, report, scenario);
    add_cpus(text, report, scenario);
}
