/* thrice run STUDY: a study over the environments, its records and its table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "artefact.h"
#include "clock.h"
#include "environment/qemu_command.h"
#include "number.h"
#include "options.h"
#include "report/report.h"
#include "study/execute.h"
#include "study/manifest.h"
#include "study/plan.h"
#include "study/results.h"
#include "verb.h"

enum {
    RUNS_MAX = 1000,
    MEMORY_MIN_MIB = 4,
    MEMORY_MAX_MIB = 65536,
};
static const uint64_t DURATION_MIN_NS = NS_PER_S;
static const uint64_t DURATION_MAX_NS = 3600 * NS_PER_S;

// As typed; checked together once all is known, for the order of options must not matter.
struct run_options {
    const char *study;
    const char *only;
    const char *in;
    const char *accel;
    const char *machine;
    const char *out;
    bool quick;
    bool json;
    bool has_seed;
    uint64_t runs;
    uint64_t duration_ns;
    uint64_t seed;
    uint64_t memory_mib;
};

enum {
    OPTION_ONLY = 256,
    OPTION_IN,
    OPTION_RUNS,
    OPTION_DURATION,
    OPTION_QUICK,
    OPTION_SEED,
    OPTION_ACCEL,
    OPTION_MACHINE,
    OPTION_MEMORY,
    OPTION_OUT,
    OPTION_JSON,
};

static const struct argp_option options[] = {
    {"only", OPTION_ONLY, "LIST", 0, "Scenarios, comma-separated (all)", 0},
    {"in", OPTION_IN, "LIST", 0, "Environments, comma-separated (all; vm if built)", 0},
    {"runs", OPTION_RUNS, "N", 0, "Runs of each scenario in each environment (the study's)", 0},
    {"duration", OPTION_DURATION, "S", 0, "Seconds of each HTTP load (the study's)", 0},
    {"quick", OPTION_QUICK, NULL, 0, "A short form: few runs, short loads", 0},
    {"seed", OPTION_SEED, "N", 0, "Of the order of runs (random; it is recorded)", 0},
    {"accel", OPTION_ACCEL, "WHICH", 0, "Of guests: auto, kvm or tcg (auto)", 0},
    {"machine", OPTION_MACHINE, "MACHINE", 0,
     "Of guests: microvm, q35 or pc (microvm; with vm, q35)", 0},
    {"memory", OPTION_MEMORY, "MIB", 0, "Of a guest, and limit of the container (256)", 0},
    {"out", OPTION_OUT, "DIR", 0, "Folder for the records (build/results/STUDY-DATE-TIME)", 0},
    {"json", OPTION_JSON, NULL, 0, "Print the report as JSON", 0},
    {0},
};

static int take_option(struct run_options *run, int key, char *argument, struct error *error)
{
    switch (key) {
    case OPTION_ONLY:
        run->only = argument;
        return 0;
    case OPTION_IN:
        run->in = argument;
        return 0;
    case OPTION_RUNS:
        return number_parse("--runs", argument, 1, RUNS_MAX, &run->runs, error);
    case OPTION_DURATION:
        return number_parse_seconds("--duration", argument, DURATION_MIN_NS, DURATION_MAX_NS,
                                    &run->duration_ns, error);
    case OPTION_QUICK:
        run->quick = true;
        return 0;
    case OPTION_SEED:
        run->has_seed = true;
        return number_parse("--seed", argument, 0, INT64_MAX, &run->seed, error);
    case OPTION_ACCEL:
        run->accel = argument;
        return 0;
    case OPTION_MACHINE:
        run->machine = qemu_machine_find(argument, error);
        return run->machine ? 0 : -1;
    case OPTION_MEMORY:
        return number_parse("--memory", argument, MEMORY_MIN_MIB, MEMORY_MAX_MIB, &run->memory_mib,
                            error);
    case OPTION_OUT:
        run->out = argument;
        return 0;
    default:
        run->json = true;
        return 0;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct run_options *run = options_input(state);
    struct error *error = options_error(state);
    if (key >= OPTION_ONLY && key <= OPTION_JSON)
        return take_option(run, key, argument, error) < 0 ? EINVAL : 0;
    if (key == ARGP_KEY_ARG && !run->study) {
        run->study = argument;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        error_set(error, EXIT_USAGE, "unexpected '%.40s': one study at a time", argument);
        return EINVAL;
    }
    if (key == ARGP_KEY_NO_ARGS) {
        error_set(error, EXIT_USAGE, "which study? thrice run oslo (`thrice list` shows them)");
        return EINVAL;
    }
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    options,
    parse,
    "STUDY",
    "Runs a study: every scenario in every environment, each run a fresh boot, in an order "
    "shuffled by the seed. Records go to a folder, the table to standard output.",
    NULL,
    NULL,
    NULL};

static uint64_t random_seed(void)
{
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint32_t)clock_now_ns();
    return seed;
}

static int make_plan(struct plan *plan, const struct run_options *run, struct error *error)
{
    plan->study = study_find(run->study, error);
    if (!plan->study)
        return -1;
    plan->quick = run->quick;
    plan->runs = run->quick ? plan->study->quick_runs : plan->study->runs;
    if (run->runs > 0)
        plan->runs = (unsigned int)run->runs;
    plan->duration_ns = run->duration_ns;
    plan->seed = run->has_seed ? run->seed : random_seed();
    plan->memory_mib = run->memory_mib ? (unsigned int)run->memory_mib : plan->study->memory_mib;
    plan->machine = run->machine;
    if (plan_choose_scenarios(plan, run->only, error) < 0 ||
        plan_choose_environments(plan, run->in, error) < 0 ||
        plan_choose_machine(plan, error) < 0 || plan_order(plan, error) < 0 ||
        plan_check(plan, error) < 0)
        return -1;
    return accelerator_choose(&plan->accelerator, run->accel ? run->accel : "auto", error);
}

static void default_folder(char path[PATH_MAX], const struct plan *plan)
{
    char when[32];
    time_t now = time(NULL);
    struct tm local;
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    artefact_path(path, "results/%s-%s", plan->study->name, when);
}

static int open_results(struct results *results, const struct plan *plan, const char *out,
                        const json_t *manifest, struct error *error)
{
    char path[PATH_MAX];
    if (!out) {
        default_folder(path, plan);
        out = path;
    }
    if (results_create(results, out, error) < 0)
        return -1;
    if (results_write_study(results, manifest, error) == 0)
        return 0;
    results_discard(results);
    return -1;
}

static void announce(const struct plan *plan, const struct results *results)
{
    uint64_t seconds = plan_estimate_ns(plan) / NS_PER_S;
    fprintf(stderr, "%s: %u runs in %u environments, about %llu min %llu s; seed %llu\n",
            plan->study->name, plan->order_count, plan->environment_count,
            (unsigned long long)(seconds / 60), (unsigned long long)(seconds % 60),
            (unsigned long long)plan->seed);
    if (plan_has_guests(plan))
        fprintf(stderr, "guests: %s, %u MiB, accelerator %s: %s\n", plan->machine, plan->memory_mib,
                accelerator_name(&plan->accelerator), plan->accelerator.reason);
    if (plan->left_out[0])
        fprintf(stderr, "left out: %s\n", plan->left_out);
    fprintf(stderr, "records: %s\n", results->path);
}

static int execute(const struct plan *plan, const json_t *manifest, const struct run_options *run,
                   struct error *error)
{
    struct results results;
    if (open_results(&results, plan, run->out, manifest, error) < 0)
        return -1;
    announce(plan, &results);
    int code = execute_plan(plan, manifest, &results, error);
    if (code < 0) {
        results_discard(&results);
        return -1;
    }
    results_close(&results);
    return report_print(results.path, run->json, error) < 0 ? -1 : code;
}

int cmd_run(int argc, char **argv, struct error *error)
{
    struct run_options run = {0};
    struct plan plan = {0};
    json_t *manifest = NULL;
    int code = -1;

    if (options_parse(&argp, argc, argv, &run, error) == 0 && make_plan(&plan, &run, error) == 0 &&
        (manifest = manifest_json(&plan, argc, argv, error)))
        code = execute(&plan, manifest, &run, error);
    json_decref(manifest);
    plan_free(&plan);
    return code;
}
