/* A guest as a transient domain of libvirt's: its life, in the place of a QEMU that the driver
 * starts itself.
 *
 * It is created paused, put into the server's cgroups, and let go; so it is confined from its first
 * instruction, as a QEMU of ours is. What it uses is read from the same files of the same process.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DOMAIN_H
#define THRICE_DOMAIN_H

#include <stdbool.h>

#include "environment/qemu_command.h"
#include "error.h"

struct server;

/* Creates the domain on server->options.libvirt and fills server->program, argv and domain. It ends
 * with the driver's connection, however that ends. Returns 0, or -1 and an error.
 */
int domain_start(struct server *server, const struct qemu_options *qemu, struct error *error);

/* Asks libvirt which threads are the vCPUs, as qemu_inside_vcpus() asks QEMU. */
int domain_vcpus(const struct server *server, pid_t threads[], struct error *error);

/* Presses the power button. Returns whether libvirt took it. */
bool domain_power_button(const struct server *server);

/* Ends the domain, if it still runs, and forgets it. */
void domain_end(struct server *server);

#endif
