/* The part of the report on the servers' memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/table.h"

static const char *const headings[][2] = {
    {"environment", ""}, {"RSS", ""},          {"PSS", ""},       {"private", "dirty"},
    {"guest", "RAM"},    {"QEMU", "own"},      {"cgroup", "all"}, {"cgroup", "anon"},
    {"cgroup", "file"},  {"cgroup", "kernel"},
};

static void add_if(struct table *table, bool known, double mib)
{
    if (known)
        table_cell(table, mib < 10 ? "%.2f" : "%.1f", mib);
    else
        table_cell(table, "-");
}

static void add_row(struct table *table, const char *environment, const struct memory *memory)
{
    table_row(table);
    table_cell(table, "%s", environment);
    add_if(table, true, memory->rss);
    add_if(table, true, memory->pss);
    add_if(table, true, memory->private_dirty);
    add_if(table, memory->is_guest, memory->guest);
    add_if(table, memory->is_guest, memory->own);
    add_if(table, memory->has_cgroup, memory->charged);
    add_if(table, memory->has_cgroup, memory->anon);
    add_if(table, memory->has_cgroup, memory->file);
    add_if(table, memory->has_cgroup, memory->kernel);
}

void report_text_memory(const struct report *report, const struct scenario *scenario)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return;
    table_headings(table, headings, sizeof headings / sizeof headings[0]);
    unsigned int before = table->rows;
    for (unsigned int i = 0; i < report->rows; i++)
        if (report->row[i]->scenario == scenario && report->memory[i].runs > 0)
            add_row(table, report->row[i]->environment, &report->memory[i]);
    if (table->rows > before) {
        printf("\n%s: memory behind the load, MiB\n\n", scenario->name);
        table_print(table, stdout);
    }
    free(table);
}

void report_text_memory_words(void)
{
    printf("RSS, PSS, private dirty: of the process that serves, QEMU as a whole for a guest, by\n"
           "smaps_rollup; of QEMU's RSS the RAM that the guest has touched, and its own. cgroup:\n"
           "all that the container is charged, page cache and the kernel's memory included.\n");
}
