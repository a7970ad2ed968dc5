/* One run of a study: a fresh boot, a warm-up, and the load with its measurement. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RUN_H
#define THRICE_RUN_H

#include <jansson.h>

#include "clock.h"
#include "environment/network.h"
#include "environment/server.h"
#include "error.h"
#include "load/source_ports.h"
#include "study/plan.h"
#include "study/run_status.h"

/* Measured before and after the load, as the oslo study did. */
#define RUN_MARGIN_NS NS_PER_S

struct run {
    enum run_status status;
    char reason[400];          /* of a void or failed run; else empty */
    char key_figure[80];       /* for the progress line: "0.21 ms" */
    json_t *record;            /* the whole; owned by the caller of run_execute() */
    struct source_ports ports; /* of the client, used up by the loads on this run's server */
};

/* What all runs of a study share. */
struct run_setting {
    const struct plan *plan;
    const json_t *manifest;        /* study.json, of which each record repeats what it needs */
    const struct libvirt *libvirt; /* that starts the guests; NULL: nobody but us */
    struct network *network;
};

/* Executes the run that is number index in the plan's order; attempt counts from 0, for a void run
 * is repeated. Its server's console goes to the file at console_path. Never fails but by the
 * status; interrupted (isolation.h), the status means nothing and the record is to be dropped.
 */
void run_execute(struct run *run, const struct run_setting *setting, unsigned int index,
                 unsigned int attempt, const char *console_path);

/* How a server of the scenario is to be started in that environment. Borrows from all it is given.
 */
int run_server_options(struct server_options *options, const struct run_setting *setting,
                       const struct scenario *scenario, const struct environment *environment,
                       const char *console_path, struct error *error);

/* Into the record: how the server was started, and how long it took to its first answer. */
void run_add_server(struct run *run, const struct server *server);

/* Into the record, of an experiment that is no load: the time since begun_ns as "load". */
void run_add_elapsed(struct run *run, uint64_t begun_ns);

/* The run of an experiment that is a load (experiment.h), as its own execute() would be. */
int run_of_load(struct run *run, const struct run_setting *setting, unsigned int index,
                const char *console_path, struct error *error);

#endif
