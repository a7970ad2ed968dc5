/* Namespaces of the driver's own; see isolation.h.
 *
 * Order matters: the child may not touch anything before its user namespace is mapped, and must
 * hold its own /proc before it starts programs that look at it (crun).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "environment/janitor.h"

static const uint64_t SECOND_REQUEST_NS = NS_PER_S / 4;

static volatile sig_atomic_t interrupted; // 2: asked for twice
static pid_t body_pid;
static pid_t driver_pid;
static bool user_namespace;

pid_t isolation_driver(void)
{
    return driver_pid;
}

bool isolation_has_user_namespace(void)
{
    return user_namespace;
}

bool isolation_interrupted(void)
{
    return interrupted != 0;
}

const volatile sig_atomic_t *isolation_stop_flag(void)
{
    return &interrupted;
}

static void note_signal(int number)
{
    (void)number;
    interrupted = 1;
}

// Who asks a second time does not want to wait: then the kernel clears everything away at once.
// One request may come as two signals, for instance from timeout(1): those are close together.
static void pass_signal_on(int number)
{
    static uint64_t first_ns;
    (void)number;
    if (first_ns == 0)
        first_ns = clock_now_ns();
    interrupted = clock_now_ns() - first_ns > SECOND_REQUEST_NS ? 2 : 1;
    kill(body_pid, interrupted == 2 ? SIGKILL : SIGTERM);
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};

// No SA_RESTART: whatever the process waits for is to be interrupted.
static void catch_signals(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    for (size_t i = 0; i < sizeof stop_signals / sizeof stop_signals[0]; i++)
        sigaction(stop_signals[i], &action, NULL);
}

// While neither process has its handler and knows the other, a signal waits.
static void hold_signals(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof stop_signals / sizeof stop_signals[0]; i++)
        sigaddset(&signals, stop_signals[i]);
    sigprocmask(how, &signals, NULL);
}

static int write_file(const char *path, const char *text, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s", path);
    ssize_t written = write(fd, text, strlen(text));
    int saved = errno;
    close(fd);
    if (written < 0)
        return error_set_errno(error, EXIT_LACKING, saved, "writing %s", path);
    return 0;
}

// Root inside is the caller outside (user_namespaces(7)).
static int map_user(uid_t uid, gid_t gid, struct error *error)
{
    char map[64];
    if (write_file("/proc/self/setgroups", "deny", error) < 0)
        return -1;
    snprintf(map, sizeof map, "0 %u 1", uid);
    if (write_file("/proc/self/uid_map", map, error) < 0)
        return -1;
    snprintf(map, sizeof map, "0 %u 1", gid);
    return write_file("/proc/self/gid_map", map, error);
}

// A "hybrid" host shows an almost empty cgroup v2 beside v1, which confuses crun. Where it may not
// be taken away (it was there before our user namespace), it is covered.
static void hide_hybrid_cgroup(void)
{
    static const char path[] = "/sys/fs/cgroup/unified";
    if (access(path, F_OK) == 0 && umount2(path, MNT_DETACH) < 0 &&
        mount("thrice", path, "tmpfs", MS_RDONLY, NULL) < 0)
        fprintf(stderr, "thrice: %s stays in sight: %s\n", path, strerror(errno));
}

static int private_mounts(struct error *error)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return errno == EINVAL
                   ? error_set(error, EXIT_LACKING,
                               "the root directory is no mount point, as in a plain "
                               "chroot; outside of it: mount --bind DIR DIR, then "
                               "chroot DIR again")
                   : error_set_errno(error, EXIT_LACKING, errno, "making the mounts private");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "mounting a /proc of our own");
    if (mount("thrice", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "mounting a /run of our own");
    hide_hybrid_cgroup();
    return 0;
}

// To be told of the parent's death, which may have come before: then nobody holds the pipe.
static bool follow_parent(int parent_alive_fd)
{
    struct pollfd parent = {.fd = parent_alive_fd, .events = POLLIN};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return poll(&parent, 1, 0) == 0;
}

static int become_first_process(const struct isolation *isolation, uid_t uid, gid_t gid,
                                int parent_alive_fd)
{
    struct error error;
    if (!follow_parent(parent_alive_fd))
        return EXIT_FAILED;
    catch_signals(note_signal);
    hold_signals(SIG_UNBLOCK);
    if ((user_namespace && map_user(uid, gid, &error) < 0) || private_mounts(&error) < 0) {
        fprintf(stderr, "thrice: %s\n", error.text);
        return (int)error.code;
    }
    // Mapping cleared it: a user namespace changes the credentials.
    if (!follow_parent(parent_alive_fd))
        return EXIT_FAILED;
    return isolation->body(isolation->state);
}

static int wait_for_body(struct error *error)
{
    int status;
    while (waitpid(body_pid, &status, 0) < 0) {
        if (errno != EINTR)
            return error_set_errno(error, EXIT_FAILED, errno, "waiting for the study's process");
    }
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    if (interrupted > 1)
        fprintf(stderr, "thrice: stopped at once, as asked\n");
    else
        fprintf(stderr, "thrice: the study's process was killed by signal %d\n", WTERMSIG(status));
    return EXIT_FAILED;
}

int isolation_run(const struct isolation *isolation, struct error *error)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int alive[2];
    struct janitor janitor;

    driver_pid = getpid();
    if (isolation->in_place) {
        catch_signals(note_signal);
        return isolation->body(isolation->state);
    }
    user_namespace = geteuid() != 0;
    if (janitor_start(&janitor, error) < 0)
        return -1;
    if (pipe2(alive, O_CLOEXEC) < 0) {
        janitor_finish(&janitor);
        return error_set_errno(error, EXIT_FAILED, errno, "making a pipe");
    }
    unsigned long flags = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD;
    if (isolation->own_network)
        flags |= CLONE_NEWNET;
    if (user_namespace)
        flags |= CLONE_NEWUSER;
    fflush(NULL);
    hold_signals(SIG_BLOCK);
    // As fork(), but into new namespaces; the parent stays outside them.
    body_pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (body_pid == 0) {
        close(alive[1]);
        janitor_forget(&janitor);
        exit(become_first_process(isolation, uid, gid, alive[0]));
    }
    int code;
    if (body_pid > 0)
        catch_signals(pass_signal_on);
    hold_signals(SIG_UNBLOCK);
    if (body_pid < 0)
        code = error_set_errno(error, EXIT_LACKING, errno,
                               "making namespaces (run as root, or allow unprivileged user "
                               "namespaces: sysctl kernel.unprivileged_userns_clone=1)");
    else
        code = wait_for_body(error);
    close(alive[0]);
    close(alive[1]);
    janitor_finish(&janitor);
    return code;
}
