/* What TCP had to repeat in bursts; see repeats.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/repeats.h"

#include "study/record.h"

const char repeats_words[] =
    "repeated: by the client's TCP (TCP_INFO), for a segment that was lost or not acknowledged in "
    "time. A SYN is repeated 1 s after the first, then after 3 and 7 s: a mode there is a server "
    "that had no room for new connections. A request is repeated after 0.2 s or more.";

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void add_run(struct repeats *repeats, const json_t *record)
{
    size_t i;
    json_t *mode;
    json_array_foreach(json_object_get(json_object_get(record, "load"), "modes"), i, mode)
    {
        double times = number(mode, "retransmits"), count = number(mode, "count");
        if (!(times >= 0 && times <= BURST_RETRANSMITS_MAX))
            continue;
        repeats->count[(int)times] += count;
        repeats->of_syn[(int)times] += number(mode, "syn_alone");
        repeats->sum_ms[(int)times] += count * number(mode, "mean_ms");
        repeats->repeated += times > 0 ? count : 0;
    }
    repeats->runs++;
}

struct repeats repeats_of(const struct report *report, const struct summary *row)
{
    struct repeats repeats = {0};
    size_t i;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        if (record_is_good_run(record, row->scenario->name, row->environment))
            add_run(&repeats, record);
    }
    return repeats;
}

bool repeats_has(const struct report *report, const struct scenario *scenario)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (report->row[i]->scenario == scenario && repeats_of(report, report->row[i]).repeated > 0)
            return true;
    return false;
}
