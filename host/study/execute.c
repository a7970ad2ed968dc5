/* Executing a plan; see execute.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/execute.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>

#include "clock.h"
#include "duration.h"
#include "environment/isolation.h"
#include "environment/libvirt.h"
#include "environment/network.h"
#include "study/run.h"
#include "study/ticker.h"
#include "study/time_left.h"

struct execution {
    const struct plan *plan;
    const json_t *manifest;
    const struct results *results;
    struct progress *progress; // of each run of the plan
    execute_recorded *recorded;
    struct time_left time_left;
    struct libvirt libvirt; /* of a plan via libvirt */
    struct ticker ticker;
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

static void tell_beginning(struct execution *execution, unsigned int index)
{
    char left[DURATION_TEXT_BYTES];
    uint64_t left_ns = time_left_ns(&execution->time_left, execution->progress);
    ticker_now(&execution->ticker, index, duration_format(left_ns, left));
}

static int attempt_once(struct execution *execution, unsigned int index, struct network *network,
                        struct error *error)
{
    const struct run_setting setting = {
        .plan = execution->plan,
        .manifest = execution->manifest,
        .libvirt = execution->plan->via_libvirt ? &execution->libvirt : NULL,
        .network = network,
    };
    struct progress *progress = &execution->progress[index];
    struct run run;
    char path[PATH_MAX];
    int code = -1;

    if (console_path(execution, index, progress->attempts, path, sizeof path, error) < 0)
        return -1;
    tell_beginning(execution, index);
    uint64_t started_ns = clock_now_ns();
    run_execute(&run, &setting, index, progress->attempts, path);
    if (isolation_interrupted()) {
        error_set(error, EXIT_FAILED, "interrupted; to go on: thrice run --resume %s",
                  execution->results->path);
    } else if (results_append(execution->results, run.record, error) == 0) {
        progress->attempts++;
        progress->status = run.status;
        time_left_note(&execution->time_left, index, clock_now_ns() - started_ns);
        execution->recorded(execution->results->path, execution->manifest, run.record);
        ticker_ended(&execution->ticker, index, &run);
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
    while (!progress_is_done(&execution->progress[index]))
        if (attempt_once(execution, index, network, error) < 0)
            return -1;
    return 0;
}

static int verdict(const struct execution *execution)
{
    bool failed = false, voided = false;
    for (unsigned int i = 0; i < execution->plan->order_count; i++) {
        failed = failed || execution->progress[i].status == RUN_FAILED;
        voided = voided || execution->progress[i].status == RUN_VOID;
    }
    return failed ? EXIT_FAILED : voided ? EXIT_VOID : EXIT_GOOD;
}

static int body(void *state)
{
    struct execution *execution = state;
    struct network network;
    struct error error;
    int code = network_create(&network, &error);
    if (code == 0 && execution->plan->via_libvirt)
        code = libvirt_start(&execution->libvirt, LIBVIRT_GUESTS, &error);

    // The load generator and its sampler; each server is given its own.
    sched_setaffinity(0, sizeof(cpu_set_t), &execution->plan->cpus.load);
    for (unsigned int i = 0; code == 0 && i < execution->plan->order_count; i++)
        code = execute_one(execution, i, &network, &error);
    if (code < 0) {
        fprintf(stderr, "thrice: %s\n", error.text);
        return (int)error.code;
    }
    libvirt_close(&execution->libvirt);
    network_destroy(&network);
    return verdict(execution);
}

int execute_plan(const struct plan *plan, const json_t *manifest, const struct results *results,
                 struct progress *progress, execute_recorded *recorded, struct error *error)
{
    struct execution execution = {.plan = plan,
                                  .manifest = manifest,
                                  .results = results,
                                  .progress = progress,
                                  .recorded = recorded,
                                  .time_left = {.plan = plan}};
    ticker_begin(&execution.ticker, plan);
    const struct isolation isolation = {.own_network = true, .body = body, .state = &execution};
    return isolation_run(&isolation, error);
}
