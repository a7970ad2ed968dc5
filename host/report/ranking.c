/* Environments against each other; see ranking.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "statistics/holm.h"
#include "statistics/outlier.h"
#include "statistics/permutation.h"
#include "statistics/trend.h"
#include "study/record.h"

static const double CONFIDENCE = 0.95;

static uint64_t seed_of(const struct report *report)
{
    return (uint64_t)json_integer_value(json_object_get(report->manifest, "seed"));
}

// The good run of the same block as another, or NULL.
static const json_t *run_beside(const json_t *records, const json_t *other,
                                const struct summary *row)
{
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        if (record_is_good_run(record, row->scenario->name, row->environment) &&
            json_equal(json_object_get(record, "block"), json_object_get(other, "block")))
            return record;
    }
    return NULL;
}

static bool is_outlier(const struct sample *sample, double value)
{
    return sample->count >= VERDICT_RUNS_MIN &&
           (outlier_by_mad(sample, value) || outlier_by_fences(sample, value));
}

// Those that stay are moved to the front of values.
static int note_outliers(struct ranking_cell *cell, double *values, struct error *error)
{
    struct sample others;
    size_t kept = 0;
    for (size_t i = 0; i < cell->runs; i++)
        if (!is_outlier(&cell->sample, values[i]))
            values[kept++] = values[i];
    cell->outliers = (unsigned int)(cell->runs - kept);
    if (sample_make(&others, values, kept, error) < 0)
        return -1;
    cell->mean_without = others.mean;
    cell->sd_without = others.sd;
    sample_release(&others);
    return 0;
}

static int fill_cell(struct ranking_cell *cell, double *values, const struct report *report,
                     const struct summary *row, const struct figure *figure, struct error *error)
{
    cell->runs =
        figure_values(values, figure, report->records, row->scenario->name, row->environment);
    if (cell->runs == 0)
        return 0;
    if (sample_make(&cell->sample, values, cell->runs, error) < 0)
        return -1;
    cell->change_percent = trend_change_percent(values, cell->runs);
    cell->change_p = trend_p_value(values, cell->runs);
    cell->exact = interval_student(&cell->sample, CONFIDENCE);
    if (note_outliers(cell, values, error) < 0)
        return -1;
    return interval_bca(&cell->mean, &cell->sample, sample_mean_of, CONFIDENCE, seed_of(report),
                        error);
}

// The logarithm of the ratio in every block that has both.
static size_t log_ratios(double *values, const struct report *report, const struct ranking *ranking,
                         const struct ranking_pair *pair)
{
    const struct figure *figure = &ranking->figures->figure[pair->figure];
    size_t i, count = 0;
    json_t *first;
    json_array_foreach(report->records, i, first)
    {
        if (!record_is_good_run(first, ranking->row[pair->first]->scenario->name,
                                ranking->row[pair->first]->environment))
            continue;
        const json_t *second = run_beside(report->records, first, ranking->row[pair->second]);
        double ratio = second ? figure_of(figure, second) / figure_of(figure, first) : NAN;
        if (isfinite(ratio) && ratio > 0)
            values[count++] = log(ratio);
    }
    return count;
}

static int judge(struct ranking_pair *pair, double *values, const struct report *report,
                 const struct ranking *ranking, struct error *error)
{
    struct sample sample;
    struct interval interval;
    pair->pairs = log_ratios(values, report, ranking, pair);
    pair->p = 1;
    if (pair->pairs == 0)
        return 0;
    pair->p = permutation_p_value(values, pair->pairs, seed_of(report));
    if (sample_make(&sample, values, pair->pairs, error) < 0)
        return -1;
    int code = interval_bca(&interval, &sample, sample_mean_of, CONFIDENCE, seed_of(report), error);
    pair->ratio = (struct shift){exp(sample.mean), interval};
    if (interval_is_known(&interval))
        pair->ratio.interval = (struct interval){exp(interval.low), exp(interval.high)};
    sample_release(&sample);
    return code;
}

static int make_pairs(struct ranking *ranking, double *values, const struct report *report,
                      struct error *error)
{
    for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
        for (unsigned int first = 0; first < ranking->rows; first++)
            for (unsigned int second = first + 1; second < ranking->rows; second++) {
                struct ranking_pair *pair = &ranking->pair[ranking->pairs];
                *pair = (struct ranking_pair){.first = first, .second = second, .figure = figure};
                if (ranking->cell[first][figure].runs == 0 ||
                    ranking->cell[second][figure].runs == 0)
                    continue;
                if (judge(pair, values, report, ranking, error) < 0)
                    return -1;
                ranking->pairs++;
            }
    return 0;
}

// The pairs of one figure, count of them, are a family: one question was asked of them.
static int adjust(struct ranking *ranking, struct ranking_pair *family, size_t count,
                  double *p_values, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        p_values[i] = family[i].p;
    if (holm_adjust(p_values, count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct ranking_pair *pair = &family[i];
        pair->p = p_values[i];
        if (pair->pairs > 0 && !*ranking->doubt[pair->first] && !*ranking->doubt[pair->second])
            pair->verdict = verdict_of(&pair->ratio, pair->p, pair->pairs, VERDICT_THRESHOLD);
    }
    return 0;
}

static int adjust_all(struct ranking *ranking, double *p_values, struct error *error)
{
    for (size_t first = 0, next; first < ranking->pairs; first = next) {
        for (next = first; next < ranking->pairs; next++)
            if (ranking->pair[next].figure != ranking->pair[first].figure)
                break;
        if (adjust(ranking, &ranking->pair[first], next - first, p_values, error) < 0)
            return -1;
    }
    return 0;
}

// Better than all others of its figure, by verdict.
static bool is_best(const struct ranking *ranking, unsigned int row, unsigned int figure)
{
    enum figure_better better = ranking->figures->figure[figure].better;
    enum verdict above = better == FIGURE_LOWER ? VERDICT_HIGHER : VERDICT_LOWER;
    enum verdict below = better == FIGURE_LOWER ? VERDICT_LOWER : VERDICT_HIGHER;
    unsigned int against = 0;
    for (size_t i = 0; i < ranking->pairs; i++) {
        const struct ranking_pair *pair = &ranking->pair[i];
        if (pair->figure != figure || (pair->first != row && pair->second != row))
            continue;
        if (better == FIGURE_NEITHER || pair->verdict != (pair->first == row ? above : below))
            return false;
        against++;
    }
    return against > 0;
}

static int fill(struct ranking *ranking, double *scratch, const struct report *report,
                struct error *error)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
            if (fill_cell(&ranking->cell[row][figure], scratch, report, ranking->row[row],
                          &ranking->figures->figure[figure], error) < 0)
                return -1;
    if (make_pairs(ranking, scratch, report, error) < 0 || adjust_all(ranking, scratch, error) < 0)
        return -1;
    for (unsigned int row = 0; row < ranking->rows; row++)
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
            ranking->cell[row][figure].best = is_best(ranking, row, figure);
    return 0;
}

int ranking_make(struct ranking *ranking, const struct report *report,
                 const struct scenario *scenario, struct error *error)
{
    *ranking = (struct ranking){.scenario = scenario, .figures = &report->figures};
    for (unsigned int i = 0; i < report->rows && ranking->rows < RANKING_ROWS_MAX; i++)
        if (report->row[i]->scenario == scenario) {
            doubt_of(ranking->doubt[ranking->rows], report->records, scenario->name,
                     report->row[i]->environment);
            ranking->row[ranking->rows++] = report->row[i];
        }
    size_t pairs = (size_t)ranking->rows * ranking->rows * report->figures.count;
    size_t values = json_array_size(report->records) + pairs + 1;
    double *scratch = calloc(values, sizeof *scratch);
    ranking->pair = calloc(pairs + 1, sizeof *ranking->pair);
    int code = -1;
    if (!scratch || !ranking->pair)
        error_set(error, EXIT_FAILED, "out of memory for a ranking");
    else
        code = fill(ranking, scratch, report, error);
    free(scratch);
    return code;
}

void ranking_release(struct ranking *ranking)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        for (unsigned int figure = 0; figure < ranking->figures->count; figure++)
            sample_release(&ranking->cell[row][figure].sample);
    free(ranking->pair);
    *ranking = (struct ranking){0};
}

static int add_ranking(struct rankings *rankings, const struct report *report,
                       const struct scenario *scenario, struct error *error)
{
    size_t bytes = (rankings->count + 1) * sizeof *rankings->ranking;
    struct ranking *grown = realloc(rankings->ranking, bytes);
    if (!grown)
        return error_set(error, EXIT_FAILED, "out of memory for a ranking");
    rankings->ranking = grown;
    return ranking_make(&rankings->ranking[rankings->count++], report, scenario, error);
}

int rankings_make(struct rankings *rankings, const struct report *report, struct error *error)
{
    const struct scenario *last = NULL;
    *rankings = (struct rankings){0};
    for (unsigned int i = 0; i < report->rows; i++) {
        if (report->row[i]->scenario == last)
            continue;
        last = report->row[i]->scenario;
        if (add_ranking(rankings, report, last, error) < 0)
            return -1;
    }
    return 0;
}

void rankings_release(struct rankings *rankings)
{
    for (size_t i = 0; i < rankings->count; i++)
        ranking_release(&rankings->ranking[i]);
    free(rankings->ranking);
    *rankings = (struct rankings){0};
}

const char *ranking_word(const struct ranking *ranking, const struct ranking_pair *pair)
{
    const struct figure *figure = &ranking->figures->figure[pair->figure];
    if (pair->verdict == VERDICT_SAME)
        return "the same";
    if (pair->verdict == VERDICT_CANNOT_TELL)
        return verdict_name(pair->verdict);
    return pair->verdict == VERDICT_LOWER ? figure->less : figure->more;
}

// Of the figure that the scenario is about: the most that any pair of it has, and how many pairs.
static size_t blocks_of(const struct ranking *ranking, unsigned int *family)
{
    size_t blocks = 0;
    *family = 0;
    for (size_t i = 0; i < ranking->pairs; i++)
        if (ranking->pair[i].figure == ranking_first_figure(ranking)) {
            blocks = ranking->pair[i].pairs > blocks ? ranking->pair[i].pairs : blocks;
            ++*family;
        }
    return blocks;
}

unsigned int ranking_blocks_needed(const struct ranking *ranking)
{
    unsigned int family, needed = VERDICT_RUNS_MIN;
    size_t blocks = blocks_of(ranking, &family);
    while (family * pow(2, 1.0 - needed) >= VERDICT_LEVEL)
        needed++;
    return blocks > 0 && blocks < needed && needed > VERDICT_RUNS_MIN ? needed : 0;
}

bool ranking_has(const struct ranking *ranking, unsigned int figure)
{
    for (unsigned int row = 0; row < ranking->rows; row++)
        if (ranking->cell[row][figure].runs > 0)
            return true;
    return false;
}

unsigned int ranking_first_figure(const struct ranking *ranking)
{
    const struct scenario *scenario = ranking->scenario;
    unsigned int figure = 0;
    for (unsigned int i = 0; i < ranking->figures->count && scenario->figure_count > 0; i++) {
        const char *key = ranking->figures->figure[i].key;
        if (key && strcmp(key, scenario->figures[0]->name) == 0 && ranking_has(ranking, i))
            return i;
    }
    while (figure + 1 < ranking->figures->count && !ranking_has(ranking, figure))
        figure++;
    return figure;
}
