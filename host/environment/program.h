/* Programs that the driver starts: a server, QEMU, the container runtime.
 *
 * Their output goes to a file of the run (the console), their input is empty.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROGRAM_H
#define THRICE_PROGRAM_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct program_options {
    const char *const *argv;    /* argv[0] is searched in PATH */
    const char *root;           /* folder to be its root, argv[0] a path in it; or NULL: ours */
    int netns_fd;               /* network namespace to start in, or -1: ours */
    int inherited_fd;           /* descriptor to leave open in the program, or -1 */
    int output_fd;              /* standard output and error; or -1: ours */
    bool output_alone;          /* output_fd is standard output alone; errors go to ours */
    const cpu_set_t *cpus;      /* to run on; or NULL: ours */
    uint64_t data_bytes;        /* it can allocate no more (RLIMIT_DATA); 0: no limit */
    const char *const *cgroups; /* cgroup.procs files to join by, ending in NULL; or NULL */
};

struct program {
    pid_t pid;           /* 0: not started, or reaped */
    int status;          /* wait status, once reaped */
    uint64_t started_ns; /* monotonic, taken right before exec */
    int pidfd;           /* of one that is no child of ours, whose end another reaps; else 0 */
    int (*status_of)(pid_t pid); /* who tells its status */
};

/* Is a program of that name in PATH, or at that path? An error (EXIT_LACKING) names the Debian
 * package otherwise. */
int program_find(const char *name, const char *package, struct error *error);

/* Starts the program. A program that cannot be executed is an error here (EXIT_LACKING), not a
 * process that dies later.
 */
int program_start(struct program *program, const struct program_options *options,
                  struct error *error);

/* Takes on a process that is not our child, so that the functions below know its end; its status is
 * what its reaper tells (reaper.h), or 0. Returns 0 or -1.
 */
int program_adopt(struct program *program, pid_t pid, int (*status_of)(pid_t pid),
                  struct error *error);

/* Has it ended? Reaps it if so, and fills the status. */
bool program_ended(struct program *program);

/* Waits for its end, at most timeout_ns. Returns whether it has ended. */
bool program_wait(struct program *program, uint64_t timeout_ns);

/* Ends it: SIGTERM, and SIGKILL where two seconds of that do not help. Harmless when it is not
 * running.
 */
void program_stop(struct program *program);

/* Ends it at once: for what has nothing to tidy up. */
void program_kill(struct program *program);

/* "exit status 3", "killed by signal 11 (Segmentation fault)". */
void program_describe_status(int status, char *text, size_t size);

#endif
