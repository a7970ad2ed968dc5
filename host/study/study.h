/* A study: published scenarios, as its file says them (study_file.c).
 *
 * A scenario is of a kind, which is an experiment (experiment.h): that knows what its settings mean
 * and what it measures. What the study publishes and shows of it are figures, by their names in
 * the records.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_STUDY_H
#define THRICE_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cfg.h"
#include "error.h"

struct experiment;

enum {
    STUDY_SCENARIOS_MAX = 64,
    STUDY_FIGURES_MAX = 64,
};

/* Which of two values of a figure is the better one. */
enum better { BETTER_LOWER, BETTER_HIGHER, BETTER_NEITHER };

struct study_figure {
    const char *name;  /* in the "figures" of records: "p99_ms" */
    const char *title; /* in tables: "p99" */
    const char *unit;  /* "ms"; "" for a count */
    enum better better;
};

/* One published row: the environment it stands beside here, and what was read there. */
struct published_value {
    const struct study_figure *figure;
    double number;    /* NAN where it was published as */
    const char *text; /* something else: "27-203" */
};

struct published {
    const char *host;        /* "AMD", "Intel" */
    const char *environment; /* ours that it stands beside */
    const char *name;        /* theirs: "IncludeOS" */
    struct published_value *values;
    size_t value_count;
};

struct scenario {
    const char *name;   /* of a family of them, with what sets them apart: "boot-4" */
    const char *family; /* "boot"; of one alone, its name */
    const char *summary;
    const char *not_yet; /* why it cannot be run at all so far; or "" */
    const char *kind;
    const struct experiment *experiment; /* of that kind; NULL of one that is not there yet */
    const char *payload;
    const char *const *arguments;    /* of the payload; NULL-terminated */
    const char *const *environments; /* those that it is for alone; NULL: all */
    unsigned int guests;             /* servers at once */
    unsigned int vcpus;              /* of each; a container's and a process's quota in CPUs */
    unsigned int memory_mib;         /* of each; 0: the study's */
    bool in_quick;                   /* --quick runs it */
    void *warm_up; /* before every measured load, the same for all; excluded. Settings of the
                      experiment's warm-up; NULL: none */
    void *full;    /* the settings of the study's own form, as experiment.h has them */
    void *quick;   /* of --quick */
    const struct study_figure **figures; /* to be shown, in this order */
    size_t figure_count;
    struct published *published;
    size_t published_count;
};

struct study {
    const char *name;
    const char *summary;
    const char *source;    /* where it was published */
    const char *published; /* words about what stands in its figures' rows; or "" */
    struct scenario *scenarios;
    size_t scenario_count;
    struct study_figure *figures;
    size_t figure_count;
    unsigned int runs; /* of each scenario in each environment */
    unsigned int quick_runs;
    unsigned int memory_mib; /* of a guest */
    bool shows_means;        /* mean and standard deviation; else median and its interval */
    struct cfg file;         /* in which all names and texts above lie */
};

/* Reads a study's file, or a text, named so in errors. Returns the study, for study_free(), or NULL
 * and an error (EXIT_USAGE) that names file and line.
 */
struct study *study_read(const char *path, struct error *error);
struct study *study_parse(const char *name, const char *text, struct error *error);
void study_free(struct study *study);

/* The one of that name among the files that are installed beside the program, or, when it has a
 * slash or ends in ".cfg", the file itself. NULL and an error (EXIT_USAGE) that names the nearest
 * and all there are.
 */
struct study *study_find(const char *name, struct error *error);

/* The one whose copy lies in a folder of results; where there is none, study_find() of its name. */
struct study *study_of_folder(const char *folder, const char *name, struct error *error);

/* The names of the installed ones in order, NULL behind the last; for study_names_free(). */
char **study_names(void);
void study_names_free(char **names);

/* NULL and an error (EXIT_USAGE) that names the nearest and all there are. */
const struct scenario *study_scenario(const struct study *study, const char *name,
                                      struct error *error);

static inline bool scenario_is(const struct scenario *scenario, const char *kind)
{
    return strcmp(scenario->kind, kind) == 0;
}

/* Whether the scenario is for the environment of that name. */
bool scenario_suits(const struct scenario *scenario, const char *environment);

/* A number, or seconds in ns, of the settings of its own form; 0 when it has no such. */
uint64_t scenario_full(const struct scenario *scenario, const char *key);

/* The value that was published of a figure, NULL where it was not. */
const struct published_value *published_value(const struct published *published,
                                              const char *figure);

#endif
