/* What `thrice run` is going to do; see plan.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "clock.h"
#include "environment/domain_xml.h"
#include "environment/foreign.h"
#include "environment/libvirt.h"
#include "environment/reference.h"
#include "environment/qemu_command.h"
#include "environment/network.h"
#include "study/experiment.h"
#include "study/run.h"

// Takes the next name off a comma-separated list; false at its end.
static bool next_name(const char **list, char *name, size_t size)
{
    if (!**list)
        return false;
    size_t length = strcspn(*list, ",");
    size_t kept = length < size ? length : size - 1;
    memcpy(name, *list, kept);
    name[kept] = '\0';
    *list += length;
    if (**list == ',')
        (*list)++;
    return true;
}

static int chosen_twice(const char *option, const char *name, struct error *error)
{
    return error_set(error, EXIT_USAGE, "%s names '%s' twice", option, name);
}

static int add_scenario(struct plan *plan, const char *name, struct error *error)
{
    const struct scenario *scenario = study_scenario(plan->study, name, error);
    if (!scenario)
        return -1;
    if (*scenario->not_yet)
        return error_set(error, EXIT_LACKING, "the scenario '%s' is not there yet: %s", name,
                         scenario->not_yet);
    for (unsigned int i = 0; i < plan->scenario_count; i++)
        if (plan->scenarios[i] == scenario)
            return chosen_twice("--only", name, error);
    plan->scenarios[plan->scenario_count++] = scenario;
    return 0;
}

// Once for each name, as far as there is room.
static void leave_out(struct plan *plan, const char *name, const char *why)
{
    size_t length = strlen(plan->left_out);
    if (strstr(plan->left_out, why))
        return;
    snprintf(plan->left_out + length, sizeof plan->left_out - length, "%s%s: %s",
             length > 0 ? "; " : "", name, why);
}

// Reference servers are built by a target of their own: a study does without where they are not.
static bool is_built(struct plan *plan, const struct scenario *scenario)
{
    struct error error = {.text = ""};
    const struct payload *payload = payload_find(scenario->payload, &error);
    if (!payload || !payload->is_reference || reference_check(payload, &error) == 0)
        return true;
    leave_out(plan, scenario->payload, error.text);
    return false;
}

// All of that family, or the one of that name.
static int add_family(struct plan *plan, const char *name, struct error *error)
{
    bool is_family = false;
    for (size_t i = 0; i < plan->study->scenario_count; i++) {
        const struct scenario *scenario = &plan->study->scenarios[i];
        if (strcmp(scenario->family, name) != 0)
            continue;
        is_family = true;
        if (add_scenario(plan, scenario->name, error) < 0)
            return -1;
    }
    return is_family ? 0 : add_scenario(plan, name, error);
}

int plan_choose_scenarios(struct plan *plan, const char *names, struct error *error)
{
    char name[64];
    while (names && next_name(&names, name, sizeof name))
        if (add_family(plan, name, error) < 0)
            return -1;
    if (plan->scenario_count > 0)
        return 0;
    if (names)
        return error_set(error, EXIT_USAGE, "--only names no scenario");
    for (size_t i = 0; i < plan->study->scenario_count; i++) {
        const struct scenario *scenario = &plan->study->scenarios[i];
        if (!*scenario->not_yet && (!plan->quick || scenario->in_quick) && is_built(plan, scenario))
            plan->scenarios[plan->scenario_count++] = scenario;
    }
    if (plan->scenario_count > 0)
        return 0;
    return error_set(error, EXIT_USAGE, "no scenario of %s is there yet, or none is in --quick",
                     plan->study->name);
}

static int add_environment(struct plan *plan, const char *name, struct error *error)
{
    const struct environment *environment = environment_find(name, error);
    if (!environment)
        return -1;
    for (unsigned int i = 0; i < plan->environment_count; i++)
        if (plan->environments[i] == environment)
            return chosen_twice("--in", name, error);
    plan->environments[plan->environment_count++] = environment;
    return 0;
}

static bool suits_any(const struct plan *plan, const struct environment *environment)
{
    for (unsigned int i = 0; i < plan->scenario_count; i++)
        if (scenario_suits(plan->scenarios[i], environment->name))
            return true;
    return false;
}

// Is an optional environment to be among "all"? Says why not where that may surprise.
static bool wants_optional(struct plan *plan, const struct environment *environment)
{
    struct error error = {.text = ""};
    const struct payload *payload = payload_find(plan->scenarios[0]->payload, &error);
    if (plan->quick ||
        (environment->needs_pci && plan->machine && !qemu_machine_has_pci(plan->machine)))
        return false;
    if (payload && environment->check(payload, &error) == 0)
        return true;
    leave_out(plan, environment->name, error.text);
    return false;
}

// Whoever describes a guest wants it in the table, whatever else is in it.
static void add_guests(struct plan *plan)
{
    for (size_t i = 0; i < environment_count; i++) {
        bool chosen = !environments[i]->foreign;
        for (unsigned int j = 0; j < plan->environment_count; j++)
            chosen = chosen || plan->environments[j] == environments[i];
        if (!chosen)
            plan->environments[plan->environment_count++] = environments[i];
    }
}

int plan_choose_environments(struct plan *plan, const char *names, struct error *error)
{
    char name[64];
    while (names && next_name(&names, name, sizeof name))
        if (add_environment(plan, name, error) < 0)
            return -1;
    if (plan->environment_count > 0) {
        add_guests(plan);
        return 0;
    }
    if (names)
        return error_set(error, EXIT_USAGE, "--in names no environment");
    for (size_t i = 0; i < environment_count; i++)
        if (suits_any(plan, environments[i]) &&
            (!environments[i]->is_optional || wants_optional(plan, environments[i])))
            plan->environments[plan->environment_count++] = environments[i];
    return 0;
}

int plan_choose_machine(struct plan *plan, struct error *error)
{
    bool needs_pci = plan->via_libvirt;
    const struct qemu_options wished = {.machine = plan->machine ? plan->machine : "q35"};
    if (plan->via_libvirt && domain_xml_check(&wished, error) < 0)
        return -1;
    for (unsigned int i = 0; i < plan->environment_count; i++) {
        const struct environment *environment = plan->environments[i];
        needs_pci = needs_pci || environment->needs_pci;
        if (!environment->machine)
            continue;
        if (plan->machine && strcmp(plan->machine, environment->machine) != 0)
            return error_set(error, EXIT_USAGE, "%s runs on the machine %s, not on %s",
                             environment->name, environment->machine, plan->machine);
        plan->machine = environment->machine;
    }
    plan->machine = qemu_machine_choose(plan->machine, needs_pci, error);
    return plan->machine ? 0 : -1;
}

// Not every scenario is for every environment: those runs are taken out.
static void narrow(struct plan *plan)
{
    unsigned int kept = 0;
    for (unsigned int i = 0; i < plan->order_count; i++) {
        const struct schedule_entry *entry = &plan->order[i];
        if (scenario_suits(plan->scenarios[entry->scenario],
                           plan->environments[entry->environment]->name))
            plan->order[kept++] = *entry;
    }
    plan->order_count = kept;
}

int plan_order(struct plan *plan, struct error *error)
{
    plan->order =
        schedule_make(plan->runs, plan->scenario_count, plan->environment_count, plan->seed);
    if (!plan->order)
        return error_set(error, EXIT_FAILED, "out of memory for %u runs", plan->runs);
    plan->order_count = plan->runs * plan->scenario_count * plan->environment_count;
    narrow(plan);
    if (plan->order_count > 0)
        return 0;
    return error_set(error, EXIT_USAGE, "none of the scenarios is for any of the environments");
}

static void *settings_of(const struct plan *plan, const struct scenario *scenario)
{
    return plan->quick ? scenario->quick : scenario->full;
}

const void *plan_settings(const struct plan *plan, const struct scenario *scenario)
{
    return settings_of(plan, scenario);
}

int plan_override(struct plan *plan, struct error *error)
{
    bool has_duration = false, has_ramp = false;
    for (unsigned int i = 0; i < plan->scenario_count; i++) {
        const struct scenario *scenario = plan->scenarios[i];
        const struct setting *settings = scenario->experiment->settings;
        void *values = settings_of(plan, scenario);
        if (plan->duration_ns && settings_set(settings, values, "duration_s", plan->duration_ns))
            has_duration = true;
        if (plan->ramp[2] && settings_set(settings, values, "from_per_s", plan->ramp[0])) {
            settings_set(settings, values, "to_per_s", plan->ramp[1]);
            settings_set(settings, values, "step_per_s", plan->ramp[2]);
            has_ramp = true;
        }
    }
    if (plan->duration_ns && !has_duration)
        return error_set(error, EXIT_USAGE, "--duration: no load of these scenarios has one");
    if (plan->ramp[2] && !has_ramp)
        return error_set(error, EXIT_USAGE, "--ramp: none of these scenarios is a ramp");
    return 0;
}

unsigned int plan_memory_mib(const struct plan *plan, const struct scenario *scenario)
{
    if (plan->memory_mib)
        return plan->memory_mib;
    return scenario->memory_mib ? scenario->memory_mib : plan->study->memory_mib;
}

const cpu_set_t *plan_server_cpus(const struct plan *plan, const struct scenario *scenario)
{
    const struct cpu_division *cpus = &plan->cpus;
    return (int)scenario->vcpus > CPU_COUNT(&cpus->server) ? &cpus->both : &cpus->server;
}

static uint64_t estimate_beside_ns(const struct plan *plan, const struct schedule_entry *entry)
{
    const struct scenario *scenario = plan->scenarios[entry->scenario];
    const struct experiment *experiment = scenario->experiment;
    uint64_t sum_ns = 0;
    for (unsigned int i = 0; experiment->estimate_beside_ns && i < plan->environment_count; i++)
        sum_ns += experiment->estimate_beside_ns(
            plan_settings(plan, scenario), i == entry->environment, plan->environments[i]->boot_ns);
    return sum_ns;
}

uint64_t plan_estimate_run_ns(const struct plan *plan, unsigned int index)
{
    const struct schedule_entry *entry = &plan->order[index];
    const struct scenario *scenario = plan->scenarios[entry->scenario];
    const struct experiment *experiment = scenario->experiment;
    uint64_t boot_ns = plan->environments[entry->environment]->boot_ns;
    uint64_t own_ns =
        experiment->estimate_ns(plan_settings(plan, scenario), scenario->guests, boot_ns) +
        estimate_beside_ns(plan, entry);
    if (experiment->execute)
        return own_ns;
    uint64_t warm_up_ns =
        scenario->warm_up ? experiment->warm_up->estimate_ns(scenario->warm_up, 1, boot_ns) : 0;
    return boot_ns + warm_up_ns + 2 * RUN_MARGIN_NS + own_ns;
}

bool plan_has_container(const struct plan *plan)
{
    for (unsigned int i = 0; i < plan->environment_count; i++)
        if (plan->environments[i]->start == environment_container.start)
            return true;
    return false;
}

bool plan_has_guests(const struct plan *plan)
{
    for (unsigned int i = 0; i < plan->environment_count; i++)
        if (plan->environments[i]->is_guest)
            return true;
    return false;
}

// One that is not ours serves what it serves, in the memory that it needs.
static int check_guest(const struct plan *plan, const struct scenario *scenario,
                       const struct environment *environment, const struct payload *payload,
                       struct error *error)
{
    const struct foreign *guest = environment->foreign;
    if (!guest)
        return 0;
    if (guest->payload.protocol != payload->protocol)
        return error_set(error, EXIT_USAGE,
                         "%s serves no %s: choose scenarios with --only (`thrice list`)",
                         guest->path, payload->protocol == PROTOCOL_UDP ? "udp" : "http");
    if (guest->file.memory_mib > plan_memory_mib(plan, scenario))
        return error_set(error, EXIT_USAGE, "%s needs %u MiB, and all get the same: --memory %u",
                         guest->path, guest->file.memory_mib, guest->file.memory_mib);
    return 0;
}

// All guests of a scenario at once, were each to touch all of its memory.
static int check_memory(const struct plan *plan, const struct scenario *scenario,
                        struct error *error)
{
    struct sysinfo machine;
    unsigned int memory_mib = plan_memory_mib(plan, scenario);
    uint64_t sum_mib = (uint64_t)scenario->guests * memory_mib;
    if (sysinfo(&machine) < 0)
        return 0;
    uint64_t there_mib = (uint64_t)machine.totalram * machine.mem_unit >> 20;
    if (sum_mib <= there_mib)
        return 0;
    return error_set(error, EXIT_LACKING,
                     "%s: %u x %u MiB are %llu MiB, and this machine has %llu (leave it "
                     "out with --only, or --memory)",
                     scenario->name, scenario->guests, memory_mib, (unsigned long long)sum_mib,
                     (unsigned long long)there_mib);
}

int plan_check_one(const struct plan *plan, const struct scenario *scenario,
                   const struct environment *environment, struct error *error)
{
    const struct payload *payload = payload_find(scenario->payload, error);
    if (!payload || check_memory(plan, scenario, error) < 0 ||
        check_guest(plan, scenario, environment, payload, error) < 0)
        return -1;
    return environment->check(payload, error);
}

int plan_check(const struct plan *plan, struct error *error)
{
    if (plan_has_guests(plan) && network_check_tap(error) < 0)
        return -1;
    if (plan->via_libvirt && libvirt_check(error) < 0)
        return -1;
    for (unsigned int e = 0; e < plan->environment_count; e++)
        for (unsigned int s = 0; s < plan->scenario_count; s++)
            if (scenario_suits(plan->scenarios[s], plan->environments[e]->name) &&
                plan_check_one(plan, plan->scenarios[s], plan->environments[e], error) < 0)
                return -1;
    return 0;
}

void plan_free(struct plan *plan)
{
    free(plan->order);
    study_free(plan->study);
    plan->order = NULL;
    plan->study = NULL;
}
