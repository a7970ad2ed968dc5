/* What statistics say, as JSON; see json_ranking.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/json_ranking.h"

#include <math.h>

#include "report/ranking.h"
#include "report/steadiness.h"

// JSON has no infinity: Student's interval of a single run has two.
static json_t *number_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *interval_json(const struct interval *interval)
{
    return json_pack("[o, o]", number_json(interval->low), number_json(interval->high));
}

static const char *better_name(enum figure_better better)
{
    return better == FIGURE_LOWER ? "lower" : better == FIGURE_HIGHER ? "higher" : "neither";
}

static json_t *cell_json(const struct ranking *ranking, unsigned int row, unsigned int figure)
{
    const struct ranking_cell *cell = &ranking->cell[row][figure];
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:f, s:f}", "environment",
                  ranking->row[row]->environment, "figure", ranking->figures->figure[figure].name,
                  "better", better_name(ranking->figures->figure[figure].better), "runs",
                  (json_int_t)cell->runs, "mean", cell->sample.mean, "sd", cell->sample.sd, "cv",
                  sample_cv(&cell->sample), "median", cell->sample.median, "min",
                  cell->sample.value[0], "max", cell->sample.value[cell->runs - 1]);
    json_object_set_new(json, "mean_bca_95", interval_json(&cell->mean));
    json_object_set_new(json, "mean_student_95", interval_json(&cell->exact));
    json_object_set_new(json, "outliers", json_integer(cell->outliers));
    json_object_set_new(json, "mean_without_outliers", json_real(cell->mean_without));
    json_object_set_new(json, "sd_without_outliers", json_real(cell->sd_without));
    json_object_set_new(json, "change_percent", json_real(cell->change_percent));
    json_object_set_new(json, "change_p", json_real(cell->change_p));
    json_object_set_new(json, "best", json_boolean(cell->best));
    return json;
}

static json_t *cells_json(const struct ranking *ranking)
{
    json_t *all = json_array();
    for (unsigned int row = 0; row < ranking->rows; row++)
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
            if (ranking->cell[row][figure].runs > 0)
                json_array_append_new(all, cell_json(ranking, row, figure));
    return all;
}

static json_t *pairs_json(const struct ranking *ranking)
{
    json_t *all = json_array();
    for (size_t i = 0; i < ranking->pairs; i++) {
        const struct ranking_pair *pair = &ranking->pair[i];
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:f, s:s}", "figure",
                                             ranking->figures->figure[pair->figure].name, "first",
                                             ranking->row[pair->first]->environment, "second",
                                             ranking->row[pair->second]->environment, "blocks",
                                             (json_int_t)pair->pairs, "ratio",
                                             number_json(pair->ratio.estimate), "ratio_95",
                                             interval_json(&pair->ratio.interval), "p", pair->p,
                                             "second_is", verdict_name(pair->verdict)));
    }
    return all;
}

static json_t *rows_json(const struct report *report, const struct ranking *ranking)
{
    json_t *all = json_array();
    for (unsigned int row = 0; row < ranking->rows; row++) {
        const char *environment = ranking->row[row]->environment;
        double within =
            steadiness_within_runs(report->records, ranking->scenario->name, environment);
        json_array_append_new(all, json_pack("{s:s, s:s, s:o}", "environment", environment, "doubt",
                                             ranking->doubt[row], "cpu_change_within_run_percent",
                                             number_json(within)));
    }
    return all;
}

json_t *json_rankings(const struct report *report, struct error *error)
{
    struct rankings rankings;
    json_t *all = NULL;
    if (rankings_make(&rankings, report, error) == 0) {
        all = json_array();
        for (size_t i = 0; i < rankings.count; i++) {
            const struct ranking *ranking = &rankings.ranking[i];
            json_array_append_new(
                all, json_pack("{s:s, s:o, s:o, s:o}", "scenario", ranking->scenario->name,
                               "environments", rows_json(report, ranking), "figures",
                               cells_json(ranking), "pairs", pairs_json(ranking)));
        }
    }
    rankings_release(&rankings);
    return all;
}

json_t *json_steadiness(const json_t *records)
{
    struct steadiness steadiness = steadiness_of(records);
    if (steadiness.runs == 0)
        return json_null();
    return json_pack("{s:I, s:f, s:f, s:f, s:f, s:b}", "runs", (json_int_t)steadiness.runs,
                     "median_ms", steadiness.median_ms, "slowed_percent", steadiness.slowed_percent,
                     "change_percent", steadiness.change_percent, "change_p", steadiness.change_p,
                     "allows_verdict", steadiness_allows_verdict(&steadiness));
}
