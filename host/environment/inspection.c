/* Preparations for gdb and for recording frames; see inspection.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/inspection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "artefact.h"
#include "environment/environment.h"
#include "environment/forward.h"

static int prepare_gdb(struct inspection *inspection, const struct environment *environment,
                       const struct payload *payload, struct error *error)
{
    char symbols[PATH_MAX];
    if (environment != &environment_unikernel)
        return error_set(error, EXIT_USAGE,
                         "--gdb: there are symbols of the unikernel alone (--in unikernel)");
    if (artefact_require(error, symbols, "guest/%s.debug", payload->name) < 0)
        return -1;
    int fd = forward_open(PROTOCOL_HTTP, 0, &inspection->gdb_port, error);
    if (fd < 0)
        return -1;
    close(fd);
    // A hardware breakpoint: the image is not in memory yet, and would overwrite any other.
    fprintf(stderr,
            "the machine waits for gdb: gdb -ex 'target remote 127.0.0.1:%u' "
            "-ex 'hbreak boot_entry32' -ex continue %s\n",
            inspection->gdb_port, symbols);
    return 0;
}

static int prepare_pcap(const struct inspection *inspection, const struct environment *environment,
                        struct error *error)
{
    if (!environment->is_guest)
        return error_set(error, EXIT_USAGE,
                         "--pcap: %s has no NIC of QEMU's that could be recorded; use a guest",
                         environment->name);
    int fd = open(inspection->pcap_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_set_errno(error, EXIT_USAGE, errno, "--pcap %s", inspection->pcap_path);
    close(fd);
    return 0;
}

int inspection_prepare(struct inspection *inspection, const struct environment *environment,
                       const struct payload *payload, struct error *error)
{
    if (inspection->pcap_path && prepare_pcap(inspection, environment, error) < 0)
        return -1;
    return inspection->gdb ? prepare_gdb(inspection, environment, payload, error) : 0;
}
