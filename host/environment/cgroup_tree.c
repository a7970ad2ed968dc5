/* Names and removal of the driver's cgroups; see cgroup_tree.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/cgroup_tree.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

#define CGROUP_ROOT   "/sys/fs/cgroup"
#define CGROUP_PREFIX "thrice-"

enum { REMOVE_ATTEMPTS = 200 };
static const uint64_t REMOVE_PAUSE_NS = 10 * NS_PER_MS; // two seconds in all

void cgroup_tree_path(char *path, size_t size, pid_t driver, const char *guest)
{
    snprintf(path, size, "/" CGROUP_PREFIX "%d/%s", driver, guest);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int cgroup_tree_locate(pid_t driver, const char *guest, struct cgroup_paths *paths,
                       struct error *error)
{
    char below[128];
    bool v2 = access(CGROUP_ROOT "/cgroup.controllers", F_OK) == 0;
    cgroup_tree_path(below, sizeof below, driver, guest);
    paths->version = v2 ? 2 : 1;
    snprintf(paths->cpu_path, sizeof paths->cpu_path, CGROUP_ROOT "%s%s", v2 ? "" : "/cpuacct",
             below);
    snprintf(paths->memory_path, sizeof paths->memory_path, CGROUP_ROOT "%s%s", v2 ? "" : "/memory",
             below);
    if (!is_folder(paths->cpu_path) || !is_folder(paths->memory_path))
        return error_set(error, EXIT_LACKING, "no cgroup %s for the container", paths->cpu_path);
    return 0;
}

// A cgroup is removed by rmdir once it is empty of processes; its files need no removal.
static bool remove_tree(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char below[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (is_folder(below))
            remove_tree(below);
    }
    closedir(folder);
    return rmdir(path) == 0 || errno == ENOENT;
}

static void remove_patiently(const char *path)
{
    const struct timespec pause = clock_timespec(REMOVE_PAUSE_NS);
    for (int attempt = 0; attempt < REMOVE_ATTEMPTS && !remove_tree(path); attempt++)
        nanosleep(&pause, NULL);
}

static bool lives(pid_t pid)
{
    return kill(pid, 0) == 0 || errno != ESRCH;
}

// Calls visit for every folder of ours in one controller's root (or in that of v2).
static void for_each_of_ours(const char *controller, void (*visit)(const char *, pid_t, pid_t),
                             pid_t wanted)
{
    DIR *folder = opendir(controller);
    if (!folder)
        return;
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char path[PATH_MAX];
        int pid;
        char rest;
        if (sscanf(entry->d_name, CGROUP_PREFIX "%d%c", &pid, &rest) != 1)
            continue;
        snprintf(path, sizeof path, "%s/%s", controller, entry->d_name);
        visit(path, pid, wanted);
    }
    closedir(folder);
}

static void remove_if_wanted(const char *path, pid_t owner, pid_t wanted)
{
    if (owner == wanted)
        remove_patiently(path);
}

static void remove_if_dead(const char *path, pid_t owner, pid_t unused)
{
    (void)unused;
    if (!lives(owner))
        remove_patiently(path);
}

static void for_each_controller(void (*visit)(const char *, pid_t, pid_t), pid_t wanted)
{
    DIR *root = opendir(CGROUP_ROOT);
    if (!root)
        return;
    for_each_of_ours(CGROUP_ROOT, visit, wanted); // v2: the root itself
    struct dirent *entry;
    while ((entry = readdir(root))) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, CGROUP_ROOT "/%s", entry->d_name);
        // cpu and cpuacct may be links to the folder they share.
        if (entry->d_name[0] != '.' && is_folder(path))
            for_each_of_ours(path, visit, wanted);
    }
    closedir(root);
}

void cgroup_tree_remove(pid_t driver)
{
    for_each_controller(remove_if_wanted, driver);
}

void cgroup_tree_sweep(void)
{
    for_each_controller(remove_if_dead, 0);
}
