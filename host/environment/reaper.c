/* Adopting what a program leaves; see reaper.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

enum { REPORTS = 64, PATIENCE_MS = 30000 };

struct report {
    pid_t pid;
    int status;
};

static int report_fd = -1, report_to_fd = -1; // one pipe, of all reapers
static struct report reports[REPORTS];        // the last ones, as a ring
static unsigned int reports_taken;
static pthread_mutex_t reports_lock = PTHREAD_MUTEX_INITIALIZER;

static void reap(int fd, pid_t program)
{
    struct report report;
    do {
        report.pid = waitpid(-1, &report.status, 0);
        if (report.pid > 0 && write(fd, &report, sizeof report) < 0)
            break;
    } while (report.pid != program && (report.pid > 0 || errno == EINTR));
}

static void become_reaper(const struct program_options *options, int fd, pid_t driver)
{
    struct program program;
    struct error error;
    for (int number = 1; number <= SIGTERM; number++)
        signal(number, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == driver && program_start(&program, options, &error) == 0)
        reap(fd, program.pid);
    _exit(EXIT_LACKING);
}

static int open_pipe(struct error *error)
{
    int ends[2];
    if (report_fd >= 0)
        return 0;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "making a pipe");
    report_fd = ends[0];
    report_to_fd = ends[1];
    return 0;
}

int reaper_start(struct program *reaper, const struct program_options *options, struct error *error)
{
    pid_t driver = getpid();
    memset(reaper, 0, sizeof *reaper);
    if (open_pipe(error) < 0)
        return -1;
    reaper->started_ns = clock_now_ns();
    reaper->pid = fork();
    if (reaper->pid == 0)
        become_reaper(options, report_to_fd, driver);
    int saved = errno;
    if (reaper->pid > 0)
        return 0;
    reaper->pid = 0;
    return error_set_errno(error, EXIT_FAILED, saved, "starting %s", options->argv[0]);
}

static bool find(pid_t pid, int *status)
{
    // the newest first: numbers are used again
    for (unsigned int i = reports_taken; i > 0 && i + REPORTS > reports_taken; i--)
        if (reports[(i - 1) % REPORTS].pid == pid) {
            *status = reports[(i - 1) % REPORTS].status;
            return true;
        }
    return false;
}

static bool take_report(void)
{
    struct pollfd readable = {.fd = report_fd, .events = POLLIN};
    struct report report;
    if (poll(&readable, 1, PATIENCE_MS) <= 0 ||
        read(report_fd, &report, sizeof report) != sizeof report)
        return false;
    reports[reports_taken++ % REPORTS] = report;
    return true;
}

int reaper_status(pid_t pid)
{
    int status = 0;
    pthread_mutex_lock(&reports_lock);
    while (!find(pid, &status) && take_report())
        ;
    pthread_mutex_unlock(&reports_lock);
    return status;
}
