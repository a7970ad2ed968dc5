/* The report as JSON (report.schema.json). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <stdio.h>

#include "environment/environment.h"
#include "report/json_ranking.h"
#include "report/published.h"
#include "report/validity.h"

enum { SCHEMA = 1 }; // its version, in report.schema.json

static json_t *published_json(const struct report *report, const struct summary *row)
{
    json_t *all = json_array();
    for (size_t i = 0; i < row->scenario->published_count; i++) {
        const struct published *published = &row->scenario->published[i];
        if (!published_beside(report, published, row))
            continue;
        json_t *one = json_pack("{s:s, s:s}", "host", published->host, "name", published->name);
        for (size_t v = 0; v < published->value_count; v++) {
            const struct published_value *value = &published->values[v];
            json_object_set_new(one, value->figure->name,
                                value->text ? json_string(value->text) : json_real(value->number));
        }
        json_array_append_new(all, one);
    }
    return all;
}

static json_t *errors_json(const struct summary *row)
{
    json_t *errors = json_object();
    for (int kind = 0; kind < HTTP_LOAD_ERRORS; kind++)
        json_object_set_new(errors, http_load_error_name((enum http_load_error)kind),
                            json_real(row->errors_of[kind]));
    return errors;
}

static json_t *validity_json(const struct report *report)
{
    json_t *all = json_object();
    for (size_t i = 0; i < environment_count; i++) {
        struct validity validity = validity_of(report->records, environments[i]->name);
        if (validity.runs > 0)
            json_object_set_new(all, environments[i]->name,
                                json_pack("{s:i, s:i, s:b}", "runs", (int)validity.runs, "void",
                                          (int)validity.voided, "allows_verdict",
                                          validity_allows_verdict(&validity)));
    }
    return all;
}

// Of other kinds than a plain load the figures are those of the study, in "statistics".
static json_t *figures_json(const struct summary *row)
{
    bool is_http = scenario_is(row->scenario, "http");
    if (!is_http && !scenario_is(row->scenario, "udp"))
        return json_pack("{s:f}", "boot_ms", row->boot_ms);
    json_t *figures =
        json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "requests", row->requests, "errors",
                  row->errors, "cpu_percent", row->cpu_percent, "cpu_us_per_request",
                  row->cpu_us_per_request, "user_ticks", row->user_ticks, "system_ticks",
                  row->system_ticks, "rss_mib", row->rss_mib, "boot_ms", row->boot_ms);
    json_object_set_new(figures, "guest_ticks",
                        row->has_guest_ticks ? json_real(row->guest_ticks) : json_null());
    if (!is_http) {
        json_object_set_new(figures, "elapsed_s", json_real(row->elapsed_s));
        return figures;
    }
    json_object_set_new(figures, "achieved_per_s", json_real(row->achieved_per_s));
    json_object_set_new(figures, "errors_by_kind", errors_json(row));
    json_object_set_new(figures, "response", histogram_summary_json(&row->response));
    json_object_set_new(figures, "latency", histogram_summary_json(&row->latency));
    return figures;
}

static json_t *row_json(const struct report *report, unsigned int index)
{
    const struct summary *row = report->row[index];
    json_t *json = json_pack("{s:s, s:s, s:i, s:i, s:i}", "scenario", row->scenario->name,
                             "environment", row->environment, "good", (int)row->good, "void",
                             (int)row->voided, "failed", (int)row->failed);
    if (row->good > 0) {
        json_object_set_new(json, "figures", figures_json(row));
        if (report->cost[index].host_us > 0) // where it is accounted at all
            json_object_set_new(json, "cost", cost_json(&report->cost[index]));
        if (report->memory[index].rss > 0)
            json_object_set_new(json, "memory", memory_json(&report->memory[index]));
    }
    json_object_set_new(json, "published", published_json(report, row));
    return json;
}

int report_json(const struct report *report, struct error *error)
{
    json_t *statistics = json_rankings(report, error);
    if (!statistics)
        return -1;
    json_t *rows = json_array();
    for (unsigned int i = 0; i < report->rows; i++)
        json_array_append_new(rows, row_json(report, i));
    json_t *json = json_pack("{s:i, s:s, s:s, s:O, s:O, s:o, s:o, s:o, s:o}", "schema", SCHEMA,
                             "records", report->path, "study", report->study->name, "accelerator",
                             json_object_get(report->manifest, "accelerator"), "machine",
                             json_object_get(report->manifest, "machine"), "validity",
                             validity_json(report), "steadiness", json_steadiness(report->records),
                             "rows", rows, "statistics", statistics);
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(json);
    return 0;
}
