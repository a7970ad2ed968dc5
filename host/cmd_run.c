/* thrice run STUDY: a study over the environments, its records and its table. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "artefact.h"
#include "clock.h"
#include "duration.h"
#include "environment/engine.h"
#include "environment/foreign.h"
#include "environment/libvirt.h"
#include "environment/qemu_command.h"
#include "number.h"
#include "options.h"
#include "report/report.h"
#include "study/execute.h"
#include "study/manifest.h"
#include "study/plan.h"
#include "study/progress.h"
#include "study/request.h"
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
    struct request request;
    const char *out;
    const char *resume;
    bool asked; // for a study, or something of it
    bool json;
};

enum {
    OPTION_ONLY = 256,
    OPTION_IN,
    OPTION_ENGINE,
    OPTION_RUNS,
    OPTION_DURATION,
    OPTION_RAMP,
    OPTION_QUICK,
    OPTION_DRY_RUN,
    OPTION_SEED,
    OPTION_ACCEL,
    OPTION_MACHINE,
    OPTION_MEMORY,
    OPTION_CPUS_SERVER,
    OPTION_CPUS_LOAD,
    OPTION_OUT,
    OPTION_RESUME,
    OPTION_GUEST,
    OPTION_VIA,
    OPTION_JSON,
};

static const struct argp_option options[] = {
    {"only", OPTION_ONLY, "LIST", 0, "Scenarios, comma-separated (all)", 0},
    {"in", OPTION_IN, "LIST", 0, "Environments, comma-separated (all; vm if built)", 0},
    {"guest", OPTION_GUEST, "FILE", 0,
     "A guest that is not ours, described in FILE, beside them; may be repeated", 0},
    {"via", OPTION_VIA, "WHO", 0,
     "Who starts guests: qemu, by itself, or libvirt, in the study's namespaces (qemu)", 0},
    {"engine", OPTION_ENGINE, "ENGINE", 0, "Of the container: `thrice list` has them (crun)", 0},
    {"runs", OPTION_RUNS, "N", 0, "Runs of each scenario in each environment (the study's)", 0},
    {"duration", OPTION_DURATION, "S", 0, "Seconds of each HTTP load (the study's)", 0},
    {"ramp", OPTION_RAMP, "FROM:TO:STEP", 0, "Connections a second of each ramp (the study's)", 0},
    {"quick", OPTION_QUICK, NULL, 0, "A short form: few runs, short loads", 0},
    {"dry-run", OPTION_DRY_RUN, NULL, 0,
     "Only say what would be run, how long, and what is lacking", 0},
    {"seed", OPTION_SEED, "N", 0, "Of the order of runs (random; it is recorded)", 0},
    {"accel", OPTION_ACCEL, "WHICH", 0, "Of guests: auto, kvm or tcg (auto)", 0},
    {"machine", OPTION_MACHINE, "MACHINE", 0,
     "Of guests: microvm, q35 or pc (microvm; with vm, q35)", 0},
    {"memory", OPTION_MEMORY, "MIB", 0, "Of a guest, and limit of the container (256)", 0},
    {"cpus-server", OPTION_CPUS_SERVER, "LIST", 0,
     "CPUs of the server, QEMU as a whole: 0-3,6 (chosen by cores)", 0},
    {"cpus-load", OPTION_CPUS_LOAD, "LIST", 0, "CPUs of the load generator (other cores)", 0},
    {"out", OPTION_OUT, "DIR", 0,
     "Folder for the records (build/results/STUDY-DATE-TIME; installed: results/... here)", 0},
    {"resume", OPTION_RESUME, "DIR", 0, "Go on with the interrupted study in that folder", 0},
    {"json", OPTION_JSON, NULL, 0, "Print the report as JSON", 0},
    {0},
};

// "100:5000:100"
static int take_ramp(uint64_t ramp[3], const char *text, struct error *error)
{
    char part[3][24];
    if (sscanf(text, "%23[^:]:%23[^:]:%23[^:]", part[0], part[1], part[2]) != 3)
        return error_set(error, EXIT_USAGE,
                         "--ramp wants FROM:TO:STEP, as 100:5000:100, not '%.40s'", text);
    for (int i = 0; i < 3; i++)
        if (number_parse("--ramp", part[i], 1, 1000000, &ramp[i], error) < 0)
            return -1;
    return ramp[0] <= ramp[1]
               ? 0
               : error_set(error, EXIT_USAGE, "--ramp %.40s ends below where it begins", text);
}

static int take_option(struct run_options *run, int key, char *argument, struct error *error)
{
    switch (key) {
    case OPTION_ONLY:
        run->request.only = argument;
        return 0;
    case OPTION_IN:
        run->request.in = argument;
        return 0;
    case OPTION_ENGINE:
        run->request.engine = argument;
        return engine_choose(argument, error);
    case OPTION_RUNS:
        return number_parse("--runs", argument, 1, RUNS_MAX, &run->request.runs, error);
    case OPTION_DURATION:
        return number_parse_seconds("--duration", argument, DURATION_MIN_NS, DURATION_MAX_NS,
                                    &run->request.duration_ns, error);
    case OPTION_RAMP:
        return take_ramp(run->request.ramp, argument, error);
    case OPTION_QUICK:
        run->request.quick = true;
        return 0;
    case OPTION_DRY_RUN:
        run->request.dry_run = true;
        return 0;
    case OPTION_SEED:
        run->request.has_seed = true;
        return number_parse("--seed", argument, 0, INT64_MAX, &run->request.seed, error);
    case OPTION_ACCEL:
        run->request.accel = argument;
        return 0;
    case OPTION_MACHINE:
        run->request.machine = qemu_machine_find(argument, error);
        return run->request.machine ? 0 : -1;
    case OPTION_MEMORY:
        return number_parse("--memory", argument, MEMORY_MIN_MIB, MEMORY_MAX_MIB,
                            &run->request.memory_mib, error);
    case OPTION_CPUS_SERVER:
        run->request.cpus_server = argument;
        return 0;
    case OPTION_CPUS_LOAD:
        run->request.cpus_load = argument;
        return 0;
    case OPTION_OUT:
        run->out = argument;
        return 0;
    case OPTION_GUEST:
        return foreign_add(argument, error) ? 0 : -1;
    case OPTION_VIA:
        return libvirt_parse_via(argument, &run->request.via_libvirt, error);
    case OPTION_RESUME:
        run->resume = argument;
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
    if (key == ARGP_KEY_ARG || (key >= OPTION_ONLY && key <= OPTION_OUT) || key == OPTION_GUEST ||
        key == OPTION_VIA)
        run->asked = true;
    if (key >= OPTION_ONLY && key <= OPTION_JSON)
        return take_option(run, key, argument, error) < 0 ? EINVAL : 0;
    if (key == ARGP_KEY_ARG && !run->request.study) {
        run->request.study = argument;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        error_set(error, EXIT_USAGE, "unexpected '%.40s': one study at a time", argument);
        return EINVAL;
    }
    return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
    options,
    parse,
    "STUDY\n--resume DIR",
    "Runs a study: every scenario in every environment, each run a fresh boot, in an order "
    "shuffled by the seed. Records go to a folder, the table to standard output.",
    NULL,
    NULL,
    NULL};

// A study that is gone on with is what it was: nothing of it can be asked for anew.
static int check_together(const struct run_options *run, struct error *error)
{
    if (!run->resume)
        return run->request.study
                   ? 0
                   : error_set(error, EXIT_USAGE,
                               "which study? thrice run oslo (`thrice list` shows them)");
    if (run->asked)
        return error_set(error, EXIT_USAGE,
                         "--resume takes all from its folder: leave out the study and its options");
    return 0;
}

// In build/, where that is what the program lies in; an installed one writes where the user is.
static void default_folder(char path[PATH_MAX], const struct plan *plan)
{
    static const char built[] = "/build/";
    char when[32];
    time_t now = time(NULL);
    struct tm local;
    strftime(when, sizeof when, "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    artefact_path(path, "%s", "");
    const char *end = strrchr(path, '/') + 1;
    bool in_build =
        (size_t)(end - path) >= sizeof built - 1 && strcmp(end - (sizeof built - 1), built) == 0;
    if (in_build)
        artefact_path(path, "results/%s-%s", plan->study->name, when);
    else
        snprintf(path, PATH_MAX, "results/%s-%s", plan->study->name, when);
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
    if (results_write_study(results, plan->study->file.text, manifest, error) == 0)
        return 0;
    results_discard(results);
    return -1;
}

static void announce(const struct plan *plan, const struct progress *progress,
                     const struct results *results)
{
    uint64_t ahead_ns = 0;
    unsigned int ahead = 0;
    char about[DURATION_TEXT_BYTES];
    for (unsigned int i = 0; i < plan->order_count; i++)
        if (!progress_is_done(&progress[i])) {
            ahead++;
            ahead_ns += plan_estimate_run_ns(plan, i);
        }
    fprintf(stderr, "%s: %u runs", plan->study->name, plan->order_count);
    if (ahead < plan->order_count)
        fprintf(stderr, ", of which %u are recorded", plan->order_count - ahead);
    fprintf(stderr, "; about %s; seed %llu\n", duration_format(ahead_ns, about),
            (unsigned long long)plan->seed);
    if (plan_has_guests(plan))
        fprintf(stderr, "guests: %s, %u MiB%s, accelerator %s: %s\n", plan->machine,
                plan_memory_mib(plan, plan->scenarios[0]), plan->via_libvirt ? ", by libvirt" : "",
                accelerator_name(&plan->accelerator), plan->accelerator.reason);
    if (plan->left_out[0])
        fprintf(stderr, "left out: %s\n", plan->left_out);
    fprintf(stderr, "records: %s\n", results->path);
}

// Beside each record, so that there is a table of them whatever ends the study.
static void append_row(const char *path, const json_t *study, const json_t *record)
{
    struct error error;
    if (report_csv_append(path, study, record, &error) < 0)
        fprintf(stderr, "thrice: %s\n", error.text);
}

// As `thrice report` prints it.
static int print_report(const char *path, bool json, struct error *error)
{
    if (report_print(path, json ? REPORT_JSON : REPORT_TEXT, error) < 0)
        return -1;
    if (!json && report_files(path, error) < 0)
        fprintf(stderr, "thrice: %s\n", error->text);
    else if (!json)
        printf("Page: %s/report.html\n", path);
    return 0;
}

// The runs that are still to be executed, and the report of all. records: of those that are not.
static int execute(const struct plan *plan, const json_t *manifest, struct results *results,
                   const json_t *records, bool json, struct error *error)
{
    struct progress *progress = progress_of(plan, records, error);
    if (!progress)
        return -1;
    announce(plan, progress, results);
    if (report_csv_file(results->path, error) < 0)
        fprintf(stderr, "thrice: %s\n", error->text);
    int code = execute_plan(plan, manifest, results, progress, append_row, error);
    free(progress);
    if (code < 0)
        return -1;
    return print_report(results->path, json, error) < 0 ? -1 : code;
}

static int dry_run(const struct request *request, struct error *error)
{
    struct plan plan = {0};
    int code = request_plan(request, &plan, error);
    if (code == 0)
        code = plan_print(&plan, stdout) > 0 ? EXIT_LACKING : EXIT_GOOD;
    plan_free(&plan);
    return code;
}

static int start(const struct run_options *run, int argc, char **argv, struct error *error)
{
    struct plan plan = {0};
    struct results results;
    json_t *manifest = NULL;
    int code = -1;

    if (run->request.dry_run)
        return dry_run(&run->request, error);
    if (request_plan(&run->request, &plan, error) == 0 &&
        (manifest = manifest_json(&plan, argc, argv, error)) &&
        open_results(&results, &plan, run->out, manifest, error) == 0) {
        code = execute(&plan, manifest, &results, NULL, run->json, error);
        if (code < 0)
            results_discard(&results);
        else
            results_close(&results);
    }
    json_decref(manifest);
    plan_free(&plan);
    return code;
}

static int resume(const struct run_options *run, int argc, char **argv, struct error *error)
{
    struct request request;
    struct plan plan = {0};
    struct results results;
    json_t *begun, *records, *now = NULL;
    int code = -1;

    if (results_resume(&results, run->resume, &begun, &records, error) < 0)
        return -1;
    if (request_of_study(&request, begun, run->resume, error) == 0 &&
        request_plan(&request, &plan, error) == 0 &&
        (now = manifest_json(&plan, argc, argv, error)) &&
        request_check_same(begun, now, error) == 0)
        code = execute(&plan, begun, &results, records, run->json, error);
    results_close(&results);
    json_decref(now);
    json_decref(records);
    json_decref(begun);
    plan_free(&plan);
    return code;
}

int cmd_run(int argc, char **argv, struct error *error)
{
    struct run_options run = {0};
    if (options_parse(&argp, argc, argv, &run, error) < 0 || check_together(&run, error) < 0)
        return -1;
    return run.resume ? resume(&run, argc, argv, error) : start(&run, argc, argv, error);
}
