/* Executing a plan; see execute.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/execute.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "clock.h"
#include "environment/isolation.h"
#include "environment/network.h"
#include "study/run.h"

enum { ATTEMPTS = 3 }; // of a run that turns out void

struct execution {
    const struct plan *plan;
    const json_t *manifest;
    const struct results *results;
    uint64_t started_ns;
    unsigned int failed;
    unsigned int voided;
};

static int console_path(const struct execution *execution, unsigned int index, unsigned int attempt,
                        char *path, size_t size, struct error *error)
{
    const struct schedule_entry *entry = &execution->plan->order[index];
    int length = snprintf(path, size, "%s/consoles", execution->results->path);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    snprintf(path + length, size - (size_t)length, "/%03u.%u-%s-%s.log", index, attempt,
             execution->plan->scenarios[entry->scenario]->name,
             execution->plan->environments[entry->environment]->name);
    return 0;
}

// What is left is told from what has passed.
static void tell(const struct execution *execution, unsigned int index, const struct run *run)
{
    const struct plan *plan = execution->plan;
    const struct schedule_entry *entry = &plan->order[index];
    uint64_t passed_ns = clock_now_ns() - execution->started_ns;
    uint64_t left_s = passed_ns / (index + 1) * (plan->order_count - index - 1) / NS_PER_S;

    fprintf(stderr, "%3u/%u  %-9s %-10s  ", index + 1, plan->order_count,
            plan->scenarios[entry->scenario]->name, plan->environments[entry->environment]->name);
    if (run->status == RUN_FAILED)
        fprintf(stderr, "FAILED: %s\n", run->reason);
    else if (run->status == RUN_VOID)
        fprintf(stderr, "%-32s  VOID: %s\n", run->key_figure, run->reason);
    else
        fprintf(stderr, "%-32s  %2u:%02u left\n", run->key_figure, (unsigned int)(left_s / 60),
                (unsigned int)(left_s % 60));
}

static int attempt_once(struct execution *execution, unsigned int index, unsigned int attempt,
                        struct network *network, enum run_status *status, struct error *error)
{
    const struct run_setting setting = {execution->plan, execution->manifest, network};
    struct run run;
    char path[PATH_MAX];
    int code = -1;

    if (console_path(execution, index, attempt, path, sizeof path, error) < 0)
        return -1;
    run_execute(&run, &setting, index, attempt, path);
    if (isolation_interrupted()) {
        error_set(error, EXIT_FAILED, "interrupted after %u of %u runs; their records are in %s",
                  index, execution->plan->order_count, execution->results->path);
    } else if (results_append(execution->results, run.record, error) == 0) {
        tell(execution, index, &run);
        *status = run.status;
        code = 0;
    }
    json_decref(run.record);
    return code;
}

// A void run says nothing about the server, so it is repeated, at once and a few times. Returns 0,
// or -1 when the study cannot go on.
static int execute_one(struct execution *execution, unsigned int index, struct network *network,
                       struct error *error)
{
    enum run_status status = RUN_VOID;
    for (unsigned int attempt = 0; attempt < ATTEMPTS && status == RUN_VOID; attempt++)
        if (attempt_once(execution, index, attempt, network, &status, error) < 0)
            return -1;
    execution->failed += status == RUN_FAILED;
    execution->voided += status == RUN_VOID;
    return 0;
}

static int body(void *state)
{
    struct execution *execution = state;
    struct network network;
    struct error error;
    int code = network_create(&network, &error);

    execution->started_ns = clock_now_ns();
    for (unsigned int i = 0; code == 0 && i < execution->plan->order_count; i++)
        code = execute_one(execution, i, &network, &error);
    if (code < 0) {
        fprintf(stderr, "thrice: %s\n", error.text);
        return (int)error.code;
    }
    network_destroy(&network);
    if (execution->failed > 0)
        return EXIT_FAILED;
    return execution->voided > 0 ? EXIT_VOID : EXIT_GOOD;
}

int execute_plan(const struct plan *plan, const json_t *manifest, const struct results *results,
                 struct error *error)
{
    struct execution execution = {.plan = plan, .manifest = manifest, .results = results};
    const struct isolation isolation = {.own_network = true, .body = body, .state = &execution};
    return isolation_run(&isolation, error);
}
