/* What has to be said below a scenario's table; see notes.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/figures.h"
#include "study/record.h"

// Why a good run of the row lacks the figure, or NULL.
static const char *lacking(const struct report *report, const struct summary *row,
                           const struct study_figure *figure)
{
    const char *reason = NULL;
    size_t r;
    json_t *record;
    json_array_foreach(report->records, r, record)
    {
        if (record_is_good_run(record, row->scenario->name, row->environment))
            reason = figures_reason(record, figure->name);
    }
    return reason;
}

static bool lacks_for(const struct report *report, const struct summary *row,
                      const struct study_figure *figure, const char *reason)
{
    const char *here = lacking(report, row, figure);
    return here && strcmp(here, reason) == 0;
}

// Whether a row or figure before this one had the reason, and it is told.
static bool is_told(const struct report *report, unsigned int row, size_t figure,
                    const char *reason)
{
    const struct scenario *scenario = report->row[row]->scenario;
    for (unsigned int r = 0; r <= row; r++)
        for (size_t i = 0; i < scenario->figure_count; i++)
            if ((r < row || i < figure) && report->row[r]->scenario == scenario &&
                lacks_for(report, report->row[r], scenario->figures[i], reason))
                return true;
    return false;
}

// Whether whichever environment lacks one of the figures for the reason lacks all of them that any
// does.
static bool is_everywhere(const struct report *report, const struct scenario *scenario,
                          const char *reason)
{
    bool figure_lacks[STUDY_FIGURES_MAX] = {false};
    unsigned int pairs = 0, rows = 0, figures = 0;
    for (unsigned int r = 0; r < report->rows; r++) {
        unsigned int here = 0;
        for (size_t i = 0; report->row[r]->scenario == scenario && i < scenario->figure_count; i++)
            if (lacks_for(report, report->row[r], scenario->figures[i], reason)) {
                figures += !figure_lacks[i];
                figure_lacks[i] = true;
                here++;
            }
        pairs += here;
        rows += here > 0;
    }
    return pairs == rows * figures;
}

// "TITLE, TITLE in ENVIRONMENT: not measured: REASON", each reason once.
static void write_reason(const struct report *report, const struct scenario *scenario,
                         const char *reason, FILE *stream)
{
    const char *comma = "";
    if (!is_everywhere(report, scenario, reason)) {
        fprintf(stream, "-: not measured: %s\n", reason);
        return;
    }
    for (size_t i = 0; i < scenario->figure_count; i++) {
        bool any = false;
        for (unsigned int r = 0; r < report->rows; r++)
            any = any || (report->row[r]->scenario == scenario &&
                          lacks_for(report, report->row[r], scenario->figures[i], reason));
        if (any) {
            fprintf(stream, "%s%s", comma, scenario->figures[i]->title);
            comma = ", ";
        }
    }
    comma = " in ";
    for (unsigned int r = 0; r < report->rows; r++) {
        bool any = false;
        for (size_t i = 0; report->row[r]->scenario == scenario && i < scenario->figure_count; i++)
            any = any || lacks_for(report, report->row[r], scenario->figures[i], reason);
        if (any) {
            fprintf(stream, "%s%s", comma, report->row[r]->environment);
            comma = ", ";
        }
    }
    fprintf(stream, ": not measured: %s\n", reason);
}

static void write_lacking(const struct report *report, const struct scenario *scenario,
                          FILE *stream)
{
    for (unsigned int r = 0; r < report->rows; r++)
        for (size_t i = 0; report->row[r]->scenario == scenario && i < scenario->figure_count;
             i++) {
            const char *reason = lacking(report, report->row[r], scenario->figures[i]);
            if (reason && !is_told(report, r, i, reason))
                write_reason(report, scenario, reason, stream);
        }
}

// ---- what a ramp was broken by --------------------------------------------------------------

enum { LEVELS = 4 };

// As the record names it, and with its limit.
static const struct {
    const char *name;
    const char *words; // of the limit, a number of the settings
    const char *limit;
} levels[LEVELS] = {
    {"p99", "p99 over %.0f ms", "p99_ms"},
    {"errors", "more than %.0f errors in a million", "errors_per_million"},
    {"achieved", "less than %.0f %% achieved of what was offered", "achieved_percent"},
    {"generator", "the generator, which fell behind", ""}};

static const json_t *load_settings(const struct report *report, const struct scenario *scenario)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(report->manifest, "scenarios"), i, one)
    {
        if (record_is(one, "name", scenario->name))
            return json_object_get(one, "load");
    }
    return NULL;
}

static void write_level(const struct report *report, const struct scenario *scenario, int level,
                        FILE *stream)
{
    const json_t *limit = json_object_get(load_settings(report, scenario), levels[level].limit);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    fprintf(stream, levels[level].words, json_number_value(limit));
#pragma GCC diagnostic pop
}

static void write_row_of_ramp(const struct report *report, const struct summary *row, FILE *stream)
{
    unsigned int broke[LEVELS] = {0};
    size_t i;
    json_t *record;
    json_array_foreach(report->records, i, record)
    {
        const json_t *load = json_object_get(record, "load");
        for (int level = 0; level < LEVELS; level++)
            broke[level] += record_is_good_run(record, row->scenario->name, row->environment) &&
                            record_is(load, "broke_by", levels[level].name);
    }
    for (int level = 0; level < LEVELS; level++)
        if (broke[level] > 0) {
            fprintf(stream, "%s: the ramp ended by ", row->environment);
            write_level(report, row->scenario, level, stream);
            fprintf(stream, ", in %u of %u runs\n", broke[level], row->good);
        }
}

// ---- all of it ------------------------------------------------------------------------------

static void write_all(const struct report *report, const struct scenario *scenario, FILE *stream)
{
    for (unsigned int r = 0; r < report->rows; r++)
        if (report->row[r]->scenario == scenario)
            write_row_of_ramp(report, report->row[r], stream);
    write_lacking(report, scenario, stream);
}

char *notes_text(const struct report *report, const struct scenario *scenario)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    write_all(report, scenario, stream);
    fclose(stream);
    return text;
}
