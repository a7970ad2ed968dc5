/* libvirt as the manager of guests, or of containers: a connection to its daemon.
 *
 * A study's guests have their taps and are accounted in namespaces of the driver's own, where no
 * other daemon reaches; so the driver starts a libvirtd of its own inside them, with its sockets,
 * state and configuration in file systems that vanish with them. Nothing of the host's libvirt is
 * seen or changed. Where a person names a daemon (--connect), that one is asked instead, and the
 * guest, on the user network, is a domain among its others.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LIBVIRT_H
#define THRICE_LIBVIRT_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "error.h"

#define LIBVIRT_GUESTS     "qemu:///system"
#define LIBVIRT_CONTAINERS "lxc:///system"
#define LIBVIRT_DAEMON     "/usr/sbin/libvirtd"

struct libvirt {
    virConnectPtr connection;
    const char *uri; /* as given; NULL: the daemon is ours */
};

/* --via: who starts the guests, "qemu" or "libvirt". Returns 0, or -1 and an error (EXIT_USAGE). */
int libvirt_parse_via(const char *name, bool *via_libvirt, struct error *error);

/* Are the daemon and its QEMU driver there? */
int libvirt_check(struct error *error);

/* In the driver's namespaces: starts the daemon there, unless it runs, and connects to the driver
 * that the URI names. Returns 0, or -1 and an error (EXIT_LACKING).
 */
int libvirt_start(struct libvirt *libvirt, const char *uri, struct error *error);

/* Connects to the daemon of that URI, which must be QEMU's and on this machine. An error
 * (EXIT_USAGE, or EXIT_LACKING when it is not there or does not let us in) names the URI.
 */
int libvirt_connect(struct libvirt *libvirt, const char *uri, struct error *error);

/* The daemon of ours ends with the last of its connections. */
void libvirt_close(struct libvirt *libvirt);

/* Fills the error with what libvirt last complained of in this thread, in one line: "what: why".
 * Returns -1.
 */
int libvirt_error(struct error *error, enum exit_code code, const char *what);

#endif
