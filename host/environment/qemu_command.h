/* The command line of QEMU for a guest: one builder for all of them, so that they get the same
 * machine, NIC, memory and vCPU.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_QEMU_COMMAND_H
#define THRICE_QEMU_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "environment/accelerator.h"
#include "environment/argv.h"
#include "environment/inspection.h"
#include "environment/network.h"
#include "environment/payload.h"
#include "error.h"

/* For people: QEMU's user network, and one of our loopback ports forwarded to the guest's. */
struct qemu_forward {
    enum protocol protocol;
    uint16_t host_port;
    uint16_t guest_port;
};

struct qemu_disk {
    const char *path;
    const char *format; /* qcow2 or raw */
    bool read_only;
    bool snapshot; /* what is written is dropped at QEMU's end */
};

struct qemu_options {
    const char *machine; /* microvm, q35 or pc */
    const struct accelerator *accelerator;
    unsigned int memory_mib;
    unsigned int vcpus;
    const char *firmware;          /* file, or NULL: the machine's own */
    const char *kernel;            /* or NULL: the firmware boots the first disk */
    const char *initrd;            /* or NULL */
    const char *command_line;      /* the kernel's, or NULL */
    const struct qemu_disk *disks; /* virtio-blk, in this order */
    size_t disk_count;
    const struct network_port *port;    /* the tap of a study, or NULL: */
    const struct qemu_forward *forward; /* the user network */
    struct inspection inspection;
    const char *qmp_path;    /* socket to ask QEMU by, or NULL */
    const char *memory_path; /* file that is the guest's memory, or NULL: none */
    bool movable;            /* its memory is to arrive whole in another QEMU */
    bool incoming;           /* it does not boot: its state comes when QMP says from where */
};

extern const char *const qemu_machines[]; /* the first is the default; ends in NULL */

/* The machine of that name (static text), or NULL and an error (EXIT_USAGE). */
const char *qemu_machine_find(const char *name, struct error *error);

/* The machine for guests of which some may need PCI: the one wished for, or, when that is NULL, the
 * default, q35 where PCI is needed. The machine microvm, which has none, wished for nevertheless is
 * an error (EXIT_USAGE).
 */
const char *qemu_machine_choose(const char *wish, bool needs_pci, struct error *error);

/* Has the machine of that name PCI? */
bool qemu_machine_has_pci(const char *machine);

/* The guest's address in QEMU's user network, and its gateway. */
#define QEMU_USER_ADDRESS "10.0.2.15"
#define QEMU_USER_GATEWAY "10.0.2.2"

/* Writes text as a value within QEMU's lists of options: a comma is written twice. */
void qemu_command_escape(char *to, size_t size, const char *text);

/* Appends the whole command. */
void qemu_command(struct argv *argv, const struct qemu_options *options);

#endif
