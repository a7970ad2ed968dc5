/* A comparison as tables and words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/compare.h"
#include "report/table.h"

static void print_row(struct table *table, const struct compare_row *row)
{
    table_cell(table, "%s", row->environment);
    table_cell(table, "%s", row->figure->name);
    for (int side = 0; side < 2; side++)
        table_cell(table, "%.4g", row->of[side].median);
    for (int side = 0; side < 2; side++)
        table_cell(table, "%zu", row->of[side].count);
    if (row->ratio.estimate > 0) {
        table_cell(table, "%.3f", row->ratio.estimate);
        table_cell(table, "%.3f .. %.3f", row->ratio.interval.low, row->ratio.interval.high);
    } else {
        table_cell(table, "-");
        table_cell(table, "-");
    }
    table_cell(table, row->p < 0.0001 ? "<0.0001" : "%.4f", row->p);
    table_cell(table, "%s", compare_word(row));
}

static void print_scenario(const struct compare *compare, size_t first)
{
    static const char *const heads[] = {"environment", "figure", "A",     "B",
                                        "runs A",      "runs B", "B / A", "95 % interval",
                                        "p",           "B is"};
    struct table table = {0};
    const struct compare_row *row = &compare->row[first];

    printf("%s\n\n", row->scenario);
    table_row(&table);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        table_cell(&table, "%s", heads[i]);
    const char *environment = "";
    for (size_t i = first; i < compare->rows; i++) {
        row = &compare->row[i];
        if (strcmp(row->scenario, compare->row[first].scenario) != 0)
            continue;
        if (strcmp(row->environment, environment) != 0)
            table_ruled_row(&table);
        else
            table_row(&table);
        environment = row->environment;
        print_row(&table, row);
    }
    table_print(&table, stdout);
    printf("\n");
}

static bool is_first_of_its_scenario(const struct compare *compare, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(compare->row[i].scenario, compare->row[index].scenario) == 0)
            return false;
    return true;
}

static bool is_told_above(const struct compare *compare, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(compare->row[i].doubt, compare->row[index].doubt) == 0)
            return true;
    return false;
}

static void print_doubts(const struct compare *compare)
{
    for (size_t i = 0; i < compare->rows; i++)
        if (*compare->row[i].doubt && !is_told_above(compare, i))
            printf("No verdict: %s.\n", compare->row[i].doubt);
}

// What the exit status is about, where a reader of a long list finds it.
static void print_worse(const struct compare *compare)
{
    size_t worse = 0;
    for (size_t i = 0; i < compare->rows; i++)
        worse += compare_row_is_worse(&compare->row[i]);
    if (worse == 0) {
        printf("B is worse in none of %zu rows.\n", compare->rows);
        return;
    }
    printf("B is worse in %zu of %zu rows:\n", worse, compare->rows);
    for (size_t i = 0; i < compare->rows; i++)
        if (compare_row_is_worse(&compare->row[i]))
            printf("  %s, %s: %s is %s\n", compare->row[i].scenario, compare->row[i].environment,
                   compare->row[i].figure->name, compare_word(&compare->row[i]));
}

void compare_text(const struct compare *compare, const struct compare_options *options)
{
    printf("A: %s\nB: %s\n\n", options->path[0], options->path[1]);
    for (size_t i = 0; i < compare->rows; i++)
        if (is_first_of_its_scenario(compare, i))
            print_scenario(compare, i);
    printf("A, B: medians of the good runs. B / A: by how many times B is higher (Hodges and\n"
           "Lehmann), with its interval. p: of the test of Mann and Whitney, adjusted for all\n"
           "rows (Holm). B is other than A if p < %.2f and the ratio is off by more than\n"
           "%.3g %%; the same if the whole interval is within that.\n",
           VERDICT_LEVEL, 100 * options->threshold);
    print_doubts(compare);
    print_worse(compare);
}
