/* Processes by their names; see process_named.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/process_named.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Calls back for each process that has one of the names.
static void each(const char *const *names, void (*found)(const struct process_stat *, void *),
                 void *state)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    struct process_stat stat;
    struct error gone;
    while (proc && (entry = readdir(proc))) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || process_stat_read(pid, &stat, &gone) < 0)
            continue;
        for (const char *const *name = names; *name; name++)
            if (strcmp(*name, stat.comm) == 0)
                found(&stat, state);
    }
    if (proc)
        closedir(proc);
}

struct cpu_sum {
    struct process_stat *stat;
    uint64_t *cpu_ns;
};

static void add_cpu(const struct process_stat *stat, void *state)
{
    const struct cpu_sum *sum = state;
    struct error gone;
    uint64_t cpu_ns;
    if (process_cpu_ns(stat->pid, &cpu_ns, &gone) < 0)
        return;
    sum->stat->utime_ticks += stat->utime_ticks;
    sum->stat->stime_ticks += stat->stime_ticks;
    *sum->cpu_ns += cpu_ns;
}

void process_named_cpu(const char *const *names, struct process_stat *stat, uint64_t *cpu_ns)
{
    struct cpu_sum sum = {stat, cpu_ns};
    memset(stat, 0, sizeof *stat);
    *cpu_ns = 0;
    each(names, add_cpu, &sum);
}

static void add_memory(const struct process_stat *stat, void *state)
{
    struct process_memory *sum = state, memory;
    struct error gone;
    if (process_memory_read(stat->pid, &memory, &gone) < 0)
        return;
    sum->rss_bytes += memory.rss_bytes;
    sum->pss_bytes += memory.pss_bytes;
    sum->private_dirty_bytes += memory.private_dirty_bytes;
}

void process_named_memory(const char *const *names, struct process_memory *memory)
{
    memset(memory, 0, sizeof *memory);
    each(names, add_memory, memory);
}

static void reap(const struct process_stat *stat, void *state)
{
    (void)state;
    if (stat->state == 'Z' && stat->parent == getpid())
        waitpid(stat->pid, NULL, WNOHANG);
}

void process_named_reap(const char *const *names)
{
    each(names, reap, NULL);
}
