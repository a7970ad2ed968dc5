/* Sets of CPUs; see cpu_list.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/cpu_list.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "measure/procfile.h"

enum { CORES_MAX = CPU_SETSIZE };

static int wrong(const char *option, const char *text, struct error *error)
{
    return error_set(error, EXIT_USAGE, "%s takes CPUs as in 0-3,6, not '%.60s'", option, text);
}

// One "3" or "0-3". Returns where it stopped, or NULL.
static const char *take_range(const char *text, const char *end, cpu_set_t *cpus)
{
    uint64_t first, last;
    // procfile_number() skips blanks, which a list does not have
    if (text == end || *text == ' ' || *text == '\t' ||
        !(text = procfile_number(text, end, &first)))
        return NULL;
    last = first;
    if (text < end && *text == '-') {
        text++;
        if (text == end || *text == ' ' || *text == '\t' ||
            !(text = procfile_number(text, end, &last)))
            return NULL;
    }
    if (last < first || last >= CPU_SETSIZE)
        return NULL;
    for (uint64_t cpu = first; cpu <= last; cpu++)
        CPU_SET(cpu, cpus);
    return text;
}

static int parse(const char *text, const char *end, cpu_set_t *cpus)
{
    CPU_ZERO(cpus);
    while ((text = take_range(text, end, cpus)) && text < end)
        if (*text++ != ',')
            return -1;
    return text ? 0 : -1;
}

int cpu_list_parse(const char *option, const char *text, cpu_set_t *cpus, struct error *error)
{
    return parse(text, text + strlen(text), cpus) < 0 ? wrong(option, text, error) : 0;
}

void cpu_list_format(const cpu_set_t *cpus, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int cpu = 0; cpu < CPU_SETSIZE && used < size; cpu++) {
        int last = cpu;
        if (!CPU_ISSET(cpu, cpus))
            continue;
        while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, cpus))
            last++;
        used += (size_t)snprintf(text + used, size - used, last > cpu ? "%s%d-%d" : "%s%d",
                                 used ? "," : "", cpu, last);
        cpu = last;
    }
}

// Splits the allowed CPUs into cores, in the order of their first CPUs; returns how many.
static int find_cores(const cpu_set_t *allowed, void (*siblings)(int, cpu_set_t *), cpu_set_t *core)
{
    cpu_set_t left = *allowed;
    int cores = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &left))
            continue;
        siblings(cpu, &core[cores]);
        CPU_SET(cpu, &core[cores]);
        CPU_AND(&core[cores], &core[cores], &left);
        CPU_XOR(&left, &left, &core[cores]);
        cores++;
    }
    return cores;
}

static void alone(int cpu, cpu_set_t *siblings)
{
    CPU_ZERO(siblings);
    CPU_SET(cpu, siblings);
}

void cpu_list_divide(const cpu_set_t *allowed, void (*siblings)(int, cpu_set_t *),
                     struct cpu_division *division)
{
    cpu_set_t core[CORES_MAX];
    int cores = find_cores(allowed, siblings, core);
    if (cores == 1)
        cores = find_cores(allowed, alone, core);
    int load = cores >= 4 ? 1 : 0;
    int server = cores > 1 ? load + 1 : 0;
    division->load = core[load];
    division->server = core[server];
    if (server + 1 < cores)
        CPU_OR(&division->server, &division->server, &core[server + 1]);
}

// What the kernel says of the machine; where it says nothing, each CPU is a core.
static void siblings_by_kernel(int cpu, cpu_set_t *siblings)
{
    char path[80], text[CPU_LIST_BYTES];
    struct error ignored;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
    ssize_t length = procfile_read(path, text, sizeof text, &ignored);
    if (length > 0 && text[length - 1] == '\n')
        length--;
    if (length <= 0 || parse(text, text + length, siblings) < 0)
        alone(cpu, siblings);
}

static int replace(const char *option, const char *text, const cpu_set_t *allowed, cpu_set_t *cpus,
                   struct error *error)
{
    cpu_set_t wanted, both;
    char list[CPU_LIST_BYTES];
    if (!text)
        return 0;
    if (cpu_list_parse(option, text, &wanted, error) < 0)
        return -1;
    CPU_AND(&both, &wanted, allowed);
    if (!CPU_EQUAL(&both, &wanted)) {
        cpu_list_format(allowed, list, sizeof list);
        return error_set(error, EXIT_USAGE, "%s %.60s: this process may only use the CPUs %s",
                         option, text, list);
    }
    *cpus = wanted;
    return 0;
}

int cpu_list_choose(const char *server, const char *load, struct cpu_division *division,
                    struct error *error)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "asking which CPUs may be used");
    cpu_list_divide(&allowed, siblings_by_kernel, division);
    if (replace("--cpus-server", server, &allowed, &division->server, error) < 0)
        return -1;
    if (replace("--cpus-load", load, &allowed, &division->load, error) < 0)
        return -1;
    CPU_OR(&division->both, &division->server, &division->load);
    return 0;
}

bool cpu_list_shared(const struct cpu_division *division)
{
    cpu_set_t both;
    CPU_AND(&both, &division->server, &division->load);
    return CPU_COUNT(&both) > 0;
}
