/* A guest as libvirt defines one: the domain that is started in the place of QEMU's command line,
 * with the same machine, memory, vCPUs, disks, kernel and NIC
 * (https://libvirt.org/formatdomain.html).
 *
 * What libvirt has no element for it is told as QEMU's own words (qemu:commandline): the exit
 * device, the user network with a port forwarded, a disk of which nothing is kept.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DOMAIN_XML_H
#define THRICE_DOMAIN_XML_H

#include "environment/qemu_command.h"
#include "error.h"

struct domain_options {
    const char *name;
    const char *console_path; /* a file; or NULL: a pseudo-terminal, as `virsh console` wants it */
    const char *cpus;         /* to run on, as a list; or NULL */
    bool has_exit_device;     /* QEMU ends with the payload's status, which only its parent learns;
                                 to libvirt it has then failed. Without, the guest powers off */
    const struct qemu_options *qemu;
};

/* Can libvirt start it? It knows no machine without PCI (libvirt 9: "No PCI buses available",
 * unless each device is given a virtio-mmio address, and then not always), and what is looked into
 * with gdb or recorded is QEMU's own affair. -1 and an error (EXIT_USAGE) if not.
 */
int domain_xml_check(const struct qemu_options *qemu, struct error *error);

/* The definition, to be freed by the caller; or NULL and an error (EXIT_USAGE: text that is not to
 * be written in XML). */
char *domain_xml(const struct domain_options *options, struct error *error);

#endif
