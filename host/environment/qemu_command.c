/* The command line of QEMU for a guest; see qemu_command.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/qemu_command.h"

#include <limits.h>
#include <string.h>

#include "nearest.h"

const char *const qemu_machines[] = {"microvm", "q35", "pc", NULL};

const char *qemu_machine_find(const char *name, struct error *error)
{
    for (const char *const *machine = qemu_machines; *machine; machine++)
        if (strcmp(*machine, name) == 0)
            return *machine;
    nearest_unknown(error, "machine", name, qemu_machines);
    return NULL;
}

bool qemu_machine_has_pci(const char *machine)
{
    return strcmp(machine, "microvm") != 0;
}

const char *qemu_machine_choose(const char *wish, bool needs_pci, struct error *error)
{
    if (!wish)
        return needs_pci ? "q35" : qemu_machines[0];
    if (!needs_pci || qemu_machine_has_pci(wish))
        return wish;
    error_set(error, EXIT_USAGE,
              "the full VM needs PCI, which the machine %s has not: leave out --machine, for q35",
              wish);
    return NULL;
}

static void add_pair(struct argv *argv, const char *option, const char *value)
{
    argv_add(argv, "%s", option);
    argv_add(argv, "%s", value);
}

// QEMU before 9.0 looks for written pages 64 at a time where memory is a multiple of so many, and
// forgets to tell the emulated processor's TLB, which goes on writing to them unseen: one of ten
// guests arrived with pages of old content under load. Elsewhere it looks page by page, and tells.
enum { UNEVEN_KIB = 8 };

static void add_machine(struct argv *argv, const struct qemu_options *options)
{
    // -nodefaults: no VGA, no floppy, no NIC of QEMU's choosing; all that is there is named here.
    argv_add(argv, "qemu-system-x86_64");
    argv_add(argv, "-nodefaults");
    argv_add(argv, "-no-user-config");
    argv_add(argv, "-no-reboot");
    add_pair(argv, "-display", "none");
    argv_add(argv, "-machine");
    argv_add(argv, "%s%s", options->machine, options->memory_path ? ",memory-backend=ram0" : "");
    if (options->accelerator->kvm) {
        add_pair(argv, "-accel", "kvm");
        add_pair(argv, "-cpu", "host");
    } else {
        add_pair(argv, "-accel", "tcg,thread=multi");
        add_pair(argv, "-cpu", "max");
    }
    argv_add(argv, "-smp");
    argv_add(argv, "%u", options->vcpus);
    argv_add(argv, "-m");
    if (options->movable && !options->accelerator->kvm)
        argv_add(argv, "%luk", options->memory_mib * 1024UL + UNEVEN_KIB);
    else
        argv_add(argv, "%u", options->memory_mib);
    if (options->memory_path) {
        argv_add(argv, "-object");
        argv_add(argv, "memory-backend-file,id=ram0,share=on,size=%uM,mem-path=%s",
                 options->memory_mib, options->memory_path);
    }
    if (options->incoming)
        add_pair(argv, "-incoming", "defer");
}

// A tap's frames have a virtio-net header in front, which QEMU before 8.0 writes into a recording,
// where no reader expects it. Behind a hub they have none, nor offload: as they are on the wire.
static void add_tap(struct argv *argv, const struct qemu_options *options)
{
    if (!options->inspection.pcap_path) {
        argv_add(argv, "tap,id=net0,fd=%d", options->port->tap_fd);
        return;
    }
    argv_add(argv, "tap,id=tap0,fd=%d", options->port->tap_fd);
    add_pair(argv, "-netdev", "hubport,id=hub0,hubid=0,netdev=tap0");
    add_pair(argv, "-netdev", "hubport,id=net0,hubid=0");
}

static void add_network(struct argv *argv, const struct qemu_options *options)
{
    argv_add(argv, "-netdev");
    if (options->port)
        add_tap(argv, options);
    else
        argv_add(argv, "user,id=net0,hostfwd=%s:127.0.0.1:%u-" QEMU_USER_ADDRESS ":%u",
                 options->forward->protocol == PROTOCOL_UDP ? "udp" : "tcp",
                 options->forward->host_port, options->forward->guest_port);
    argv_add(argv, "-device");
    // No option ROM: nothing boots from the network, and it costs firmware time.
    const char *device =
        qemu_machine_has_pci(options->machine) ? "virtio-net-pci,romfile=" : "virtio-net-device";
    if (options->port) {
        const uint8_t *mac = options->port->mac;
        argv_add(argv, "%s,netdev=net0,mac=%02x:%02x:%02x:%02x:%02x:%02x", device, mac[0], mac[1],
                 mac[2], mac[3], mac[4], mac[5]);
    } else {
        argv_add(argv, "%s,netdev=net0", device);
    }
}

void qemu_command_escape(char *to, size_t size, const char *text)
{
    size_t used = 0;
    for (; *text && used + 2 < size; text++) {
        to[used++] = *text;
        if (*text == ',')
            to[used++] = ',';
    }
    to[used] = '\0';
}

static void add_disk(struct argv *argv, const char *machine, const struct qemu_disk *disk,
                     size_t index)
{
    char path[2 * PATH_MAX];
    const char *snapshot = disk->snapshot ? ",snapshot=on" : "";
    qemu_command_escape(path, sizeof path, disk->path);
    argv_add(argv, "-drive");
    if (qemu_machine_has_pci(machine)) {
        argv_add(argv, "if=virtio,format=%s,readonly=%s%s,file=%s", disk->format,
                 disk->read_only ? "on" : "off", snapshot, path);
        return;
    }
    argv_add(argv, "if=none,id=disk%zu,format=%s,readonly=%s%s,file=%s", index, disk->format,
             disk->read_only ? "on" : "off", snapshot, path);
    argv_add(argv, "-device");
    argv_add(argv, "virtio-blk-device,drive=disk%zu", index);
}

static void add_inspection(struct argv *argv, const struct inspection *inspection)
{
    char path[2 * PATH_MAX];
    if (inspection->gdb) {
        argv_add(argv, "-S");
        argv_add(argv, "-gdb");
        argv_add(argv, "tcp:127.0.0.1:%u", inspection->gdb_port);
    }
    if (inspection->pcap_path) {
        qemu_command_escape(path, sizeof path, inspection->pcap_path);
        argv_add(argv, "-object");
        argv_add(argv, "filter-dump,id=pcap0,netdev=net0,file=%s", path);
    }
}

void qemu_command(struct argv *argv, const struct qemu_options *options)
{
    add_machine(argv, options);
    if (options->firmware)
        add_pair(argv, "-bios", options->firmware);
    if (options->kernel)
        add_pair(argv, "-kernel", options->kernel);
    if (options->initrd)
        add_pair(argv, "-initrd", options->initrd);
    if (options->command_line)
        add_pair(argv, "-append", options->command_line);
    add_pair(argv, "-serial", "stdio");
    add_network(argv, options);
    if (options->qmp_path) {
        argv_add(argv, "-qmp");
        argv_add(argv, "unix:%s,server=on,wait=off", options->qmp_path);
    }
    for (size_t i = 0; i < options->disk_count; i++)
        add_disk(argv, options->machine, &options->disks[i], i);
    add_pair(argv, "-device", "isa-debug-exit,iobase=0xf4,iosize=1");
    add_inspection(argv, &options->inspection);
}
