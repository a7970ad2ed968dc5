/* An environment: where a payload runs. One table of functions each; adding one is adding one file.
 *
 * The caller (server.h) owns the server's port, console and readiness; an environment knows how to
 * start and stop, and what to account.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ENVIRONMENT_H
#define THRICE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "environment/payload.h"
#include "error.h"

struct foreign;
struct qemu_migration;
struct server;

struct environment {
    const char *name;
    const char *summary;
    bool is_guest;    /* a machine of its own: a tap and an accelerator, else a network namespace */
    bool has_uefi;    /* can be booted by UEFI firmware, on a machine with PCI */
    bool needs_pci;   /* of a guest: it does not run on QEMU's machine microvm */
    bool is_optional; /* built by a target of its own; a study does without where it is not */
    const struct foreign *foreign; /* a guest that is not ours, with a server of its own, or NULL */
    const char *machine;           /* of a guest: it runs on this alone; or NULL */
    const char *disk;     /* what a payload there calls its disk; NULL: by its path on the host */
    uint64_t boot_ns;     /* exec to the first answer, emulated: of that order, for estimates */
    uint64_t patience_ns; /* how long its answer is waited for; 0: by boot_ns */

    /* Is there what it needs, and what may fail only on this machine: programs, images? */
    int (*check)(const struct payload *payload, struct error *error);

    /* Starts the payload as server->options say, and fills server->program, server->argv, and,
     * where there is one, the cgroup. Does not wait until it serves.
     */
    int (*start)(struct server *server, struct error *error);

    /* Optional: called once the server answers, when what it is made of can be seen (its cgroup,
     * the process id of its first process).
     */
    int (*ready)(struct server *server, struct error *error);

    /* Ends it. Called once for every start that succeeded, also when it has ended by itself.
     * Returns whether it went as it goes in use: a guest at its power button, and not killed for
     * want of it.
     */
    bool (*stop)(struct server *server);

    /* Optional: saves it to the folder server->options.checkpoint, and ends it; and starts it again
     * from there, once, as start does.
     */
    int (*checkpoint)(struct server *server, struct error *error);
    int (*restore)(struct server *server, struct error *error);

    /* Optional: whether this machine has what it takes. 0, or -1 and an error (EXIT_LACKING). */
    int (*check_checkpoint)(struct error *error);

    /* Optional: starts `to`, whose port is there, and moves what runs to it: a guest while it
     * runs, in at most patience_ns; a container saved, copied and restored, with the patience of
     * its engine. On failure nothing of `to` runs, or stop() ends it.
     */
    int (*migrate)(struct server *from, struct server *to, uint64_t patience_ns,
                   struct qemu_migration *report, struct error *error);

    /* What the end of server->program means, as an exit status of the payload; -1 when the payload
     * did not end by itself but failed or was killed.
     */
    int (*exit_status)(const struct server *server);
};

extern const struct environment environment_native;
extern const struct environment environment_container;
extern const struct environment environment_unikernel;
extern const struct environment environment_microvm;
extern const struct environment environment_vm;

enum { ENVIRONMENTS_MAX = 16 };

/* In the order of the tables: ours, then those that were added. */
extern const struct environment *environments[ENVIRONMENTS_MAX];
extern size_t environment_count;

/* Adds one, which stays where it is. Returns 0, or -1 and an error (EXIT_USAGE): the name is taken,
 * or there are too many.
 */
int environment_add(const struct environment *environment, struct error *error);

/* Returns the environment of that name, or NULL and an error (EXIT_USAGE) naming those there are.
 */
const struct environment *environment_find(const char *name, struct error *error);

#endif
