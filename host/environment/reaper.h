/* A program whose descendants outlive the child that they came from: libvirtd, whose QEMU processes
 * are daemons.
 *
 * Such orphans would go to process 1 of the namespace, the driver's body, which waits for its own
 * children alone, and libvirtd, which asks whether a process is gone, would wait for a zombie. So a
 * small process between the two adopts them (PR_SET_CHILD_SUBREAPER), reaps them at once, and
 * tells by a pipe how each ended.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REAPER_H
#define THRICE_REAPER_H

#include <sys/types.h>

#include "environment/program.h"
#include "error.h"

/* Starts the program below a reaper of its own; all tell by one pipe. reaper ends when the program
 * does, and ending it ends that. Returns 0 or -1.
 */
int reaper_start(struct program *reaper, const struct program_options *options,
                 struct error *error);

/* The wait status of an adopted process that has ended; 0 when it is not told within a second. */
int reaper_status(pid_t pid);

#endif
