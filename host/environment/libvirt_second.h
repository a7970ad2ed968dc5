/* A second libvirtd of ours, for domains to be moved to: between two daemons, as between two hosts.
 *
 * libvirt does not move a domain to the host that it is on, which it tells by name and UUID; so the
 * second daemon has a UTS namespace with a name of its own, a UUID, and file systems of its own
 * where daemons keep their state. Network, processes and /run are those of the first.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LIBVIRT_SECOND_H
#define THRICE_LIBVIRT_SECOND_H

#include "environment/libvirt.h"
#include "error.h"

/* The connection to it, beside the daemon of libvirt_start(), which runs. It is started at the
 * first call and ends with the driver. NULL and an error (EXIT_LACKING) where it does not start.
 */
const struct libvirt *libvirt_second(struct error *error);

#endif
