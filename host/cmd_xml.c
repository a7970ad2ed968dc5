/* thrice xml PAYLOAD --in ENV: the definition of a guest as a domain of libvirt's, for a person to
 * `virsh define` and start. It is the one that `thrice boot --via libvirt` creates, on QEMU's user
 * network with one port of 127.0.0.1 forwarded.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "environment/accelerator.h"
#include "environment/domain_xml.h"
#include "environment/environment.h"
#include "environment/foreign.h"
#include "environment/server.h"
#include "number.h"
#include "options.h"
#include "verb.h"

struct xml {
    const struct payload *payload;
    const struct environment *environment;
    const struct foreign *guest;
    const char *machine;
    const char *accel;
    const char *name;
    uint64_t memory_mib;
    uint64_t host_port;
};

enum {
    OPTION_IN = 256,
    OPTION_PORT,
    OPTION_NAME,
    OPTION_MACHINE,
    OPTION_MEMORY,
    OPTION_ACCEL,
    OPTION_GUEST,
};

enum { DEFAULT_MEMORY_MIB = 256 };

static const struct argp_option options[] = {
    {"in", OPTION_IN, "ENV", 0, "Environment: unikernel, microvm or vm (unikernel)", 0},
    {"guest", OPTION_GUEST, "FILE", 0, "A guest that is not ours, instead of a payload", 0},
    {"port", OPTION_PORT, "PORT", 0, "Port of 127.0.0.1 to reach it at (8080)", 0},
    {"name", OPTION_NAME, "NAME", 0, "Of the domain (thrice-PAYLOAD-ENV)", 0},
    {"machine", OPTION_MACHINE, "MACHINE", 0, "q35 or pc (q35)", 0},
    {"memory", OPTION_MEMORY, "MIB", 0, "Memory of the guest (256)", 0},
    {"accel", OPTION_ACCEL, "WHICH", 0, "auto, kvm or tcg (auto)", 0},
    {0},
};

static int take_option(struct xml *xml, int key, const char *argument, struct error *error)
{
    switch (key) {
    case OPTION_IN:
        xml->environment = environment_find(argument, error);
        return xml->environment ? 0 : -1;
    case OPTION_GUEST:
        xml->guest = foreign_add(argument, error);
        return xml->guest ? 0 : -1;
    case OPTION_PORT:
        return number_parse("--port", argument, 1, 65535, &xml->host_port, error);
    case OPTION_MEMORY:
        return number_parse("--memory", argument, 2, 65536, &xml->memory_mib, error);
    case OPTION_MACHINE:
        xml->machine = qemu_machine_find(argument, error);
        return xml->machine ? 0 : -1;
    case OPTION_NAME:
        xml->name = argument;
        return 0;
    default:
        xml->accel = argument;
        return 0;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct xml *xml = options_input(state);
    struct error *error = options_error(state);
    if (key >= OPTION_IN && key <= OPTION_GUEST)
        return take_option(xml, key, argument, error) < 0 ? EINVAL : 0;
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (xml->payload) {
        error_set(error, EXIT_USAGE, "unexpected '%.40s': one payload at a time", argument);
        return EINVAL;
    }
    xml->payload = payload_find(argument, error);
    return xml->payload ? 0 : EINVAL;
}

static const struct argp argp = {
    options, parse, "PAYLOAD", "Prints a guest as a domain of libvirt's, for `virsh define`.",
    NULL,    NULL,  NULL};

// It says itself what it runs on.
static int settle_guest(struct xml *xml, struct error *error)
{
    const struct foreign *guest = xml->guest;
    if (xml->payload || xml->environment)
        return error_set(error, EXIT_USAGE, "--guest %s: instead of payload and --in", guest->path);
    if (guest->environment.machine && xml->machine &&
        strcmp(guest->environment.machine, xml->machine) != 0)
        return error_set(error, EXIT_USAGE, "--machine %s: %s says %s", xml->machine, guest->path,
                         guest->environment.machine);
    if (guest->file.address.s_addr)
        return error_set(error, EXIT_USAGE,
                         "%s has an address of its own, which QEMU's user network does not reach",
                         guest->path);
    xml->payload = &guest->payload;
    xml->environment = &guest->environment;
    if (!xml->memory_mib)
        xml->memory_mib = guest->file.memory_mib;
    return 0;
}

static int settle(struct xml *xml, struct error *error)
{
    if (xml->guest && settle_guest(xml, error) < 0)
        return -1;
    if (!xml->memory_mib)
        xml->memory_mib = DEFAULT_MEMORY_MIB;
    if (!xml->payload)
        return error_set(error, EXIT_USAGE, "which payload? thrice xml web --in unikernel");
    if (xml->payload->takes_disk)
        return error_set(error, EXIT_USAGE, "%s wants a disk, which no definition has",
                         xml->payload->name);
    xml->environment = xml->environment ? xml->environment : &environment_unikernel;
    if (!xml->environment->is_guest)
        return error_set(error, EXIT_USAGE, "%s is no guest of QEMU's", xml->environment->name);
    if (!xml->machine)
        xml->machine = xml->environment->machine ? xml->environment->machine : "q35";
    const struct qemu_options wished = {.machine = xml->machine};
    if (domain_xml_check(&wished, error) < 0)
        return -1;
    return xml->environment->check(xml->payload, error);
}

int cmd_xml(int argc, char **argv, struct error *error)
{
    static const char *const no_arguments[] = {NULL};
    struct xml xml = {.accel = "auto", .host_port = 8080};
    struct accelerator accelerator;
    char name[96];
    if (options_parse(&argp, argc, argv, &xml, error) < 0 || settle(&xml, error) < 0 ||
        accelerator_choose(&accelerator, xml.accel, error) < 0)
        return -1;
    snprintf(name, sizeof name, "thrice-%s-%s", xml.payload->name, xml.environment->name);
    const struct qemu_forward forward = {xml.payload->protocol, (uint16_t)xml.host_port,
                                         xml.payload->port};
    struct server server = {
        .environment = xml.environment,
        .options = {.payload = xml.payload,
                    .arguments = no_arguments,
                    .port = xml.payload->port,
                    .memory_mib = (unsigned int)xml.memory_mib,
                    .machine = xml.machine,
                    .accelerator = &accelerator,
                    .forward = &forward,
                    .definition = stdout,
                    .domain = xml.name ? xml.name : name},
    };
    return xml.environment->start(&server, error);
}
