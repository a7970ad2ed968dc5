/* Two folders of results; see compare.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics/holm.h"
#include "study/record.h"
#include "study/results.h"

static const double CONFIDENCE = 0.95;

static int refuse(const struct compare_options *options, const char *what, const char *first,
                  const char *second, struct error *error)
{
    return error_set(error, EXIT_USAGE,
                     "%s and %s are not of the same %s (%.60s, %.60s): their figures differ for "
                     "that alone; --different-setup compares them all the same",
                     options->path[0], options->path[1], what, first, second);
}

static const char *accelerator_of(const json_t *study)
{
    return record_text(json_object_get(study, "accelerator"), "name");
}

static int check_same(const struct compare_options *options, const char *what, const char *first,
                      const char *second, struct error *error)
{
    if (strcmp(first, second) == 0)
        return 0;
    return refuse(options, what, *first ? first : "none", *second ? second : "none", error);
}

// Who starts the guests: what began before that was told, QEMU by itself.
static const char *manager_of(const json_t *study)
{
    const char *via = record_text(study, "via");
    return *via ? via : "qemu";
}

// The objects that every environment runs, as far as both studies used them.
static int check_objects(const struct compare *compare, const struct compare_options *options,
                         struct error *error)
{
    const json_t *second = json_object_get(compare->study[1], "sha256");
    const char *name;
    json_t *hash;
    json_object_foreach(json_object_get(compare->study[0], "sha256"), name, hash)
    {
        const char *other = record_text(second, name), *suffix = strrchr(name, '.');
        if (suffix && strcmp(suffix, ".o") == 0 && *other &&
            strcmp(json_string_value(hash), other) != 0)
            return refuse(options, name, json_string_value(hash), other, error);
    }
    return 0;
}

static int check_memory(const struct compare *compare, const struct compare_options *options,
                        struct error *error)
{
    char text[2][32];
    for (int side = 0; side < 2; side++)
        snprintf(
            text[side], sizeof text[side], "%lld MiB",
            (long long)json_integer_value(json_object_get(compare->study[side], "memory_mib")));
    return check_same(options, "memory", text[0], text[1], error);
}

static const json_t *load_of(const json_t *study, const char *scenario)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(study, "scenarios"), i, entry)
    {
        if (strcmp(record_text(entry, "name"), scenario) == 0)
            return json_object_get(entry, "load");
    }
    return NULL;
}

// Names the first setting in which they differ.
static int refuse_load(const struct compare_options *options, const char *scenario,
                       const json_t *load, const json_t *other, struct error *error)
{
    const char *key = "";
    const json_t *value = NULL;
    char what[160];
    json_object_foreach((json_t *)load, key, value)
    {
        if (!json_equal(value, json_object_get(other, key)))
            break;
    }
    char *first = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    char *second = json_dumps(json_object_get(other, key), JSON_ENCODE_ANY | JSON_COMPACT);
    snprintf(what, sizeof what, "load %.80s, %.40s", scenario, key ? key : "settings");
    refuse(options, what, first ? first : "none", second ? second : "none", error);
    free(first);
    free(second);
    return -1;
}

// A short form sends less, and takes less time for that alone.
static int check_loads(const struct compare *compare, const struct compare_options *options,
                       struct error *error)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(compare->study[0], "scenarios"), i, entry)
    {
        const json_t *load = json_object_get(entry, "load");
        const json_t *other = load_of(compare->study[1], record_text(entry, "name"));
        if (!load || !other || json_equal(load, other))
            continue;
        return refuse_load(options, record_text(entry, "name"), load, other, error);
    }
    return 0;
}

// Of containers, which one of the two may not have.
static int check_engine(const struct compare *compare, const struct compare_options *options,
                        struct error *error)
{
    const char *first = record_text(compare->study[0], "engine");
    const char *second = record_text(compare->study[1], "engine");
    return *first && *second ? check_same(options, "container engine", first, second, error) : 0;
}

static int check_setup(const struct compare *compare, const struct compare_options *options,
                       struct error *error)
{
    if (options->different_setup)
        return 0;
    if (check_same(options, "accelerator", accelerator_of(compare->study[0]),
                   accelerator_of(compare->study[1]), error) < 0 ||
        check_same(options, "machine", record_text(compare->study[0], "machine"),
                   record_text(compare->study[1], "machine"), error) < 0 ||
        check_same(options, "manager (--via)", manager_of(compare->study[0]),
                   manager_of(compare->study[1]), error) < 0)
        return -1;
    if (check_engine(compare, options, error) < 0 || check_memory(compare, options, error) < 0 ||
        check_loads(compare, options, error) < 0)
        return -1;
    return check_objects(compare, options, error);
}

// The row's p value is not adjusted yet.
static int judge(struct compare_row *row, struct error *error)
{
    if (shift_p_value(&row->p, &row->of[0], &row->of[1], error) < 0)
        return -1;
    if (row->of[0].value[0] <= 0 || row->of[1].value[0] <= 0)
        return 0;
    return shift_ratio(&row->ratio, &row->of[0], &row->of[1], CONFIDENCE, error);
}

// Makes the next row of it, unless one of the folders has no such figure.
static int add_row(struct compare *compare, double *values, const char *scenario,
                   const char *environment, const struct figure *figure, struct error *error)
{
    struct compare_row *row = &compare->row[compare->rows];
    *row = (struct compare_row){.scenario = scenario, .environment = environment, .figure = figure};
    for (int side = 0; side < 2; side++) {
        size_t count = figure_values(values, figure, compare->records[side], scenario, environment);
        if (count == 0) {
            sample_release(&row->of[0]);
            return 0;
        }
        if (sample_make(&row->of[side], values, count, error) < 0)
            return -1;
        if (!*row->doubt)
            doubt_of(row->doubt, compare->records[side], scenario, environment);
    }
    compare->rows++;
    return judge(row, error);
}

// The first record of its scenario in its environment.
static bool is_first(const json_t *records, size_t index)
{
    const json_t *record = json_array_get(records, index);
    for (size_t i = 0; i < index; i++) {
        const json_t *other = json_array_get(records, i);
        if (strcmp(record_text(other, "scenario"), record_text(record, "scenario")) == 0 &&
            strcmp(record_text(other, "environment"), record_text(record, "environment")) == 0)
            return false;
    }
    return true;
}

static int add_rows(struct compare *compare, double *values, struct error *error)
{
    size_t i;
    json_t *record;
    json_array_foreach(compare->records[0], i, record)
    {
        for (size_t f = 0; f < compare->figures.count && is_first(compare->records[0], i); f++)
            if (add_row(compare, values, record_text(record, "scenario"),
                        record_text(record, "environment"), &compare->figures.figure[f], error) < 0)
                return -1;
    }
    return 0;
}

static int adjust(struct compare *compare, double *p_values, double threshold, struct error *error)
{
    for (size_t i = 0; i < compare->rows; i++)
        p_values[i] = compare->row[i].p;
    if (holm_adjust(p_values, compare->rows, error) < 0)
        return -1;
    for (size_t i = 0; i < compare->rows; i++) {
        struct compare_row *row = &compare->row[i];
        size_t runs = row->of[0].count < row->of[1].count ? row->of[0].count : row->of[1].count;
        row->p = p_values[i];
        row->verdict = *row->doubt || row->ratio.estimate <= 0
                           ? VERDICT_CANNOT_TELL
                           : verdict_of(&row->ratio, row->p, runs, threshold);
    }
    return 0;
}

int compare_make(struct compare *compare, const struct compare_options *options,
                 struct error *error)
{
    *compare = (struct compare){0};
    for (int side = 0; side < 2; side++)
        if (results_read(options->path[side], &compare->study[side], &compare->records[side],
                         error) < 0)
            return -1;
    if (check_setup(compare, options, error) < 0)
        return -1;
    figures_make(&compare->figures, compare->study[0], compare->records[0]);
    size_t first = json_array_size(compare->records[0]);
    size_t second = json_array_size(compare->records[1]);
    size_t most = (first > second ? first : second) + first * compare->figures.count + 1;
    double *scratch = calloc(most, sizeof *scratch);
    compare->row = calloc(first * compare->figures.count + 1, sizeof *compare->row);
    int code = -1;
    if (!scratch || !compare->row)
        error_set(error, EXIT_FAILED, "out of memory for a comparison");
    else if (add_rows(compare, scratch, error) == 0)
        code = adjust(compare, scratch, options->threshold, error);
    free(scratch);
    if (code == 0 && compare->rows == 0)
        return error_set(error, EXIT_USAGE,
                         "%s and %s have no scenario with good runs in the same environment",
                         options->path[0], options->path[1]);
    return code;
}

void compare_release(struct compare *compare)
{
    for (size_t i = 0; i < compare->rows; i++)
        for (int side = 0; side < 2; side++)
            sample_release(&compare->row[i].of[side]);
    free(compare->row);
    for (int side = 0; side < 2; side++) {
        json_decref(compare->study[side]);
        json_decref(compare->records[side]);
    }
    *compare = (struct compare){0};
}

bool compare_row_is_worse(const struct compare_row *row)
{
    enum figure_better better = row->figure->better;
    return better != FIGURE_NEITHER &&
           row->verdict == (better == FIGURE_LOWER ? VERDICT_HIGHER : VERDICT_LOWER);
}

bool compare_is_worse(const struct compare *compare)
{
    for (size_t i = 0; i < compare->rows; i++)
        if (compare_row_is_worse(&compare->row[i]))
            return true;
    return false;
}

const char *compare_word(const struct compare_row *row)
{
    if (row->verdict == VERDICT_LOWER)
        return row->figure->less;
    if (row->verdict == VERDICT_HIGHER)
        return row->figure->more;
    return verdict_name(row->verdict);
}
