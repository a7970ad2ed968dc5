/* The janitor; see janitor.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/janitor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment/cgroup_tree.h"

// stdin to stderr go to /dev/null: whoever reads the driver's output must not wait for us. The name
// tells it from the driver's other child, which is where the namespaces are.
static void detach(void)
{
    prctl(PR_SET_NAME, "janitor");
    setsid();
    for (int number = 1; number <= SIGTERM; number++)
        signal(number, SIG_IGN);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        dup2(null, fd);
}

// Returns when the driver's end is closed, with the last name that it told.
static void wait_for_end(int fd, char name[CGROUP_NAME_BYTES])
{
    char told[CGROUP_NAME_BYTES];
    ssize_t got;
    name[0] = '\0';
    do {
        got = read(fd, told, sizeof told);
        if (got == sizeof told)
            memcpy(name, told, sizeof told);
    } while (got > 0 || (got < 0 && errno == EINTR));
}

static void clean_up_after(int driver_fd)
{
    char name[CGROUP_NAME_BYTES];
    wait_for_end(driver_fd, name);
    if (name[0])
        cgroup_tree_remove(name);
}

int janitor_start(struct janitor *janitor, struct error *error)
{
    int ends[2];

    cgroup_place_below(); // the same for the janitor, wherever the driver moves
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
        clean_up_after(ends[0]);
        _exit(0);
    }
    close(ends[0]);
    janitor->driver_alive_fd = ends[1];
    cgroup_tree_claim(janitor->driver_alive_fd, janitor->pid);
    return 0;
}

void janitor_forget(struct janitor *janitor)
{
    close(janitor->driver_alive_fd);
}

void janitor_finish(struct janitor *janitor)
{
    cgroup_tree_release();
    close(janitor->driver_alive_fd);
    while (waitpid(janitor->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
