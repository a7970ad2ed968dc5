/* Moving a running domain to the second libvirtd of ours (libvirt_second.h), as
 * `virsh migrate --live` does.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DOMAIN_MOVE_H
#define THRICE_DOMAIN_MOVE_H

#include "environment/qemu_migration.h"
#include "environment/server.h"
#include "error.h"

/* Moves the domain of `from` to `to`, which has its port, its cgroups and an id. Where the guest
 * writes faster than can be sent libvirt slows it down. On success `to` has the domain; the error
 * (EXIT_FAILED) leaves it where it was.
 */
int domain_migrate(const struct server *from, struct server *to, struct qemu_migration *report,
                   struct error *error);

#endif
