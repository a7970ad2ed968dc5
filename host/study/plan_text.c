/* A plan in words: thrice run NAME --dry-run; see plan.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/plan.h"

#include <string.h>
#include <unistd.h>

#include "duration.h"
#include "environment/libvirt.h"
#include "environment/network.h"

// Of the runs of a scenario.
static uint64_t length_ns(const struct plan *plan, unsigned int scenario, unsigned int *runs)
{
    uint64_t sum_ns = 0;
    *runs = 0;
    for (unsigned int i = 0; i < plan->order_count; i++)
        if (plan->order[i].scenario == scenario) {
            sum_ns += plan_estimate_run_ns(plan, i);
            (*runs)++;
        }
    return sum_ns;
}

static void print_scenario(const struct plan *plan, unsigned int index, FILE *stream)
{
    const struct scenario *scenario = plan->scenarios[index];
    char length[DURATION_TEXT_BYTES];
    unsigned int runs;
    uint64_t ns = length_ns(plan, index, &runs);
    fprintf(stream, "  %-18s %4u runs, about %-13s %s: %u x %s, %u vCPU, %u MiB, in",
            scenario->name, runs, duration_format(ns, length), scenario->kind, scenario->guests,
            scenario->payload, scenario->vcpus, plan_memory_mib(plan, scenario));
    for (unsigned int e = 0; e < plan->environment_count; e++)
        if (scenario_suits(scenario, plan->environments[e]->name))
            fprintf(stream, " %s", plan->environments[e]->name);
    fputc('\n', stream);
    unsigned int vcpus = scenario->guests * scenario->vcpus;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    if (vcpus > (unsigned long)cpus)
        fprintf(stream, "  %-18s over-committed: %u vCPUs on %ld CPUs\n", "", vcpus, cpus);
}

// What has been said already, as far as there is room.
struct said {
    char text[8192];
    size_t length;
};

// Returns how much more is lacking by it.
static unsigned int lack(FILE *stream, struct said *said, const char *what)
{
    if (strstr(said->text, what))
        return 0;
    size_t room = sizeof said->text - said->length;
    if (strlen(what) + 2 < room)
        said->length += (size_t)snprintf(said->text + said->length, room, "%s\n", what);
    fprintf(stream, "LACKING: %s\n", what);
    return 1;
}

// What is the same for several scenarios is said once.
static unsigned int print_lacking(const struct plan *plan, FILE *stream)
{
    struct said said = {.text = ""};
    struct error error;
    unsigned int count = 0;
    if (plan_has_guests(plan) && network_check_tap(&error) < 0)
        count += lack(stream, &said, error.text);
    if (plan->via_libvirt && libvirt_check(&error) < 0)
        count += lack(stream, &said, error.text);
    for (unsigned int e = 0; e < plan->environment_count; e++)
        for (unsigned int s = 0; s < plan->scenario_count; s++) {
            if (scenario_suits(plan->scenarios[s], plan->environments[e]->name) &&
                plan_check_one(plan, plan->scenarios[s], plan->environments[e], &error) < 0)
                count += lack(stream, &said, error.text);
        }
    return count;
}

unsigned int plan_print(const struct plan *plan, FILE *stream)
{
    char length[DURATION_TEXT_BYTES];
    uint64_t all_ns = 0;
    for (unsigned int i = 0; i < plan->order_count; i++)
        all_ns += plan_estimate_run_ns(plan, i);
    fprintf(stream, "%s: %s\n%u runs, each a fresh boot; about %s; seed %llu\n", plan->study->name,
            plan->study->summary, plan->order_count, duration_format(all_ns, length),
            (unsigned long long)plan->seed);
    for (unsigned int s = 0; s < plan->scenario_count; s++)
        print_scenario(plan, s, stream);
    for (size_t i = 0; i < plan->study->scenario_count; i++)
        if (*plan->study->scenarios[i].not_yet)
            fprintf(stream, "  %-18s not yet: %s\n", plan->study->scenarios[i].name,
                    plan->study->scenarios[i].not_yet);
    if (plan_has_guests(plan))
        fprintf(stream, "guests: %s, accelerator %s: %s\n", plan->machine,
                accelerator_name(&plan->accelerator), plan->accelerator.reason);
    if (plan->left_out[0])
        fprintf(stream, "left out: %s\n", plan->left_out);
    unsigned int lacking = print_lacking(plan, stream);
    if (lacking == 0)
        fprintf(stream, "This machine has all that it needs.\n");
    return lacking;
}
