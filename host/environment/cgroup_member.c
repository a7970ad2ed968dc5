/* Who is in a server's cgroup; see cgroup_member.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/cgroup_member.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "environment/cgroup_tree.h"

static bool is_in_other_network(pid_t pid)
{
    char path[64];
    struct stat own, other;
    snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
    return stat("/proc/self/ns/net", &own) == 0 && stat(path, &other) == 0 &&
           own.st_ino != other.st_ino;
}

// The lowest process id is the eldest's: of a namespace that is young.
static pid_t eldest_of(const char *folder)
{
    char path[PATH_MAX + 16];
    int pid;
    pid_t eldest = 0;
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    FILE *processes = fopen(path, "re");
    while (processes && fscanf(processes, "%d", &pid) == 1)
        if ((eldest == 0 || pid < eldest) && is_in_other_network(pid))
            eldest = pid;
    if (processes)
        fclose(processes);
    return eldest;
}

static void folder_of(char folder[PATH_MAX], const char *guest)
{
    char below[2 * CGROUP_PATH_BYTES];
    cgroup_tree_path(below, sizeof below, guest);
    snprintf(folder, PATH_MAX, CGROUP_ROOT "%s%s", cgroup_place_version() == 2 ? "" : "/memory",
             below);
}

static int look_in(const char *guest, struct cgroup_member *member);

static int look_below(const char *guest, const char *folder, struct cgroup_member *member)
{
    DIR *children = opendir(folder);
    struct dirent *entry;
    int found = -1;
    while (children && found < 0 && (entry = readdir(children))) {
        char child[CGROUP_PATH_BYTES];
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.' ||
            strlen(guest) + strlen(entry->d_name) + 2 > sizeof child)
            continue;
        snprintf(child, sizeof child, "%.100s/%.150s", guest, entry->d_name);
        found = look_in(child, member);
    }
    if (children)
        closedir(children);
    return found;
}

static int look_in(const char *guest, struct cgroup_member *member)
{
    char folder[PATH_MAX];
    folder_of(folder, guest);
    member->pid = eldest_of(folder);
    if (member->pid == 0)
        return look_below(guest, folder, member);
    snprintf(member->guest, sizeof member->guest, "%s", guest);
    return 0;
}

int cgroup_member_find(const char *server, struct cgroup_member *member)
{
    return look_in(server, member);
}
