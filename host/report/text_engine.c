/* The part of the report that says which engine the containers were by, and what it used itself
 * beside them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <string.h>

#include "study/record.h"

// Over the good runs of a scenario.
struct daemons {
    unsigned int runs;
    double ticks, cpu_ms, rss_mib;
};

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static struct daemons daemons_of(const json_t *records, const char *scenario)
{
    struct daemons sum = {0};
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const json_t *daemons = json_object_get(json_object_get(record, "usage"), "daemons");
        if (!daemons || !record_is_good_run(record, scenario, "container"))
            continue;
        sum.runs++;
        sum.ticks += number(daemons, "user_ticks") + number(daemons, "system_ticks");
        sum.cpu_ms += number(daemons, "cpu_ns") / 1e6;
        sum.rss_mib += number(daemons, "rss_bytes") / (1 << 20);
    }
    return sum;
}

void report_text_engine(const struct report *report, const struct scenario *scenario)
{
    const char *engine = record_text(report->manifest, "engine");
    struct daemons sum = daemons_of(report->records, scenario->name);
    if (sum.runs == 0 && engine[0] && strcmp(engine, "crun") != 0)
        printf("\ncontainer: by %s, which keeps no other process beside it.\n", engine);
    if (sum.runs == 0)
        return;
    printf("\ncontainer: by %s, whose own processes beside it, not part of the above, took\n"
           "%.1f ticks (%.1f ms) of CPU time a run, and %.1f MiB resident.\n",
           engine, sum.ticks / sum.runs, sum.cpu_ms / sum.runs, sum.rss_mib / sum.runs);
}
