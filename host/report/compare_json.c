/* A comparison as JSON. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "report/compare.h"

static json_t *sample_json(const struct sample *sample)
{
    return json_pack("{s:I, s:f, s:f, s:f, s:f, s:f}", "runs", (json_int_t)sample->count, "median",
                     sample->median, "mean", sample->mean, "sd", sample->sd, "min",
                     sample->value[0], "max", sample->value[sample->count - 1]);
}

static json_t *ratio_json(const struct shift *ratio)
{
    if (ratio->estimate <= 0)
        return json_null();
    return json_pack("{s:f, s:f, s:f}", "estimate", ratio->estimate, "low", ratio->interval.low,
                     "high", ratio->interval.high);
}

static json_t *row_json(const struct compare_row *row)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:f, s:f, s:s, s:s}", "scenario",
                     row->scenario, "environment", row->environment, "figure", row->figure->name,
                     "a", sample_json(&row->of[0]), "b", sample_json(&row->of[1]), "ratio",
                     ratio_json(&row->ratio), "p", row->p, "cliffs_delta",
                     shift_cliffs_delta(&row->of[0], &row->of[1]), "b_is", compare_word(row),
                     "doubt", row->doubt);
}

void compare_json(const struct compare *compare, const struct compare_options *options)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < compare->rows; i++)
        json_array_append_new(rows, row_json(&compare->row[i]));
    json_t *all = json_pack("{s:s, s:s, s:f, s:b, s:o}", "a", options->path[0], "b",
                            options->path[1], "threshold", options->threshold, "worse",
                            compare_is_worse(compare), "rows", rows);
    json_dumpf(all, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(all);
}
