/* What a control group used; see cgroup_usage.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/cgroup_usage.h"

#include "clock.h"
#include "measure/process.h"
#include "measure/procfile.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* memory.stat is the longest; on 6.x about 2 KB. */
#define FILE_BYTES 16384

struct file {
    char path[320];
    char text[FILE_BYTES];
    size_t length;
};

int cgroup_usage_value(const char *text, size_t length, const char *key, uint64_t *value)
{
    const char *end = text + length;
    for (const char *line = text; line < end; line = procfile_next_line(line, end)) {
        const char *number = procfile_value(line, end, key);
        if (number != NULL)
            return procfile_number(number, end, value) != NULL ? 0 : -1;
    }
    return -1;
}

static int load(struct file *file, const char *folder, const char *name, struct error *error)
{
    snprintf(file->path, sizeof file->path, "%s/%s", folder, name);
    ssize_t length = procfile_read(file->path, file->text, sizeof file->text, error);
    file->length = length < 0 ? 0 : (size_t)length;
    return length < 0 ? -1 : 0;
}

static int value_of(const struct file *file, const char *key, uint64_t *value, struct error *error)
{
    if (cgroup_usage_value(file->text, file->length, key, value) != 0)
        return error_set(error, EXIT_FAILED, "%s has no '%s'", file->path, key);
    return 0;
}

/* A file that holds one number. */
static int number_in(struct file *file, const char *folder, const char *name, uint64_t *value,
                     struct error *error)
{
    if (load(file, folder, name, error) != 0)
        return -1;
    if (procfile_number(file->text, file->text + file->length, value) == NULL)
        return error_set(error, EXIT_FAILED, "%s holds no number", file->path);
    return 0;
}

static int read_v1(const struct cgroup_paths *paths, struct cgroup_usage *usage,
                   struct error *error)
{
    struct file file = {.length = 0};
    uint64_t ns_per_tick = NS_PER_S / process_ticks_per_s();
    struct error no_matter;

    if (number_in(&file, paths->cpu_path, "cpuacct.usage", &usage->cpu_ns, error) != 0 ||
        load(&file, paths->cpu_path, "cpuacct.stat", error) != 0 ||
        value_of(&file, "user", &usage->user_ticks, error) != 0 ||
        value_of(&file, "system", &usage->system_ticks, error) != 0)
        return -1;
    usage->cpu_user_ns = usage->user_ticks * ns_per_tick;
    usage->cpu_system_ns = usage->system_ticks * ns_per_tick;

    if (number_in(&file, paths->memory_path, "memory.usage_in_bytes", &usage->memory_bytes,
                  error) != 0 ||
        load(&file, paths->memory_path, "memory.stat", error) != 0 ||
        value_of(&file, "rss", &usage->anon_bytes, error) != 0 ||
        value_of(&file, "cache", &usage->file_bytes, error) != 0)
        return -1;
    if (number_in(&file, paths->memory_path, "memory.kmem.usage_in_bytes", &usage->kernel_bytes,
                  &no_matter) != 0)
        usage->kernel_bytes = 0; /* not every kernel accounts it */
    return 0;
}

static int read_v2(const struct cgroup_paths *paths, struct cgroup_usage *usage,
                   struct error *error)
{
    struct file file = {.length = 0};
    uint64_t cpu_us = 0;
    uint64_t user_us = 0;
    uint64_t system_us = 0;

    if (load(&file, paths->cpu_path, "cpu.stat", error) != 0 ||
        value_of(&file, "usage_usec", &cpu_us, error) != 0 ||
        value_of(&file, "user_usec", &user_us, error) != 0 ||
        value_of(&file, "system_usec", &system_us, error) != 0)
        return -1;
    usage->cpu_ns = cpu_us * NS_PER_US;
    usage->cpu_user_ns = user_us * NS_PER_US;
    usage->cpu_system_ns = system_us * NS_PER_US;
    uint64_t us_per_tick = NS_PER_S / NS_PER_US / process_ticks_per_s();
    usage->user_ticks = user_us / us_per_tick;
    usage->system_ticks = system_us / us_per_tick;

    if (number_in(&file, paths->memory_path, "memory.current", &usage->memory_bytes, error) != 0 ||
        load(&file, paths->memory_path, "memory.stat", error) != 0 ||
        value_of(&file, "anon", &usage->anon_bytes, error) != 0 ||
        value_of(&file, "file", &usage->file_bytes, error) != 0)
        return -1;
    if (cgroup_usage_value(file.text, file.length, "kernel", &usage->kernel_bytes) != 0)
        usage->kernel_bytes = 0; /* told since Linux 5.18 */
    return 0;
}

int cgroup_usage_read(const struct cgroup_paths *paths, struct cgroup_usage *usage,
                      struct error *error)
{
    memset(usage, 0, sizeof *usage);
    return paths->version == 1 ? read_v1(paths, usage, error) : read_v2(paths, usage, error);
}
