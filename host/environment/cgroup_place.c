/* Where cgroups may be made; see cgroup_place.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/cgroup_place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "measure/procfile.h"

#define HAND_DOWN "cgroup.subtree_control"
#define PROCESSES "cgroup.procs"

int cgroup_place_version(void)
{
    return access(CGROUP_ROOT "/cgroup.controllers", F_OK) == 0 ? 2 : 1;
}

int cgroup_place_parse_own(const char *text, char *path, size_t size)
{
    const char *line = strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");
    if (!line)
        return -1;
    line = strchr(line, '/');
    size_t length = strcspn(line, "\n");
    if (length == 1)
        length = 0; // the root is "", as others are without a '/' at their end
    if (length >= size)
        return -1;
    memcpy(path, line, length);
    path[length] = '\0';
    return 0;
}

const char *cgroup_place_below(void)
{
    static char below[CGROUP_PATH_BYTES / 2];
    static bool settled;
    char text[4096];
    struct error ignored;

    if (settled || cgroup_place_version() == 1)
        return below;
    settled = true;
    if (access(CGROUP_ROOT "/" PROCESSES, W_OK) == 0)
        return below;
    ssize_t length = procfile_read("/proc/self/cgroup", text, sizeof text - 1, &ignored);
    text[length > 0 ? length : 0] = '\0';
    if (cgroup_place_parse_own(text, below, sizeof below) < 0)
        below[0] = '\0';
    return below;
}

int cgroup_place_write(const char *folder, const char *file, const char *text, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));
    int saved = errno;
    if (fd >= 0)
        close(fd);
    errno = saved;
    if (written < 0)
        return error_set_errno(error, EXIT_LACKING, saved, "setting %s", path);
    return 0;
}

static void place_folder(char folder[PATH_MAX])
{
    snprintf(folder, PATH_MAX, CGROUP_ROOT "%s", cgroup_place_below());
}

static void leaf_folder(char leaf[PATH_MAX], const char *own)
{
    snprintf(leaf, PATH_MAX, "%s/driver", own);
}

// The processes of a cgroup go to another. New ones may come meanwhile, but not for ever.
static void move_processes(const char *from, const char *to)
{
    enum { TURNS = 100 };
    char path[PATH_MAX];
    struct error ignored;
    snprintf(path, sizeof path, "%s/" PROCESSES, from);
    for (int i = 0; i < TURNS; i++) {
        char pid[32];
        FILE *processes = fopen(path, "re");
        bool more = processes && fgets(pid, sizeof pid, processes);
        if (processes)
            fclose(processes);
        if (!more || cgroup_place_write(to, PROCESSES, pid, &ignored) < 0)
            return;
    }
}

static int say_why_not(const char *place, int failure, struct error *error)
{
    if (failure == EBUSY)
        return error_set(error, EXIT_LACKING,
                         "the cgroup %s has other processes in it: limits want one that is ours "
                         "alone (systemd-run --user --scope -p Delegate=yes thrice ...)",
                         place);
    if (failure == ENOENT)
        return error_set(error, EXIT_LACKING,
                         "the cgroup %s has no controllers cpu and memory (sudo systemctl edit "
                         "user@.service, to say: [Service] Delegate=cpu memory pids)",
                         place);
    return error_set_errno(error, EXIT_LACKING, failure, "dividing the cgroup %s", place);
}

static int hand_down_in_leaf(const char *place, const char *own, pid_t companion,
                             struct error *error)
{
    char leaf[PATH_MAX], pid[32];
    leaf_folder(leaf, own);
    snprintf(pid, sizeof pid, "%d", (int)companion); // 0 is who writes it: once more, harmlessly
    if (mkdir(leaf, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_LACKING, errno, "making the cgroup %s", leaf);
    if (cgroup_place_write(leaf, PROCESSES, "0", error) == 0 &&
        cgroup_place_write(leaf, PROCESSES, pid, error) == 0 &&
        cgroup_place_write(place, HAND_DOWN, "+cpu +memory", error) == 0)
        return 0;
    say_why_not(place, errno, error);
    move_processes(leaf, place);
    rmdir(leaf);
    return -1;
}

int cgroup_place_divide(const char *own, pid_t companion, struct error *error)
{
    char place[PATH_MAX];
    if (cgroup_place_version() == 1)
        return 0;
    place_folder(place);
    if (cgroup_place_write(place, HAND_DOWN, "+cpu +memory", error) < 0) {
        if (errno != EBUSY)
            return say_why_not(place, errno, error);
        if (hand_down_in_leaf(place, own, companion, error) < 0)
            return -1;
    }
    return cgroup_place_write(own, HAND_DOWN, "+cpu +memory", error);
}

void cgroup_place_reunite(const char *own)
{
    char place[PATH_MAX], leaf[PATH_MAX];
    struct error ignored;
    leaf_folder(leaf, own);
    if (cgroup_place_version() == 1 || access(leaf, F_OK) < 0)
        return;
    place_folder(place);
    if (cgroup_place_write(own, HAND_DOWN, "-cpu -memory", &ignored) == 0 &&
        cgroup_place_write(place, HAND_DOWN, "-cpu -memory", &ignored) == 0)
        move_processes(leaf, place);
}
