/* Process 1 of a guest that has control groups of version 2 alone, as most hosts do today and the
 * one that runs the tests need not: the driver's own code sets limits there, as root and as a user
 * to whom a cgroup is delegated, and is to leave nothing. Ends with "cgroup v2: all as promised".
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "environment/cgroup_limit.h"
#include "environment/cgroup_tree.h"

enum { USER = 1000, LIMIT_BYTES = 32 << 20, PAGE = 4096 };
#define DELEGATED CGROUP_ROOT "/delegated"

static void expect(bool condition, const char *what)
{
    if (condition)
        return;
    printf("FAILED: %s (errno: %s; lacking: %s)\n", what, strerror(errno), cgroup_tree_lacking());
    _exit(1);
}

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    expect(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
    close(fd);
}

static void expect_file(const char *folder, const char *file, const char *wanted)
{
    char path[512], text[128];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *stream = fopen(path, "r");
    expect(stream && fgets(text, sizeof text, stream), path);
    text[strcspn(text, "\n")] = '\0';
    expect(strcmp(text, wanted) == 0, text);
    fclose(stream);
}

// Each case in a process of its own: a driver claims once.
static int run(void (*body)(void))
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        body();
        fflush(stdout);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static struct cgroup_joins joins;

static void join(void)
{
    for (const char *const *path = joins.list; *path; path++)
        write_to(*path, "0");
}

static void burn_cpu(void)
{
    uint64_t end_ns = clock_now_ns() + NS_PER_S;
    join();
    while (clock_now_ns() < end_ns)
        ;
}

static void take_too_much_memory(void)
{
    join();
    char *memory = malloc(2 * LIMIT_BYTES);
    for (size_t i = 0; i < 2 * LIMIT_BYTES; i += PAGE)
        memory[i] = 1;
    _exit(0);
}

// A server of one tenth of a CPU would be clearer, but the driver knows whole ones alone: the quota
// is cut here, behind its back.
static void limits_hold(void)
{
    const struct cgroup_limit limit = {.cpus = 1, .memory_bytes = LIMIT_BYTES};
    struct cgroup_paths paths;
    struct cgroup_usage usage;
    struct error error;
    char file[512];
    expect(cgroup_limit_create("server", &limit, &joins, &error) == 0, error.text);
    expect(cgroup_tree_locate("server", &paths, &error) == 0, error.text);
    expect_file(paths.cpu_path, "cpu.max", "100000 100000");
    expect_file(paths.memory_path, "memory.max", "33554432");
    snprintf(file, sizeof file, "%s/cpu.max", paths.cpu_path);
    write_to(file, "10000 100000");
    expect(run(burn_cpu) == 0, "a process in the cgroup");
    expect(cgroup_usage_read(&paths, &usage, &error) == 0, error.text);
    expect(usage.cpu_ns > NS_PER_S / 50 && usage.cpu_ns < NS_PER_S / 2, "usage of CPU");
    expect(cgroup_limit_throttled_ns("server") > NS_PER_S / 10, "time held back");
    expect(run(take_too_much_memory) == 128 + 9, "the memory limit did not hold");
    cgroup_limit_remove("server");
    expect(access(paths.cpu_path, F_OK) < 0, "the server's cgroup is left");
}

static void own_folder(char path[CGROUP_PATH_BYTES])
{
    char below[CGROUP_PATH_BYTES - 32];
    cgroup_tree_path(below, sizeof below, "");
    snprintf(path, CGROUP_PATH_BYTES, CGROUP_ROOT "%s", below);
}

static void all_goes(void)
{
    char own[CGROUP_PATH_BYTES];
    limits_hold();
    own_folder(own);
    cgroup_tree_release();
    cgroup_tree_remove(strrchr(own, '/') + 1);
    expect(access(own, F_OK) < 0, "the driver's cgroup is left");
}

static void as_root(void)
{
    cgroup_tree_claim(-1, 0);
    expect(cgroup_tree_lacking()[0] == '\0', "root may make cgroups");
    all_goes();
}

static void become_user(void)
{
    expect(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0, "becoming a user");
}

// What systemd does for a scope with Delegate=yes.
static void delegate(void)
{
    expect(mkdir(DELEGATED, 0755) == 0 && chown(DELEGATED, USER, USER) == 0 &&
               chown(DELEGATED "/cgroup.procs", USER, USER) == 0 &&
               chown(DELEGATED "/cgroup.subtree_control", USER, USER) == 0,
           DELEGATED);
    write_to(DELEGATED "/cgroup.procs", "0");
    become_user();
}

static void as_user_with_delegation(void)
{
    write_to(CGROUP_ROOT "/cgroup.subtree_control", "+cpu +memory");
    delegate();
    pid_t janitor = fork();
    if (janitor == 0)
        for (;;)
            pause();
    cgroup_tree_claim(-1, janitor);
    expect(cgroup_tree_lacking()[0] == '\0', "the user may make cgroups");
    all_goes();
    expect_file("/proc/self", "cgroup", "0::/delegated");
    kill(janitor, SIGKILL);
    waitpid(janitor, NULL, 0);
}

static void as_user_beside_others(void)
{
    char own[CGROUP_PATH_BYTES];
    delegate();
    pid_t other = fork();
    if (other == 0)
        for (;;)
            pause();
    cgroup_tree_claim(-1, 0);
    expect(strstr(cgroup_tree_lacking(), "other processes") &&
               strstr(cgroup_tree_lacking(), "systemd-run --user --scope"),
           "told that others are in the cgroup");
    own_folder(own);
    expect(access(own, F_OK) < 0, "a folder is left where no limits are possible");
    expect_file("/proc/self", "cgroup", "0::/delegated");
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
}

static void as_user_without_controllers(void)
{
    write_to(CGROUP_ROOT "/cgroup.subtree_control", "-cpu -memory");
    delegate();
    cgroup_tree_claim(-1, 0);
    expect(strstr(cgroup_tree_lacking(), "user@.service"), "told that controllers are missing");
}

static void as_user_without_delegation(void)
{
    become_user();
    cgroup_tree_claim(-1, 0);
    expect(strstr(cgroup_tree_lacking(), "run as root, or: systemd-run"), "told what to do");
}

static void claim_alone(void)
{
    char own[CGROUP_PATH_BYTES];
    cgroup_tree_claim(-1, 0);
    own_folder(own);
    rmdir(own);
}

// A living driver's cgroup is not swept, not even by one that cannot see its process; a dead one's
// is.
static void only_the_dead_are_swept(void)
{
    char path[CGROUP_PATH_BYTES], byte;
    int ready[2];
    expect(pipe(ready) == 0, "a pipe");
    pid_t driver = fork();
    if (driver == 0) {
        cgroup_tree_claim(-1, 0);
        expect(write(ready[1], "", 1) == 1, "telling");
        for (;;)
            pause();
    }
    expect(read(ready[0], &byte, 1) == 1, "being told");
    snprintf(path, sizeof path, CGROUP_ROOT "/thrice-%d.0", driver);
    expect(access(path, F_OK) == 0, "another driver's cgroup");
    expect(run(claim_alone) == 0 && access(path, F_OK) == 0, "a living driver's cgroup was swept");
    kill(driver, SIGKILL);
    waitpid(driver, NULL, 0);
    expect(run(claim_alone) == 0 && access(path, F_OK) < 0, "a dead driver's cgroup was not swept");
}

static int try(void (*body)(void), const char *name)
{
    int code = run(body);
    printf("%s: %s\n", name, code == 0 ? "good" : "FAILED");
    rmdir(DELEGATED);
    return code != 0;
}

int main(void)
{
    int failures = 0;
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    expect(mount("proc", "/proc", "proc", 0, NULL) == 0, "/proc");
    expect(mount("sysfs", "/sys", "sysfs", 0, NULL) == 0, "/sys");
    expect(mount("cgroup2", CGROUP_ROOT, "cgroup2", 0, NULL) == 0, CGROUP_ROOT);
    expect(cgroup_place_version() == 2, "version 2");
    failures += try(as_root, "root");
    failures += try(as_user_with_delegation, "a user, delegated");
    failures += try(as_user_beside_others, "a user, others in its cgroup");
    failures += try(as_user_without_controllers, "a user, no controllers");
    failures += try(as_user_without_delegation, "a user, nothing delegated");
    failures += try(only_the_dead_are_swept, "sweeping");
    if (failures == 0)
        puts("cgroup v2: all as promised");
    fflush(stdout);
    reboot(RB_AUTOBOOT);
}
