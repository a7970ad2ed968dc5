/* A guest as libvirt defines one; see domain_xml.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/domain_xml.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environment/xml_text.h"

int domain_xml_check(const struct qemu_options *qemu, struct error *error)
{
    if (!qemu_machine_has_pci(qemu->machine))
        return error_set(error, EXIT_USAGE,
                         "libvirt starts no machine %s, which has no PCI: leave out --machine, for "
                         "q35",
                         qemu->machine);
    if (qemu->inspection.gdb || qemu->inspection.pcap_path)
        return error_set(
            error, EXIT_USAGE,
            "--gdb and --pcap are for a QEMU of thrice's own: leave out --via libvirt");
    return 0;
}

static void put_element(FILE *xml, const char *indent, const char *name, const char *text)
{
    if (!text)
        return;
    fprintf(xml, "%s<%s>", indent, name);
    xml_put_text(xml, text);
    fprintf(xml, "</%s>\n", name);
}

static void put_os(FILE *xml, const struct qemu_options *qemu)
{
    fprintf(xml, "  <os>\n    <type arch='x86_64' machine='%s'>hvm</type>\n", qemu->machine);
    if (qemu->firmware) {
        fputs("    <loader type='rom'>", xml);
        xml_put_text(xml, qemu->firmware);
        fputs("</loader>\n", xml);
    }
    put_element(xml, "    ", "kernel", qemu->kernel);
    put_element(xml, "    ", "initrd", qemu->initrd);
    put_element(xml, "    ", "cmdline", qemu->command_line);
    fputs("  </os>\n", xml);
}

static void put_disk(FILE *xml, const struct qemu_disk *disk, size_t index)
{
    fputs("    <disk type='file' device='disk'>\n", xml);
    fprintf(xml, "      <driver name='qemu' type='%s'/>\n      <source file='", disk->format);
    xml_put_text(xml, disk->path);
    fprintf(xml, "'/>\n      <target dev='vd%c' bus='virtio'/>\n%s    </disk>\n", 'a' + (int)index,
            disk->read_only ? "      <readonly/>\n" : "");
}

// The tap is there, and stays as it is: its bridge, its queue, its being up.
static void put_tap(FILE *xml, const struct network_port *port)
{
    const uint8_t *mac = port->mac;
    fprintf(xml,
            "    <interface type='ethernet'>\n"
            "      <mac address='%02x:%02x:%02x:%02x:%02x:%02x'/>\n"
            "      <target dev='%s' managed='no'/>\n"
            "      <model type='virtio'/>\n"
            "      <rom enabled='no'/>\n"
            "    </interface>\n",
            mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], port->name);
}

// libvirt has no word for a disk that drops what is written and leaves nothing beside its file.
// Where there is one, all are told to QEMU, for the guest sees them in their order.
static bool drops_disks(const struct qemu_options *qemu)
{
    for (size_t i = 0; i < qemu->disk_count; i++)
        if (qemu->disks[i].snapshot)
            return true;
    return false;
}

static void put_devices(FILE *xml, const struct domain_options *options)
{
    const struct qemu_options *qemu = options->qemu;
    fputs("  <devices>\n"
          "    <controller type='usb' model='none'/>\n"
          "    <memballoon model='none'/>\n",
          xml);
    if (options->console_path) {
        fputs("    <serial type='file'><source path='", xml);
        xml_put_text(xml, options->console_path);
        fputs("' append='on'/></serial>\n", xml);
    } else {
        fputs("    <serial type='pty'/>\n", xml);
    }
    for (size_t i = 0; i < qemu->disk_count && !drops_disks(qemu); i++)
        put_disk(xml, &qemu->disks[i], i);
    if (qemu->port)
        put_tap(xml, qemu->port);
    fputs("  </devices>\n", xml);
}

// An option of QEMU's with its value.
__attribute__((format(printf, 3, 4))) static void put_words(FILE *xml, const char *option,
                                                            const char *format, ...)
{
    char value[2 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    fprintf(xml, "    <qemu:arg value='%s'/><qemu:arg value='", option);
    xml_put_text(xml, value);
    fputs("'/>\n", xml);
}

// libvirt gives out the slots of the PCI bus from the first on, and does not know of these devices:
// they take theirs from the sixteenth.
enum { PCI_SLOT_NIC = 0x10, PCI_SLOT_DISKS = 0x11 };

static void put_qemu_disk(FILE *xml, const struct qemu_disk *disk, size_t index)
{
    char path[2 * PATH_MAX - 100];
    qemu_command_escape(path, sizeof path, disk->path);
    put_words(xml, "-drive", "if=none,id=disk%zu,format=%s,readonly=%s,snapshot=%s,file=%s", index,
              disk->format, disk->read_only ? "on" : "off", disk->snapshot ? "on" : "off", path);
    put_words(xml, "-device", "virtio-blk-pci,drive=disk%zu,bootindex=%zu,addr=%#zx", index,
              index + 1, PCI_SLOT_DISKS + index);
}

static void put_command_line(FILE *xml, const struct domain_options *options)
{
    const struct qemu_options *qemu = options->qemu;
    const struct qemu_forward *forward = qemu->forward;
    fputs("  <qemu:commandline>\n", xml);
    if (options->has_exit_device)
        put_words(xml, "-device", "isa-debug-exit,iobase=0xf4,iosize=1");
    if (!qemu->port) {
        put_words(xml, "-netdev", "user,id=net0,hostfwd=%s:127.0.0.1:%u-" QEMU_USER_ADDRESS ":%u",
                  forward->protocol == PROTOCOL_UDP ? "udp" : "tcp", forward->host_port,
                  forward->guest_port);
        put_words(xml, "-device", "virtio-net-pci,netdev=net0,romfile=,addr=%#x", PCI_SLOT_NIC);
    }
    for (size_t i = 0; i < qemu->disk_count && drops_disks(qemu); i++)
        put_qemu_disk(xml, &qemu->disks[i], i);
    if (qemu->qmp_path)
        put_words(xml, "-qmp", "unix:%s,server=on,wait=off", qemu->qmp_path);
    fputs("  </qemu:commandline>\n", xml);
}

static void put_domain(FILE *xml, const struct domain_options *options)
{
    const struct qemu_options *qemu = options->qemu;
    bool kvm = qemu->accelerator->kvm;
    fprintf(xml, "<domain type='%s' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n",
            kvm ? "kvm" : "qemu");
    put_element(xml, "  ", "name", options->name);
    fprintf(xml, "  <memory unit='MiB'>%u</memory>\n  <vcpu placement='static'", qemu->memory_mib);
    if (options->cpus)
        fprintf(xml, " cpuset='%s'", options->cpus);
    fprintf(xml, ">%u</vcpu>\n", qemu->vcpus ? qemu->vcpus : 1);
    put_os(xml, qemu);
    // ACPI has the power button.
    fprintf(xml,
            "  <features><acpi/><apic/></features>\n"
            "  <cpu mode='%s'/>\n"
            "  <on_poweroff>destroy</on_poweroff>\n"
            "  <on_reboot>destroy</on_reboot>\n"
            "  <on_crash>destroy</on_crash>\n",
            kvm ? "host-passthrough" : "maximum");
    put_devices(xml, options);
    put_command_line(xml, options);
    fputs("</domain>\n", xml);
}

char *domain_xml(const struct domain_options *options, struct error *error)
{
    char *text = NULL;
    size_t size;
    FILE *xml = open_memstream(&text, &size);
    if (xml)
        put_domain(xml, options);
    return xml_finish(xml, &text, "a name, path or argument", error);
}
