/* The janitor; see janitor.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/janitor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment/cgroup_tree.h"

// stdin to stderr go to /dev/null: whoever reads the driver's output must not wait for us.
static void detach(void)
{
    setsid();
    for (int number = 1; number <= SIGTERM; number++)
        signal(number, SIG_IGN);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        dup2(null, fd);
}

static void wait_for_end_of(int fd)
{
    char byte;
    ssize_t got;
    do
        got = read(fd, &byte, 1);
    while (got > 0 || (got < 0 && errno == EINTR));
}

int janitor_start(struct janitor *janitor, struct error *error)
{
    int ends[2];
    pid_t driver = getpid();

    cgroup_tree_sweep();
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "making a pipe");
    fflush(NULL);
    janitor->pid = fork();
    if (janitor->pid < 0) {
        int saved = errno;
        close(ends[0]);
        close(ends[1]);
        return error_set_errno(error, EXIT_FAILED, saved, "starting the janitor process");
    }
    if (janitor->pid == 0) {
        close(ends[1]);
        detach();
        wait_for_end_of(ends[0]);
        cgroup_tree_remove(driver);
        _exit(0);
    }
    close(ends[0]);
    janitor->driver_alive_fd = ends[1];
    return 0;
}

void janitor_forget(struct janitor *janitor)
{
    close(janitor->driver_alive_fd);
}

void janitor_finish(struct janitor *janitor)
{
    close(janitor->driver_alive_fd);
    while (waitpid(janitor->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
