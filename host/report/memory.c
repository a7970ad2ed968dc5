/* What memory a server took; see memory.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/memory.h"

#include <stddef.h>
#include <string.h>

#include "study/record.h"

static const double BYTES_PER_MIB = 1 << 20;

static const struct {
    const char *key; // in the usage of a record
    const char *name;
    size_t offset;
} figures[] = {
    {"rss_bytes", "rss_mib", offsetof(struct memory, rss)},
    {"pss_bytes", "pss_mib", offsetof(struct memory, pss)},
    {"private_dirty_bytes", "private_dirty_mib", offsetof(struct memory, private_dirty)},
    {"guest_rss_bytes", "guest_mib", offsetof(struct memory, guest)},
    {"own_rss_bytes", "own_mib", offsetof(struct memory, own)},
    {"charged_bytes", "charged_mib", offsetof(struct memory, charged)},
    {"anon_bytes", "anon_mib", offsetof(struct memory, anon)},
    {"file_bytes", "file_mib", offsetof(struct memory, file)},
    {"kernel_bytes", "kernel_mib", offsetof(struct memory, kernel)},
};
enum { FIGURES = sizeof figures / sizeof figures[0], FIRST_OF_GUEST = 3, FIRST_OF_CGROUP = 5 };

static double *figure_at(struct memory *memory, size_t i)
{
    void *at = (char *)memory + figures[i].offset;
    return at;
}

static void add(struct memory *memory, const json_t *usage)
{
    memory->runs++;
    memory->is_guest = memory->is_guest || json_object_get(usage, "guest_rss_bytes");
    memory->has_cgroup = memory->has_cgroup || json_object_get(usage, "charged_bytes");
    for (size_t i = 0; i < FIGURES; i++)
        *figure_at(memory, i) +=
            json_number_value(json_object_get(usage, figures[i].key)) / BYTES_PER_MIB;
}

void memory_make(struct memory *memory, const json_t *records, const struct scenario *scenario,
                 const char *environment)
{
    size_t i;
    json_t *record;
    memset(memory, 0, sizeof *memory);
    json_array_foreach(records, i, record)
    {
        if (record_is_good_run(record, scenario->name, environment))
            add(memory, json_object_get(record, "usage"));
    }
    for (i = 0; i < FIGURES && memory->runs > 0; i++)
        *figure_at(memory, i) /= memory->runs;
}

static bool is_known(const struct memory *memory, size_t i)
{
    return i < FIRST_OF_GUEST || (i < FIRST_OF_CGROUP ? memory->is_guest : memory->has_cgroup);
}

json_t *memory_json(const struct memory *memory)
{
    json_t *json = json_object();
    for (size_t i = 0; i < FIGURES; i++) {
        double value = *figure_at((struct memory *)memory, i);
        json_object_set_new(json, figures[i].name,
                            is_known(memory, i) ? json_real(value) : json_null());
    }
    return json;
}
