/* A study's file, in libconfig's syntax; see study.h, and README.md for what it may say.
 *
 * A scenario whose guests, vcpus or memory_mib is an array is a family: one scenario for each of
 * its values, or for each pair of two arrays.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "environment/environment.h"
#include "environment/payload.h"
#include "nearest.h"
#include "study/experiment.h"

enum {
    NAME_MAX_BYTES = 40,
    RUNS_MAX = 1000,
    GUESTS_MAX = 64,
    VCPUS_MAX = 16,
    MEMORY_MIN_MIB = 4,
    MEMORY_MAX_MIB = 65536,
    ARRAY_MAX = 16,
    KINDS_MAX = 32,
};

// One of a family: what its arrays say at some place of each.
struct variant {
    unsigned int guests;
    unsigned int vcpus;
    unsigned int memory_mib;
};

static const char *const better_names[] = {"lower", "higher", "neither", NULL};

// Names are of files, of options, and of links in a page.
static const char *read_name(struct cfg *cfg, const config_setting_t *group)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *name = cfg_text(cfg, group, "name", CFG_REQUIRED);
    if (strspn(name, letters) != strlen(name) || strlen(name) > NAME_MAX_BYTES)
        cfg_refuse(cfg, group, "the name '%.60s' is not of letters, digits, - and _, at most %d",
                   name, NAME_MAX_BYTES);
    return name;
}

// ---- figures ------------------------------------------------------------------------------

static const struct study_figure *figure_of(const struct study *study, const char *name)
{
    for (size_t i = 0; i < study->figure_count; i++)
        if (strcmp(study->figures[i].name, name) == 0)
            return &study->figures[i];
    return NULL;
}

static void refuse_figure(struct study *study, const config_setting_t *where, const char *name)
{
    const char *names[STUDY_FIGURES_MAX + 1] = {NULL};
    struct error unknown;
    for (size_t i = 0; study->figures && i < study->figure_count; i++)
        names[i] = study->figures[i].name;
    nearest_unknown(&unknown, "figure", name, names);
    cfg_refuse(&study->file, where, "%s", unknown.text);
}

static void read_figure(struct study *study, const config_setting_t *group)
{
    static const char *const keys[] = {"name", "title", "unit", "better", NULL};
    struct cfg *cfg = &study->file;
    cfg_only(cfg, group, keys);
    const char *name = read_name(cfg, group);
    if (figure_of(study, name))
        cfg_refuse(cfg, group, "the figure '%s' is declared twice", name);
    study->figures[study->figure_count++] = (struct study_figure){
        .name = name,
        .title = cfg_text(cfg, group, "title", name),
        .unit = cfg_text(cfg, group, "unit", ""),
        .better = (enum better)cfg_choice(cfg, group, "better", better_names, CFG_REQUIRED)};
}

static void read_figures(struct study *study, const config_setting_t *root)
{
    const config_setting_t *list = cfg_groups(&study->file, root, "figures", true);
    int count = list ? config_setting_length(list) : 0;
    if (count > STUDY_FIGURES_MAX)
        cfg_refuse(&study->file, list, "more than %d figures", STUDY_FIGURES_MAX);
    study->figures = calloc((size_t)count + 1, sizeof *study->figures);
    for (int i = 0; study->figures && i < count && !cfg_failed(&study->file); i++)
        read_figure(study, config_setting_get_elem(list, (unsigned int)i));
}

static bool is_chosen(const struct scenario *scenario, const struct study_figure *figure)
{
    for (size_t i = 0; i < scenario->figure_count; i++)
        if (scenario->figures[i] == figure)
            return true;
    return false;
}

// Those that a scenario shows: its own choice, or all.
static void choose_figures(struct study *study, struct scenario *scenario,
                           const config_setting_t *group)
{
    const config_setting_t *names = cfg_texts(&study->file, group, "figures", false);
    size_t count = names ? (size_t)config_setting_length(names) : study->figure_count;
    scenario->figures = calloc(count + 1, sizeof(void *));
    for (size_t i = 0; scenario->figures && i < count; i++) {
        const char *name = names ? config_setting_get_string_elem(names, (int)i) : NULL;
        const struct study_figure *figure = name ? figure_of(study, name) : &study->figures[i];
        if (!figure)
            refuse_figure(study, names, name);
        else if (is_chosen(scenario, figure))
            cfg_refuse(&study->file, names, "'figures' names '%s' twice", figure->name);
        else
            scenario->figures[scenario->figure_count++] = figure;
    }
}

// ---- what was published -------------------------------------------------------------------

static bool is_value(const char *key)
{
    static const char *const others[] = {"host",  "environment", "name", "guests",
                                         "vcpus", "memory_mib",  NULL};
    for (const char *const *other = others; *other; other++)
        if (strcmp(key, *other) == 0)
            return false;
    return true;
}

static void read_values(struct study *study, struct published *published,
                        const config_setting_t *group)
{
    struct cfg *cfg = &study->file;
    int count = config_setting_length(group);
    published->values = calloc((size_t)count + 1, sizeof *published->values);
    for (int i = 0; published->values && i < count; i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned int)i);
        const char *key = config_setting_name(member);
        if (!is_value(key))
            continue;
        struct published_value *value = &published->values[published->value_count++];
        *value = (struct published_value){.figure = figure_of(study, key), .number = NAN};
        if (!value->figure)
            refuse_figure(study, member, key);
        else if (config_setting_type(member) == CONFIG_TYPE_STRING)
            value->text = cfg_text(cfg, group, key, "");
        else
            value->number = cfg_number(cfg, group, key, NAN);
    }
}

static const char *environment_name(struct cfg *cfg, const config_setting_t *where,
                                    const char *name)
{
    struct error unknown;
    if (!environment_find(name, &unknown))
        cfg_refuse(cfg, where, "%s", unknown.text);
    return name;
}

static void read_published_row(struct study *study, struct published *published,
                               const config_setting_t *group)
{
    struct cfg *cfg = &study->file;
    const char *environment = cfg_text(cfg, group, "environment", CFG_REQUIRED);
    *published = (struct published){.host = cfg_text(cfg, group, "host", ""),
                                    .environment = environment_name(cfg, group, environment),
                                    .name = cfg_text(cfg, group, "name", CFG_REQUIRED)};
    read_values(study, published, group);
}

// A row of a family may be of one of it alone.
static bool is_row_of(struct cfg *cfg, const config_setting_t *row, const struct variant *variant)
{
    return cfg_uint(cfg, row, "guests", 1, GUESTS_MAX, variant->guests) == variant->guests &&
           cfg_uint(cfg, row, "vcpus", 1, VCPUS_MAX, variant->vcpus) == variant->vcpus &&
           cfg_uint(cfg, row, "memory_mib", 1, MEMORY_MAX_MIB, variant->memory_mib) ==
               variant->memory_mib;
}

static void read_published(struct study *study, struct scenario *scenario,
                           const config_setting_t *group, const struct variant *variant)
{
    const config_setting_t *rows = cfg_groups(&study->file, group, "published", false);
    int count = rows ? config_setting_length(rows) : 0;
    scenario->published = calloc((size_t)count + 1, sizeof *scenario->published);
    for (int i = 0; scenario->published && i < count && !cfg_failed(&study->file); i++) {
        const config_setting_t *row = config_setting_get_elem(rows, (unsigned int)i);
        if (is_row_of(&study->file, row, variant))
            read_published_row(study, &scenario->published[scenario->published_count++], row);
    }
}

// ---- scenarios ----------------------------------------------------------------------------

static const struct experiment *read_kind(struct cfg *cfg, const config_setting_t *group,
                                          const char *kind)
{
    const struct experiment *experiment = experiment_find(kind);
    const char *kinds[KINDS_MAX + 1] = {NULL};
    struct error unknown;
    for (size_t i = 0; i < KINDS_MAX && experiments[i]; i++)
        kinds[i] = experiments[i]->kind;
    if (!experiment) {
        nearest_unknown(&unknown, "kind", kind, kinds);
        cfg_refuse(cfg, config_setting_get_member(group, "kind"), "%s", unknown.text);
    }
    return experiment;
}

static void *read_settings(struct cfg *cfg, const struct experiment *experiment,
                           const config_setting_t *group, const config_setting_t *above,
                           const void *given)
{
    void *values = calloc(1, experiment->settings_bytes);
    if (!values || cfg_failed(cfg))
        return values;
    settings_read(experiment->settings, cfg, group, above, given, experiment->settings_bytes,
                  values);
    if (experiment->check && !cfg_failed(cfg))
        experiment->check(values, cfg, group ? group : above);
    return values;
}

// quick: what it does not say is as in full.
static void read_forms(struct cfg *cfg, struct scenario *scenario, const config_setting_t *group)
{
    const struct experiment *experiment = scenario->experiment;
    const config_setting_t *warm_up = cfg_group(cfg, group, "warm_up", false);
    const config_setting_t *quick = cfg_group(cfg, group, "quick", false);
    scenario->full =
        read_settings(cfg, experiment, cfg_group(cfg, group, "full", false), group, NULL);
    if (scenario->full)
        scenario->quick = read_settings(cfg, experiment, quick, group, scenario->full);
    if (warm_up && !experiment->warm_up)
        cfg_refuse(cfg, warm_up, "the kind '%s' takes no warm_up", experiment->kind);
    else if (warm_up)
        scenario->warm_up = read_settings(cfg, experiment->warm_up, warm_up, group, NULL);
}

// The texts of an array, NULL behind the last; the array is the caller's, its texts are the file's.
static const char **read_texts(struct cfg *cfg, const config_setting_t *group, const char *key)
{
    const config_setting_t *array = cfg_texts(cfg, group, key, false);
    int count = array ? config_setting_length(array) : 0;
    const char **texts = calloc((size_t)count + 1, sizeof *texts);
    for (int i = 0; texts && i < count; i++)
        texts[i] = config_setting_get_string_elem(array, i);
    return texts;
}

static void read_environments(struct cfg *cfg, struct scenario *scenario,
                              const config_setting_t *group)
{
    if (!config_setting_get_member(group, "environments"))
        return;
    scenario->environments = read_texts(cfg, group, "environments");
    const config_setting_t *where = config_setting_get_member(group, "environments");
    if (scenario->environments && !scenario->environments[0])
        cfg_refuse(cfg, where, "'environments' names none; without it all are meant");
    for (const char *const *name = scenario->environments; name && *name; name++)
        environment_name(cfg, where, *name);
}

// What the kind would do without a word to say about: load a server of another protocol, start one.
static void check_kind(struct cfg *cfg, const struct scenario *scenario,
                       const struct payload *payload, const config_setting_t *group)
{
    const struct experiment *experiment = scenario->experiment;
    const char *served = payload->protocol == PROTOCOL_UDP ? "udp" : "http";
    if (experiment->speaks && strcmp(experiment->speaks, served) != 0)
        cfg_refuse(cfg, config_setting_get_member(group, "payload"),
                   "the kind '%s' wants a payload that serves %s, and '%s' serves %s",
                   experiment->kind, experiment->speaks, payload->name, served);
    if (scenario->guests > 1 && !experiment->has_guests)
        cfg_refuse(cfg, config_setting_get_member(group, "guests"),
                   "the kind '%s' has one server at a time", experiment->kind);
}

static void read_experiment(struct study *study, struct scenario *scenario,
                            const config_setting_t *group, const struct variant *variant)
{
    struct cfg *cfg = &study->file;
    struct error unknown;
    scenario->experiment = read_kind(cfg, group, scenario->kind);
    scenario->payload = cfg_text(cfg, group, "payload", CFG_REQUIRED);
    const struct payload *payload = payload_find(scenario->payload, &unknown);
    if (!payload)
        cfg_refuse(cfg, group, "%s", unknown.text);
    else if (scenario->experiment)
        check_kind(cfg, scenario, payload, group);
    scenario->arguments = read_texts(cfg, group, "arguments");
    read_environments(cfg, scenario, group);
    choose_figures(study, scenario, group);
    read_published(study, scenario, group, variant);
    if (!cfg_failed(cfg))
        read_forms(cfg, scenario, group);
}

static bool is_array(const config_setting_t *group, const char *key)
{
    const config_setting_t *member = config_setting_get_member(group, key);
    return member && config_setting_is_array(member);
}

// A family's name, and what sets this one apart.
static char *variant_name(const config_setting_t *group, const char *family,
                          const struct variant *variant)
{
    char guests[16] = "", vcpus[16] = "", memory[16] = "";
    char *name;
    if (is_array(group, "guests"))
        snprintf(guests, sizeof guests, "-%u", variant->guests);
    if (is_array(group, "vcpus"))
        snprintf(vcpus, sizeof vcpus, "-%uvcpu", variant->vcpus);
    if (is_array(group, "memory_mib"))
        snprintf(memory, sizeof memory, "-%umib", variant->memory_mib);
    return asprintf(&name, "%s%s%s%s", family, guests, vcpus, memory) < 0 ? NULL : name;
}

static bool is_named(const struct study *study, const char *name)
{
    for (size_t i = 0; i < study->scenario_count; i++)
        if (study->scenarios[i].name && strcmp(study->scenarios[i].name, name) == 0)
            return true;
    return false;
}

// A number, or an array of them. Returns how many.
static int read_numbers(struct cfg *cfg, const config_setting_t *group, const char *key,
                        uint64_t minimum, uint64_t maximum, uint64_t otherwise,
                        unsigned int values[ARRAY_MAX])
{
    const config_setting_t *array = config_setting_get_member(group, key);
    if (!array || !config_setting_is_array(array)) {
        values[0] = (unsigned int)cfg_uint(cfg, group, key, minimum, maximum, otherwise);
        return 1;
    }
    int count = config_setting_length(array);
    if (count == 0 || count > ARRAY_MAX) {
        cfg_refuse(cfg, array, "'%s' wants 1 to %d numbers", key, ARRAY_MAX);
        return 0;
    }
    for (int i = 0; i < count; i++) {
        const config_setting_t *element = config_setting_get_elem(array, (unsigned int)i);
        long long value = config_setting_get_int64(element);
        if (value < (long long)minimum || value > (long long)maximum)
            cfg_refuse(cfg, array, "'%s' wants whole numbers from %llu to %llu", key,
                       (unsigned long long)minimum, (unsigned long long)maximum);
        values[i] = (unsigned int)value;
    }
    return count;
}

// Without quick_guests the short form has as many as the study.
static bool is_quick(struct cfg *cfg, const config_setting_t *group, unsigned int guests)
{
    unsigned int quick[ARRAY_MAX];
    int count = read_numbers(cfg, group, "quick_guests", 1, GUESTS_MAX, guests, quick);
    for (int i = 0; i < count; i++)
        if (quick[i] == guests)
            return true;
    return false;
}

static void read_variant(struct study *study, const config_setting_t *group,
                         const struct variant *variant)
{
    struct cfg *cfg = &study->file;
    const char *family = read_name(cfg, group);
    if (study->scenario_count == STUDY_SCENARIOS_MAX)
        cfg_refuse(cfg, group, "more than %d scenarios", STUDY_SCENARIOS_MAX);
    if (cfg_failed(cfg))
        return;
    char *name = variant_name(group, family, variant);
    if (name && is_named(study, name))
        cfg_refuse(cfg, group, "there is a scenario '%s' already", name);
    struct scenario *scenario = &study->scenarios[study->scenario_count++];
    *scenario = (struct scenario){
        .name = name,
        .family = family,
        .summary = cfg_text(cfg, group, "summary", CFG_REQUIRED),
        .not_yet = cfg_text(cfg, group, "not_yet", ""),
        .guests = variant->guests,
        .vcpus = variant->vcpus,
        .memory_mib = variant->memory_mib,
        .in_quick = cfg_bool(cfg, group, "in_quick", true) && is_quick(cfg, group, variant->guests),
    };
    // What is not there yet need not say what it would be.
    scenario->kind = cfg_text(cfg, group, "kind", *scenario->not_yet ? "" : CFG_REQUIRED);
    if (*scenario->not_yet)
        scenario->in_quick = false;
    else if (!cfg_failed(cfg))
        read_experiment(study, scenario, group, variant);
}

// A row of what was published that is of none of the scenarios from the first on would be lost.
static void check_rows(struct study *study, size_t first, const config_setting_t *group)
{
    struct cfg *cfg = &study->file;
    const config_setting_t *rows = cfg_groups(cfg, group, "published", false);
    for (int r = 0; rows && r < config_setting_length(rows); r++) {
        const config_setting_t *row = config_setting_get_elem(rows, (unsigned int)r);
        bool is_of_one = false;
        for (size_t i = first; i < study->scenario_count; i++) {
            const struct scenario *scenario = &study->scenarios[i];
            const struct variant variant = {scenario->guests, scenario->vcpus,
                                            scenario->memory_mib};
            is_of_one = is_of_one || is_row_of(cfg, row, &variant);
        }
        if (!is_of_one)
            cfg_refuse(cfg, row, "published of guests, vcpus or memory_mib that it does not have");
    }
}

static void check_quick(struct cfg *cfg, const config_setting_t *group, const unsigned int *guests,
                        int guest_counts)
{
    unsigned int quick[ARRAY_MAX];
    int count = read_numbers(cfg, group, "quick_guests", 1, GUESTS_MAX, guests[0], quick);
    for (int i = 0; i < count; i++) {
        bool is_one = false;
        for (int g = 0; g < guest_counts; g++)
            is_one = is_one || guests[g] == quick[i];
        if (!is_one)
            cfg_refuse(cfg, config_setting_get_member(group, "quick_guests"),
                       "'quick_guests' has %u, and 'guests' has not", quick[i]);
    }
}

static void read_scenario(struct study *study, const config_setting_t *group)
{
    const size_t first = study->scenario_count;
    static const char *const keys[] = {
        "name",         "summary",   "not_yet", "kind",       "payload", "arguments",
        "environments", "guests",    "vcpus",   "memory_mib", "figures", "in_quick",
        "quick_guests", "published", "warm_up", "full",       "quick",   NULL};
    unsigned int guests[ARRAY_MAX], vcpus[ARRAY_MAX], memory[ARRAY_MAX];
    struct cfg *cfg = &study->file;
    cfg_only(cfg, group, keys);
    int guest_counts = read_numbers(cfg, group, "guests", 1, GUESTS_MAX, 1, guests);
    int vcpu_counts = read_numbers(cfg, group, "vcpus", 1, VCPUS_MAX, 1, vcpus);
    int memories =
        read_numbers(cfg, group, "memory_mib", MEMORY_MIN_MIB, MEMORY_MAX_MIB, 0, memory);
    if (guest_counts > 0 && !cfg_failed(cfg))
        check_quick(cfg, group, guests, guest_counts);
    for (int g = 0; g < guest_counts; g++)
        for (int v = 0; v < vcpu_counts; v++)
            for (int m = 0; m < memories && !cfg_failed(cfg); m++)
                read_variant(study, group, &(struct variant){guests[g], vcpus[v], memory[m]});
    check_rows(study, first, group);
}

static void read_scenarios(struct study *study, const config_setting_t *root)
{
    const config_setting_t *list = cfg_groups(&study->file, root, "scenarios", true);
    study->scenarios = calloc(STUDY_SCENARIOS_MAX, sizeof *study->scenarios);
    for (int i = 0; list && study->scenarios && i < config_setting_length(list); i++)
        read_scenario(study, config_setting_get_elem(list, (unsigned int)i));
    if (list && study->scenario_count == 0)
        cfg_refuse(&study->file, list, "there is no scenario");
}

// ---- the whole ----------------------------------------------------------------------------

static void read_study(struct study *study)
{
    static const char *const keys[] = {"name",    "summary",    "source",     "published",
                                       "runs",    "quick_runs", "memory_mib", "shows",
                                       "figures", "scenarios",  NULL};
    static const char *const shows[] = {"median", "mean", NULL};
    struct cfg *cfg = &study->file;
    const config_setting_t *root = config_root_setting(&cfg->parsed);
    cfg_only(cfg, root, keys);
    study->name = read_name(cfg, root);
    study->summary = cfg_text(cfg, root, "summary", CFG_REQUIRED);
    study->source = cfg_text(cfg, root, "source", "");
    study->published = cfg_text(cfg, root, "published", "");
    study->runs = (unsigned int)cfg_uint(cfg, root, "runs", 1, RUNS_MAX, 30);
    study->quick_runs = (unsigned int)cfg_uint(cfg, root, "quick_runs", 1, RUNS_MAX, 1);
    study->memory_mib =
        (unsigned int)cfg_uint(cfg, root, "memory_mib", MEMORY_MIN_MIB, MEMORY_MAX_MIB, 256);
    study->shows_means = cfg_choice(cfg, root, "shows", shows, "median") == 1;
    if (!cfg_failed(cfg))
        read_figures(study, root);
    if (!cfg_failed(cfg))
        read_scenarios(study, root);
}

static struct study *finish(struct study *study, int opened)
{
    if (opened == 0)
        read_study(study);
    if (!cfg_failed(&study->file))
        return study;
    study_free(study);
    return NULL;
}

struct study *study_read(const char *path, struct error *error)
{
    struct study *study = calloc(1, sizeof *study);
    if (study)
        return finish(study, cfg_open(&study->file, path, error));
    error_set(error, EXIT_FAILED, "out of memory for %s", path);
    return NULL;
}

struct study *study_parse(const char *name, const char *text, struct error *error)
{
    struct study *study = calloc(1, sizeof *study);
    if (study)
        return finish(study, cfg_parse(&study->file, name, text, error));
    error_set(error, EXIT_FAILED, "out of memory for %s", name);
    return NULL;
}

static void free_scenario(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->published_count; i++)
        free(scenario->published[i].values);
    free(scenario->published);
    free(scenario->figures);
    free((void *)scenario->arguments);
    free((void *)scenario->environments);
    free(scenario->warm_up);
    free(scenario->full);
    free(scenario->quick);
    free((char *)scenario->name);
}

void study_free(struct study *study)
{
    if (!study)
        return;
    for (size_t i = 0; i < study->scenario_count; i++)
        free_scenario(&study->scenarios[i]);
    free(study->scenarios);
    free(study->figures);
    cfg_close(&study->file);
    free(study);
}
