/* Programs that the driver starts; see program.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static const uint64_t TERM_PATIENCE_NS = 2 * NS_PER_S;
static const uint64_t POLL_NS = NS_PER_MS;

int program_find(const char *name, const char *package, struct error *error)
{
    const char *path = getenv("PATH");
    if (name[0] == '/' && access(name, X_OK) == 0)
        return 0;
    if (name[0] == '/')
        return error_set(error, EXIT_LACKING, "%s is not there (apt-get install %s)", name,
                         package);
    while (path && *path) {
        char candidate[PATH_MAX];
        int length = (int)strcspn(path, ":");
        snprintf(candidate, sizeof candidate, "%.*s/%s", length, path, name);
        if (access(candidate, X_OK) == 0)
            return 0;
        path += length + (path[length] == ':');
    }
    return error_set(error, EXIT_LACKING, "%s is not in PATH (apt-get install %s)", name, package);
}

// In a cgroup.procs file "0" is who writes it.
static int join(const char *const *cgroups)
{
    for (; cgroups && *cgroups; cgroups++) {
        int fd = open(*cgroups, O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "0", 1) < 0)
            return -1;
        close(fd);
    }
    return 0;
}

// Between fork and exec: returns only on failure, errno saying why.
static void become(const struct program_options *options, pid_t driver)
{
    sigset_t none;
    // The driver may have died before it could be followed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != driver)
        return;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        return;
    if (options->output_fd >= 0 && dup2(options->output_fd, STDOUT_FILENO) < 0)
        return;
    if (options->output_fd >= 0 && !options->output_alone &&
        dup2(options->output_fd, STDERR_FILENO) < 0)
        return;
    if (options->inherited_fd >= 0 && fcntl(options->inherited_fd, F_SETFD, 0) < 0)
        return;
    if (join(options->cgroups) < 0 ||
        (options->cpus && sched_setaffinity(0, sizeof *options->cpus, options->cpus) < 0))
        return;
    const struct rlimit data = {options->data_bytes, options->data_bytes};
    if (options->data_bytes && setrlimit(RLIMIT_DATA, &data) < 0)
        return;
    if (options->netns_fd >= 0 && setns(options->netns_fd, CLONE_NEWNET) < 0)
        return;
    if (options->root && (chroot(options->root) < 0 || chdir("/") < 0))
        return;
    // A Ctrl-C at the terminal is the driver's to handle, which then stops its programs.
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execvp(options->argv[0], (char *const *)options->argv);
}

// The pipe is closed by a successful exec; otherwise errno comes through it.
static int read_exec_errno(int fd)
{
    int failure = 0;
    ssize_t got;
    do
        got = read(fd, &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof failure ? failure : 0;
}

int program_start(struct program *program, const struct program_options *options,
                  struct error *error)
{
    int report[2];
    memset(program, 0, sizeof *program);
    if (pipe2(report, O_CLOEXEC) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "making a pipe");
    program->started_ns = clock_now_ns();
    pid_t driver = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(options, driver);
        int failure = errno;
        _exit(write(report[1], &failure, sizeof failure) < 0 ? 126 : 127);
    }
    int saved = errno;
    close(report[1]);
    int failure = pid < 0 ? saved : read_exec_errno(report[0]);
    close(report[0]);
    if (failure == 0) {
        program->pid = pid;
        return 0;
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return error_set_errno(error, EXIT_LACKING, failure, "starting %s%s", options->argv[0],
                           failure == ENOENT ? " (is it installed? `thrice doctor` tells)" : "");
}

int program_adopt(struct program *program, pid_t pid, int (*status_of)(pid_t pid),
                  struct error *error)
{
    memset(program, 0, sizeof *program);
    program->started_ns = clock_now_ns();
    program->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (program->pidfd < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "process %d", (int)pid);
    program->pid = pid;
    program->status_of = status_of;
    return 0;
}

static bool adopted_ended(struct program *program)
{
    struct pollfd ended = {.fd = program->pidfd, .events = POLLIN};
    if (poll(&ended, 1, 0) <= 0)
        return false;
    program->status = program->status_of ? program->status_of(program->pid) : 0;
    close(program->pidfd);
    program->pidfd = 0;
    program->pid = 0;
    return true;
}

bool program_ended(struct program *program)
{
    if (program->pid == 0)
        return true;
    if (program->pidfd > 0)
        return adopted_ended(program);
    if (waitpid(program->pid, &program->status, WNOHANG) == 0)
        return false;
    program->pid = 0;
    return true;
}

bool program_wait(struct program *program, uint64_t timeout_ns)
{
    const struct timespec pause = clock_timespec(POLL_NS);
    uint64_t deadline_ns = clock_now_ns() + timeout_ns;
    while (!program_ended(program)) {
        if (clock_now_ns() >= deadline_ns)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

void program_stop(struct program *program)
{
    if (program->pid == 0)
        return;
    kill(program->pid, SIGTERM);
    if (program_wait(program, TERM_PATIENCE_NS))
        return;
    program_kill(program);
}

void program_kill(struct program *program)
{
    if (program->pid == 0)
        return;
    kill(program->pid, SIGKILL);
    program_wait(program, TERM_PATIENCE_NS);
}

void program_describe_status(int status, char *text, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(text, size, "killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "exit status %d", WEXITSTATUS(status));
}
