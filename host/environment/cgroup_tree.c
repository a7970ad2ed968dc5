/* Names, ownership and removal of the driver's cgroups; see cgroup_tree.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/cgroup_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"

#define CGROUP_PREFIX   "thrice-"
#define LOCK_CONTROLLER "memory" // of v1: its folder is made first, locked, and removed last

enum { REMOVE_ATTEMPTS = 200, NUMBERS_MAX = 1000 };
static const uint64_t REMOVE_PAUSE_NS = 10 * NS_PER_MS; // two seconds in all

static char own_name[CGROUP_NAME_BYTES];
static int own_lock = -1;
static char lacking[sizeof((struct error *)0)->text] = "no cgroup was asked for";

const char *cgroup_tree_lacking(void)
{
    return lacking;
}

void cgroup_tree_path(char *path, size_t size, const char *guest)
{
    snprintf(path, size, "%s/%s%s%s", cgroup_place_below(), own_name, guest[0] ? "/" : "", guest);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int cgroup_tree_locate(const char *guest, struct cgroup_paths *paths, struct error *error)
{
    char below[CGROUP_PATH_BYTES - 32];
    bool v2 = cgroup_place_version() == 2;
    cgroup_tree_path(below, sizeof below, guest);
    paths->version = v2 ? 2 : 1;
    snprintf(paths->cpu_path, sizeof paths->cpu_path, CGROUP_ROOT "%s%s", v2 ? "" : "/cpuacct",
             below);
    snprintf(paths->memory_path, sizeof paths->memory_path, CGROUP_ROOT "%s%s", v2 ? "" : "/memory",
             below);
    if (!is_folder(paths->cpu_path) || !is_folder(paths->memory_path))
        return error_set(error, EXIT_LACKING, "no cgroup %s for the container", paths->cpu_path);
    return 0;
}

// ---- removal ------------------------------------------------------------------------------------

// A cgroup is removed by rmdir once it is empty of processes; its files need no removal. Returns
// false when it is worth another try.
static bool remove_tree(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return true;
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
    return rmdir(path) == 0 || errno != EBUSY;
}

static void remove_patiently(const char *path)
{
    const struct timespec pause = clock_timespec(REMOVE_PAUSE_NS);
    for (int attempt = 0; attempt < REMOVE_ATTEMPTS && !remove_tree(path); attempt++)
        nanosleep(&pause, NULL);
}

// The folder whose lock says that the driver of this name lives, and what is above it.
static void lock_folder(char path[PATH_MAX], const char *name)
{
    if (cgroup_place_version() == 2)
        snprintf(path, PATH_MAX, CGROUP_ROOT "%s/%s", cgroup_place_below(), name);
    else
        snprintf(path, PATH_MAX, CGROUP_ROOT "/" LOCK_CONTROLLER "/%s", name);
}

// The runtime makes a folder under every controller of v1 that there is. The locked one goes last:
// only then may the name be another's.
static void remove_everywhere(const char *name)
{
    char path[PATH_MAX];
    DIR *root = cgroup_place_version() == 1 ? opendir(CGROUP_ROOT) : NULL;
    struct dirent *entry;
    while (root && (entry = readdir(root))) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, LOCK_CONTROLLER) == 0)
            continue;
        snprintf(path, sizeof path, CGROUP_ROOT "/%s/%s", entry->d_name, name);
        remove_patiently(path);
    }
    if (root)
        closedir(root);
    lock_folder(path, name);
    cgroup_place_reunite(path);
    remove_patiently(path);
}

// ---- ownership ----------------------------------------------------------------------------------

// Returns the locked folder, or -1: it is another's, or it is not there (errno ENOENT).
static int take_lock(const char *name)
{
    char path[PATH_MAX];
    lock_folder(path, name);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static void remove_if_left_behind(const char *name)
{
    int fd = take_lock(name);
    if (fd < 0 && errno != ENOENT)
        return;
    remove_everywhere(name);
    if (fd >= 0)
        close(fd);
}

static void sweep_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        int pid, number;
        char rest;
        if (sscanf(entry->d_name, CGROUP_PREFIX "%d.%d%c", &pid, &number, &rest) == 2)
            remove_if_left_behind(entry->d_name);
    }
    if (folder)
        closedir(folder);
}

static void sweep(void)
{
    char path[PATH_MAX];
    lock_folder(path, "");
    sweep_folder(path);
    DIR *root = cgroup_place_version() == 1 ? opendir(CGROUP_ROOT) : NULL;
    struct dirent *entry;
    while (root && (entry = readdir(root))) {
        snprintf(path, sizeof path, CGROUP_ROOT "/%s", entry->d_name);
        if (entry->d_name[0] != '.')
            sweep_folder(path);
    }
    if (root)
        closedir(root);
}

// Somebody's sweep may take the new folder for one that was left behind, before it is locked.
static bool is_still_there(int fd, const char *path)
{
    struct stat held, found;
    return fstat(fd, &held) == 0 && stat(path, &found) == 0 && held.st_ino == found.st_ino;
}

void cgroup_tree_remove(const char *name)
{
    const struct timespec pause = clock_timespec(REMOVE_PAUSE_NS);
    int fd = take_lock(name);
    for (int attempt = 0; fd < 0 && errno == EWOULDBLOCK && attempt < REMOVE_ATTEMPTS; attempt++) {
        nanosleep(&pause, NULL);
        fd = take_lock(name);
    }
    if (fd < 0)
        return;
    remove_everywhere(name);
    close(fd);
}

static void announce(int janitor_fd)
{
    // The janitor is there until the pipe is closed: nothing can fail but by its death.
    if (janitor_fd >= 0 && write(janitor_fd, own_name, sizeof own_name) < 0)
        return;
}

// Returns the locked new folder, or -1 and errno.
static int make_locked(char path[PATH_MAX], int janitor_fd)
{
    for (int number = 0; number < NUMBERS_MAX; number++) {
        memset(own_name, 0, sizeof own_name);
        snprintf(own_name, sizeof own_name, CGROUP_PREFIX "%d.%d", (int)getpid(), number);
        announce(janitor_fd);
        lock_folder(path, own_name);
        if (mkdir(path, 0755) < 0) {
            if (errno == EEXIST) // a driver's with our pid in another PID namespace
                continue;
            return -1;
        }
        int fd = take_lock(own_name);
        if (fd >= 0 && is_still_there(fd, path))
            return fd;
        if (fd >= 0)
            close(fd);
    }
    errno = EEXIST;
    return -1;
}

static const char *remedy(int failure)
{
    if (failure == EROFS)
        return "in a container: start it with --privileged, or run on the host";
    if (failure == ENOENT)
        return "boot the kernel with cgroup_enable=memory, or with cgroups of version 2";
    if (cgroup_place_version() == 1)
        return "run as root, and not in a container: version 1 has no delegation";
    return "run as root, or: systemd-run --user --scope -p Delegate=yes thrice ...";
}

void cgroup_tree_claim(int janitor_fd, pid_t janitor)
{
    char path[PATH_MAX];
    struct error error;

    sweep();
    own_lock = make_locked(path, janitor_fd);
    if (own_lock < 0) {
        int failure = errno;
        *strrchr(path, '/') = '\0';
        snprintf(lacking, sizeof lacking, "no cgroup may be made in %.200s: %s (%s)", path,
                 strerror(failure), remedy(failure));
        return;
    }
    lacking[0] = '\0';
    if (cgroup_place_divide(path, janitor, &error) < 0) {
        rmdir(path);
        snprintf(lacking, sizeof lacking, "%s", error.text);
    }
}

void cgroup_tree_release(void)
{
    if (own_lock >= 0)
        close(own_lock);
    own_lock = -1;
}
