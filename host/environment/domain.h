/* A guest as a transient domain of libvirt's: its life, in the place of a QEMU that the driver
 * starts itself.
 *
 * It is created paused, put into the server's cgroups, and let go; so it is confined from its first
 * instruction, as a QEMU of ours is. What it uses is read from the same files of the same process.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DOMAIN_H
#define THRICE_DOMAIN_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "environment/qemu_command.h"
#include "error.h"

struct server;

/* Creates the domain on server->options.libvirt and fills server->program, argv and domain. It ends
 * with the driver's connection, however that ends. Returns 0, or -1 and an error.
 */
int domain_start(struct server *server, const struct qemu_options *qemu, struct error *error);

/* Creates a domain of a definition (which is freed) for the server: the part of domain_start() that
 * containers share. Returns 0, or -1 and an error. In either case domain_end() is to come.
 */
int domain_create(struct server *server, virConnectPtr connection, char *xml, unsigned int flags,
                  struct error *error);

/* For domain_move.h: the domain that the server is; and one that runs already, with which the
 * server goes on: as after domain_create(), but that an error leaves nothing of it.
 */
virDomainPtr domain_pointer(const struct server *server);
int domain_take_over(struct server *server, virDomainPtr pointer, struct error *error);

/* Copies its console to the server's, until domain_end(). Returns 0 or -1. */
int domain_copy_console(const struct server *server, struct error *error);

/* The process that libvirt says the domain is; 0: none. */
pid_t domain_process(const struct server *server);

/* Asks libvirt which threads are the vCPUs, as qemu_inside_vcpus() asks QEMU. */
int domain_vcpus(const struct server *server, pid_t threads[], struct error *error);

/* Presses the power button. False: no daemon heard it. Whether the guest obeys is seen by its end,
 * which may come before libvirt knows of its success.
 */
bool domain_power_button(const struct server *server);

/* Ends the domain, if it still runs, and forgets it. Harmless where there is none. */
void domain_end(struct server *server);

#endif
