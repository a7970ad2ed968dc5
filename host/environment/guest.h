/* What the guests under QEMU share: start, stop, and how their end is read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_GUEST_H
#define THRICE_GUEST_H

#include "environment/server.h"
#include "error.h"

/* Is QEMU there? */
int guest_check(struct error *error);

/* What the guest is told about its network, and its payload's arguments, as its kernel's command
 * line: "<kernel options> ip=10.0.0.2/24 gw=10.0.0.1 -- --port 80". An argument with a blank in it
 * is put between double quotes. Returns 0, or -1 when it does not fit in size bytes (EXIT_USAGE).
 */
int guest_command_line(const struct server *server, const char *kernel_options, char *text,
                       size_t size, struct error *error);

/* What the guest is made of. */
struct guest_image {
    const char *firmware;     /* or NULL: the machine's own */
    const char *kernel;       /* or NULL: the first disk is booted */
    const char *initrd;       /* or NULL */
    const char *command_line; /* or NULL */
    const struct qemu_disk *disks;
    size_t disk_count;
};

/* Starts QEMU with the image. */
int guest_start(struct server *server, const struct guest_image *image, struct error *error);

/* Once it serves: learns from QEMU which of its threads are vCPUs. */
int guest_ready(struct server *server, struct error *error);

/* Ends QEMU at once; returns false, as an environment's stop does. */
bool guest_stop(struct server *server);

/* Presses the power button once, and waits as long for the guest to end itself; where it does not,
 * or does not serve yet, QEMU is ended. Returns whether it was by the button.
 */
bool guest_power_off(struct server *server, uint64_t patience_ns);

/* What an environment of guests says of checkpoint, restore and live migration. The disks must be
 * there for both QEMUs; a guest that arrives runs from them alone.
 */
int guest_checkpoint(struct server *server, struct error *error);
int guest_restore(struct server *server, struct error *error);
int guest_migrate(struct server *from, struct server *to, uint64_t patience_ns,
                  struct qemu_migration *report, struct error *error);

/* isa-debug-exit ends QEMU with (status << 1) | 1, so a payload that ends well gives 1. A plain 0
 * means a reset, most often by a triple fault: -1, as for QEMU's own failures. These too are 1, so
 * that a 1 counts only behind guest_ready().
 */
int guest_exit_status(const struct server *server);

#endif
