/* Namespaces of the driver's own, so that nothing of a study outlives or leaves it.
 *
 * The body of a verb runs as process 1 of a new PID namespace, with a private mount namespace
 * (its own /proc and /run) and, if asked, a new network namespace; when not root, inside a new
 * user namespace as well. When the driver dies, however it dies, the kernel kills process 1,
 * and with it every process, interface and mount of the study. What the kernel does not remove,
 * the cgroups, a janitor removes: a process outside that tree, which waits for the driver's end.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ISOLATION_H
#define THRICE_ISOLATION_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

struct isolation {
    bool in_place;    /* none of this: the body is called here (what it starts, another ends) */
    bool own_network; /* else the host's network stays in sight (thrice boot) */
    int (*body)(void *state); /* returns an exit code; it prints its own errors */
    void *state;
};

/* Runs the body and waits for it; SIGINT and SIGTERM are passed on to it, and it is expected to
 * look at isolation_interrupted(); the second of them kills it. Returns the body's exit code,
 * EXIT_FAILED when it was killed, or -1 with the error filled when the namespaces could not be
 * made.
 */
int isolation_run(const struct isolation *isolation, struct error *error);

/* The process id of the driver as the host sees it; the body itself sees only its own namespace. */
pid_t isolation_driver(void);

/* Does the body live in a user namespace of its own (the driver was not started by root)? */
bool isolation_has_user_namespace(void);

/* In the body: has the user asked to stop? Any blocking call is interrupted by the signal. */
bool isolation_interrupted(void);

/* The same as a flag, not 0 once interrupted, for those who poll one. */
const volatile sig_atomic_t *isolation_stop_flag(void);

#endif
