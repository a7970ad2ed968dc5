/* The report of a results folder; see report.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment/environment.h"
#include "environment/foreign.h"
#include "report/html.h"
#include "report/markdown.h"
#include "study/results.h"

// The plan says which rows there are, also those without a record yet.
static bool planned(const json_t *manifest, const char *scenario, const char *environment)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(manifest, "order"), i, entry)
    {
        const char *s = json_string_value(json_array_get(entry, 1));
        const char *e = json_string_value(json_array_get(entry, 2));
        if (s && e && strcmp(s, scenario) == 0 && strcmp(e, environment) == 0)
            return true;
    }
    return false;
}

bool report_has(const struct report *report, const char *environment)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (strcmp(report->row[i]->environment, environment) == 0)
            return true;
    return false;
}

// Images that are not ours are guests as well.
bool report_has_guests(const struct report *report)
{
    for (unsigned int i = 0; i < report->rows; i++)
        if (strcmp(report->row[i]->environment, "native") != 0 &&
            strcmp(report->row[i]->environment, "container") != 0)
            return true;
    return false;
}

static int add_row(struct report *report, const struct scenario *scenario, const char *environment,
                   struct error *error)
{
    struct summary *row = malloc(sizeof *row);
    if (!row || report->rows == REPORT_ROWS_MAX) {
        free(row);
        return error_set(error, EXIT_FAILED, "too many rows for a report, or too little memory");
    }
    cost_make(&report->cost[report->rows], report->records, scenario, environment);
    memory_make(&report->memory[report->rows], report->records, scenario, environment);
    report->row[report->rows++] = row;
    return summary_make(row, report->records, scenario, environment, error);
}

// A study may have had guests that are described by files.
static int add_names(const json_t *manifest, struct error *error)
{
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(manifest, "environments"), i, name)
    {
        if (json_is_string(name) && foreign_add_name(json_string_value(name), error) < 0)
            return -1;
    }
    return 0;
}

static int fill(struct report *report, struct error *error)
{
    const char *name = json_string_value(json_object_get(report->manifest, "study"));
    report->study = study_of_folder(report->path, name ? name : "", error);
    if (!report->study)
        return -1;
    if (add_names(report->manifest, error) < 0)
        return -1;
    for (size_t s = 0; s < report->study->scenario_count; s++)
        for (size_t e = 0; e < environment_count; e++) {
            const struct scenario *scenario = &report->study->scenarios[s];
            if (planned(report->manifest, scenario->name, environments[e]->name) &&
                add_row(report, scenario, environments[e]->name, error) < 0)
                return -1;
        }
    return 0;
}

static int print(const struct report *report, enum report_format format, struct error *error)
{
    switch (format) {
    case REPORT_TEXT:
        report_text(report);
        return 0;
    case REPORT_JSON:
        return report_json(report, error);
    case REPORT_CSV:
        report_csv(report->manifest, report->records, stdout);
        return 0;
    case REPORT_HTML:
        return html_page(stdout, report, error);
    case REPORT_MARKDOWN:
        return markdown_page(stdout, report, error);
    }
    return 0;
}

static int load(struct report *report, const char *path, struct error *error)
{
    *report = (struct report){.path = path};
    if (results_read(path, &report->manifest, &report->records, error) < 0)
        return -1;
    figures_make(&report->figures, report->manifest, report->records);
    return fill(report, error);
}

static void release(struct report *report)
{
    for (unsigned int i = 0; i < report->rows; i++)
        free(report->row[i]);
    json_decref(report->manifest);
    json_decref(report->records);
    study_free(report->study);
}

int report_print(const char *path, enum report_format format, struct error *error)
{
    struct report report;
    int code = load(&report, path, error);
    if (code == 0)
        code = print(&report, format, error);
    release(&report);
    return code;
}

// A page is whole or not there: written beside itself, then renamed.
static int write_page(const struct report *report, const char *name,
                      int (*write)(FILE *page, const struct report *report, struct error *error),
                      struct error *error)
{
    char path[PATH_MAX], part[PATH_MAX + 8];
    snprintf(path, sizeof path, "%.*s/%s", PATH_MAX - 100, report->path, name);
    snprintf(part, sizeof part, "%s.part", path);
    FILE *page = fopen(part, "we");
    if (!page)
        return error_set_errno(error, EXIT_FAILED, errno, "writing %s", part);
    int code = write(page, report, error);
    if (fclose(page) != 0 && code == 0)
        code = error_set_errno(error, EXIT_FAILED, errno, "writing %s", part);
    if (code == 0 && rename(part, path) < 0)
        code = error_set_errno(error, EXIT_FAILED, errno, "renaming %s", part);
    if (code < 0)
        unlink(part);
    return code;
}

int report_files(const char *path, struct error *error)
{
    struct report report;
    int code = load(&report, path, error);
    if (code == 0 && (write_page(&report, "report.html", html_page, error) < 0 ||
                      write_page(&report, "report.md", markdown_page, error) < 0))
        code = -1;
    release(&report);
    return code;
}
