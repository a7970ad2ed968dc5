/* A study: published scenarios, each a load on a payload, as data. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_STUDY_H
#define THRICE_STUDY_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum load_kind {
    LOAD_HTTP, /* new connections at a rate, for a duration */
    LOAD_UDP,  /* a count of datagrams with a gap, until LAST is answered */
};

/* One load: the fields of its kind count. */
struct load {
    uint64_t rate_per_s;
    uint64_t duration_ns;
    uint64_t count;
    uint64_t gap_us;
};

/* One published row: the environment it corresponds to here, and what was read. A negative figure
 * was not published.
 */
struct published {
    const char *host;        /* "AMD", "Intel" */
    const char *environment; /* ours that it stands beside */
    const char *name;        /* theirs: "IncludeOS" */
    double response;         /* ms of HTTP, s of UDP */
    double cpu_percent;
    double ticks;
    const char *ram; /* MB, as text: some leaked, "27-203" */
};

struct scenario {
    const char *name;
    const char *summary;
    const char *payload;
    const char *const *arguments; /* of the payload; NULL-terminated */
    enum load_kind kind;
    struct load warm_up; /* before every measured load, the same for all; excluded */
    struct load load;    /* the study's own */
    struct load quick;   /* of --quick */
    const struct published *published;
    size_t published_count;
};

struct study {
    const char *name;
    const char *summary;
    const char *source; /* where it was published */
    const struct scenario *scenarios;
    size_t scenario_count;
    const char *const *quick_scenarios; /* names of those that --quick runs; NULL-terminated */
    unsigned int runs;                  /* of each scenario in each environment */
    unsigned int quick_runs;
    unsigned int memory_mib; /* of a guest */
};

extern const struct study study_oslo;

extern const struct study *const studies[];
extern const size_t study_count;

/* These return NULL and an error (EXIT_USAGE) that names the nearest and all there are. */
const struct study *study_find(const char *name, struct error *error);
const struct scenario *study_scenario(const struct study *study, const char *name,
                                      struct error *error);

#endif
