/* What `thrice run` is going to do: a study, as the command line narrowed or shortened it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PLAN_H
#define THRICE_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "environment/accelerator.h"
#include "environment/cpu_list.h"
#include "environment/environment.h"
#include "error.h"
#include "study/schedule.h"
#include "study/study.h"

enum { PLAN_SCENARIOS_MAX = STUDY_SCENARIOS_MAX, PLAN_ENVIRONMENTS_MAX = 16 };

struct plan {
    struct study *study; /* owned */
    const struct scenario *scenarios[PLAN_SCENARIOS_MAX];
    unsigned int scenario_count;
    const struct environment *environments[PLAN_ENVIRONMENTS_MAX];
    unsigned int environment_count;
    unsigned int runs; /* of each scenario in each environment */
    bool quick;
    bool via_libvirt;     /* its guests are domains of a libvirt in the study's namespaces */
    uint64_t duration_ns; /* of every load that has a duration, when not 0 */
    uint64_t ramp[3];     /* from, to, step of every ramp, when not 0 */
    uint64_t seed;
    unsigned int memory_mib; /* of a guest, when not 0 */
    const char *machine;     /* before plan_choose_machine(): the one wished for, or NULL */
    char left_out[320];      /* the optional environments that are not there, and why; or empty */
    struct accelerator accelerator;
    struct cpu_division cpus;     /* of the server, and of the load generator */
    struct schedule_entry *order; /* owned */
    unsigned int order_count;
};

/* Chooses by comma-separated names; NULL chooses the study's (of --quick) or all. Each name may be
 * given once; that of a family chooses all of it. Errors are EXIT_USAGE. An environment that none
 * of the scenarios is for is not among "all"; an optional environment that was not built, or that
 * cannot run on the machine wished for, is not among "all", nor any in
 * --quick, whose point is to be quick. Scenarios are chosen first.
 */
int plan_choose_scenarios(struct plan *plan, const char *names, struct error *error);
int plan_choose_environments(struct plan *plan, const char *names, struct error *error);

/* The machine that all guests of the plan share. A wish that one of them cannot run on is
 * EXIT_USAGE.
 */
int plan_choose_machine(struct plan *plan, struct error *error);

/* Puts what the command line says of the settings into the study's own. What no scenario has is
 * EXIT_USAGE.
 */
int plan_override(struct plan *plan, struct error *error);

/* Makes the order from runs and seed, without the environments that a scenario is not for. Returns
 * 0, or -1 and an error: nothing is left, or out of memory.
 */
int plan_order(struct plan *plan, struct error *error);

/* The settings of a scenario (experiment.h): the study's own, or those of --quick, with the
 * duration asked for.
 */
const void *plan_settings(const struct plan *plan, const struct scenario *scenario);

/* Of each guest: what was asked for, else the scenario's, else the study's. */
unsigned int plan_memory_mib(const struct plan *plan, const struct scenario *scenario);

/* The CPUs of a scenario's server: the server's, or, where it has more vCPUs than these, all. */
const cpu_set_t *plan_server_cpus(const struct plan *plan, const struct scenario *scenario);

/* How long the run with that number in the order takes, about: boot, warm-up, load, the pauses
 * around it.
 */
uint64_t plan_estimate_run_ns(const struct plan *plan, unsigned int index);

bool plan_has_container(const struct plan *plan); /* or a described image archive */
bool plan_has_guests(const struct plan *plan);

/* Everything that is needed is there: each environment can run each payload, taps can be made. */
int plan_check(const struct plan *plan, struct error *error);

/* The same of one scenario in one environment, without what all need. */
int plan_check_one(const struct plan *plan, const struct scenario *scenario,
                   const struct environment *environment, struct error *error);

/* Prints what is going to be done, how long it takes, and what this machine lacks for it; nothing
 * is started. Returns how much is lacking. (plan_text.c)
 */
unsigned int plan_print(const struct plan *plan, FILE *stream);

/* Frees what it owns, the study with it. */
void plan_free(struct plan *plan);

#endif
