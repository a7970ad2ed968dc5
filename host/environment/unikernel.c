/* The unikernel: the payload linked with our kernel and lwIP, booted directly by QEMU. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/guest.h"
#include "environment/reference.h"

// It may take a second to have its last data acknowledged.
static const uint64_t END_PATIENCE_NS = 20 * NS_PER_S;

static int unikernel_check(const struct payload *payload, struct error *error)
{
    char path[PATH_MAX];
    if (payload->is_reference)
        return reference_refuse(payload, error);
    if (guest_check(error) < 0)
        return -1;
    return artefact_require(error, path, "images/%s.elf", payload->name);
}

// Debian's OVMF. It starts what -kernel names if that is a UEFI program: the image's loader.
#define UEFI_FIRMWARE "/usr/share/ovmf/OVMF.fd"

static int unikernel_start(struct server *server, struct error *error)
{
    char kernel[PATH_MAX], command_line[1024], options[32] = "";
    bool uefi = server->options.uefi;
    if (uefi && access(UEFI_FIRMWARE, R_OK) < 0)
        return error_set_errno(error, EXIT_LACKING, errno,
                               UEFI_FIRMWARE " (install the package ovmf)");
    if (server->options.stats)
        snprintf(options, sizeof options, "stats=%s", server->options.stats);
    if (artefact_require(error, kernel, "images/%s.%s", server->options.payload->name,
                         uefi                    ? "efi"
                         : server->options.trace ? "trace.elf"
                                                 : "elf") < 0 ||
        guest_command_line(server, options, command_line, sizeof command_line, error) < 0)
        return -1;
    const struct guest_image image = {
        .firmware = uefi ? UEFI_FIRMWARE : NULL,
        .kernel = kernel,
        .command_line = command_line,
    };
    return guest_start(server, &image, error);
}

// At its end it says what it has counted, if it was asked to count.
static bool unikernel_stop(struct server *server)
{
    return guest_power_off(server, END_PATIENCE_NS);
}

const struct environment environment_unikernel = {
    .name = "unikernel",
    .summary = "the payload on lwIP and our kernel, booted directly by QEMU",
    .is_guest = true,
    .has_uefi = true,
    .disk = "/dev/vda",
    .boot_ns = NS_PER_S / 2,
    .check = unikernel_check,
    .start = unikernel_start,
    .ready = guest_ready,
    .checkpoint = guest_checkpoint,
    .restore = guest_restore,
    .migrate = guest_migrate,
    .stop = unikernel_stop,
    .exit_status = guest_exit_status,
};
