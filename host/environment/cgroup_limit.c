/* A cgroup with limits; see cgroup_limit.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/cgroup_limit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "environment/cgroup_tree.h"
#include "measure/cgroup_usage.h"
#include "measure/procfile.h"

enum { CPU_PERIOD_US = 100000, REMOVE_ATTEMPTS = 100 }; // the period of runc and crun, too
static const uint64_t REMOVE_PAUSE_NS = 2 * NS_PER_MS;

// The controllers of v1 that take a part; v2 has all in one folder.
static const char *const controllers_v1[] = {"cpu", "cpuacct", "memory", NULL};
static const char *const controllers_v2[] = {"", NULL};

static const char *const *controllers(void)
{
    return cgroup_place_version() == 2 ? controllers_v2 : controllers_v1;
}

// The folder of a server, or of the whole driver, under a controller.
static void folder_of(char path[PATH_MAX], const char *controller, const char *server)
{
    char below[CGROUP_PATH_BYTES];
    cgroup_tree_path(below, sizeof below, server);
    snprintf(path, PATH_MAX, CGROUP_ROOT "%s%s%s", controller[0] ? "/" : "", controller, below);
}

unsigned int cgroup_limit_settings(int of_version, const struct cgroup_limit *limit,
                                   struct cgroup_setting settings[CGROUP_SETTINGS_MAX])
{
    uint64_t quota_us = (uint64_t)limit->cpus * CPU_PERIOD_US;
    unsigned int count = 0;
    struct cgroup_setting *setting = settings;
    if (of_version == 2) {
        setting[count] = (struct cgroup_setting){.controller = "", .file = "cpu.max"};
        snprintf(setting[count++].text, sizeof setting->text, "%" PRIu64 " %d", quota_us,
                 CPU_PERIOD_US);
        setting[count] = (struct cgroup_setting){.controller = "", .file = "memory.max"};
    } else {
        setting[count] = (struct cgroup_setting){.controller = "cpu", .file = "cpu.cfs_period_us"};
        snprintf(setting[count++].text, sizeof setting->text, "%d", CPU_PERIOD_US);
        setting[count] = (struct cgroup_setting){.controller = "cpu", .file = "cpu.cfs_quota_us"};
        snprintf(setting[count++].text, sizeof setting->text, "%" PRIu64, quota_us);
        setting[count] =
            (struct cgroup_setting){.controller = "memory", .file = "memory.limit_in_bytes"};
    }
    snprintf(setting[count++].text, sizeof setting->text, "%" PRIu64, limit->memory_bytes);
    return count;
}

static int make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_LACKING, errno, "making the cgroup %s", path);
    return 0;
}

static int make_folders(const char *controller, const char *server, struct error *error)
{
    char path[PATH_MAX];
    folder_of(path, controller, "");
    if (make_folder(path, error) < 0)
        return -1;
    folder_of(path, controller, server);
    return make_folder(path, error);
}

static int apply(const char *server, const struct cgroup_limit *limit, struct error *error)
{
    struct cgroup_setting settings[CGROUP_SETTINGS_MAX];
    unsigned int count = cgroup_limit_settings(cgroup_place_version(), limit, settings);
    for (unsigned int i = 0; i < count; i++) {
        char folder[PATH_MAX];
        folder_of(folder, settings[i].controller, server);
        if (cgroup_place_write(folder, settings[i].file, settings[i].text, error) < 0)
            return -1;
    }
    return 0;
}

int cgroup_limit_create(const char *server, const struct cgroup_limit *limit,
                        struct cgroup_joins *joins, struct error *error)
{
    unsigned int count = 0;
    memset(joins, 0, sizeof *joins);
    for (const char *const *controller = controllers(); *controller; controller++) {
        char folder[PATH_MAX];
        if (make_folders(*controller, server, error) < 0)
            goto failed;
        folder_of(folder, *controller, server);
        snprintf(joins->path[count], sizeof joins->path[count], "%.230s/cgroup.procs", folder);
        joins->list[count] = joins->path[count];
        count++;
    }
    if (apply(server, limit, error) == 0)
        return 0;
failed:
    joins->list[0] = NULL;
    cgroup_limit_remove(server);
    return -1;
}

// The kernel may need a moment to count the last process out.
static void remove_patiently(const char *path)
{
    const struct timespec pause = clock_timespec(REMOVE_PAUSE_NS);
    for (int i = 0; i < REMOVE_ATTEMPTS && rmdir(path) < 0 && errno == EBUSY; i++)
        nanosleep(&pause, NULL);
}

void cgroup_limit_remove(const char *server)
{
    for (const char *const *controller = controllers(); *controller; controller++) {
        char path[PATH_MAX];
        folder_of(path, *controller, server);
        remove_patiently(path);
    }
}

uint64_t cgroup_limit_throttled_ns(const char *server)
{
    bool v2 = cgroup_place_version() == 2;
    char folder[PATH_MAX], path[PATH_MAX + 32], text[1024];
    struct error ignored;
    uint64_t value = 0;
    folder_of(folder, v2 ? "" : "cpu", server);
    snprintf(path, sizeof path, "%s/cpu.stat", folder);
    ssize_t length = procfile_read(path, text, sizeof text, &ignored);
    if (length < 0 || cgroup_usage_value(text, (size_t)length,
                                         v2 ? "throttled_usec" : "throttled_time", &value) < 0)
        return 0;
    return v2 ? value * NS_PER_US : value;
}
