/* The full VM: Debian 12 with systemd from a disk, the payload one of its services.
 *
 * QEMU loads the kernel and initrd that lie on that disk as well: it is the boot of a user's VM but
 * for its boot loader. The disk is shared by all VMs; what one writes goes to an overlay in
 * the private /run of the driver, and vanishes with it. The payload, the static binary of the
 * container, comes on a second disk, read-only.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/environment.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/guest.h"
#include "environment/isolation.h"
#include "environment/qemu_inside.h"
#include "environment/vm_command_line.h"
#include "environment/vm_image.h"
#include "file_copy.h"
#include "measure/process.h"

#define OVERLAYS "/run/overlays"
enum { OVERLAY_PATH_BYTES = 64 };
static const uint64_t SETTLE_WINDOW_NS = NS_PER_S;
static const uint64_t SETTLE_PATIENCE_NS = 20 * NS_PER_S;
static const uint64_t SHUTDOWN_PATIENCE_NS = 30 * NS_PER_S;
static const uint64_t OVERLAY_PATIENCE_NS = 10 * NS_PER_S;

static int vm_check(const struct payload *payload, struct error *error)
{
    char path[PATH_MAX];
    if (guest_check(error) < 0 || program_find("qemu-img", "qemu-utils", error) < 0)
        return -1;
    artefact_path(path, "vm");
    if (vm_image_check(path, error) < 0)
        return -1;
    if (payload->is_reference)
        return 0; // installed on the disk
    return artefact_require(error, path, "images/%s.vm.ext4", payload->name);
}

static void overlay_path(char path[OVERLAY_PATH_BYTES], const struct server *server)
{
    snprintf(path, OVERLAY_PATH_BYTES, OVERLAYS "/%s.qcow2", server->origin);
}

// What qemu-img says goes to the server's console.
static int make_overlay(const struct server *server, const char *overlay, struct error *error)
{
    char base[PATH_MAX];
    artefact_path(base, "vm/vm.qcow2");
    const char *const argv[] = {"qemu-img", "create", "-q",    "-f",    "qcow2", "-b",
                                base,       "-F",     "qcow2", overlay, NULL};
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = server->console_fd};
    struct program program;

    if (mkdir(OVERLAYS, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", OVERLAYS);
    if (program_start(&program, &options, error) < 0)
        return -1;
    if (!program_wait(&program, OVERLAY_PATIENCE_NS))
        program_kill(&program);
    if (WIFEXITED(program.status) && WEXITSTATUS(program.status) == 0)
        return 0;
    return error_set(error, EXIT_LACKING, "no overlay of %s: damaged? (remove it, run `make vm`)",
                     base);
}

// As if the machine had lost its power: ext4 replays its journal.
static int copy_overlay(const struct server *from, const char *overlay, struct error *error)
{
    char theirs[OVERLAY_PATH_BYTES];
    struct error late;
    overlay_path(theirs, from);
    if (qemu_inside_pause(from->qmp_path, error) < 0)
        return -1;
    int copied = file_copy(theirs, overlay, error);
    int went_on = qemu_inside_go_on(from->qmp_path, copied < 0 ? &late : error);
    if (copied == 0 && went_on == 0)
        return 0;
    unlink(overlay);
    return -1;
}

// One that is saved or moved takes its own along.
static int prepare_overlay(const struct server *server, const char *overlay, struct error *error)
{
    if (server->incoming[0])
        return 0;
    if (server->options.copy_of)
        return copy_overlay(server->options.copy_of, overlay, error);
    return make_overlay(server, overlay, error);
}

static int vm_start(struct server *server, struct error *error)
{
    char folder[PATH_MAX], base[PATH_MAX], kernel[PATH_MAX], initrd[PATH_MAX], payload[PATH_MAX];
    char overlay[OVERLAY_PATH_BYTES], command_line[VM_COMMAND_LINE_BYTES];

    artefact_path(folder, "vm");
    artefact_path(kernel, "vm/vmlinuz");
    artefact_path(initrd, "vm/initrd");
    artefact_path(payload, "images/%s.vm.ext4", server->options.payload->name);
    artefact_path(base, "vm/vm.qcow2");
    overlay_path(overlay, server);
    bool defined = server->options.definition != NULL; // by a person, who has no /run of ours
    if (vm_image_check(folder, error) < 0 || vm_command_line(server, command_line, error) < 0 ||
        (!defined && prepare_overlay(server, overlay, error) < 0))
        return -1;
    const struct qemu_disk disks[] = {
        {.path = defined ? base : overlay, .format = "qcow2", .snapshot = defined},
        {.path = payload, .format = "raw", .read_only = true},
    };
    const struct guest_image image = {
        .kernel = kernel,
        .initrd = initrd,
        .command_line = command_line,
        .disks = disks,
        .disk_count = server->options.payload->is_reference ? 1 : 2,
    };
    if (guest_start(server, &image, error) == 0)
        return 0;
    if (!server->incoming[0])
        unlink(overlay);
    return -1;
}

// The payload answers while Debian still boots: its consoles, its clean-up jobs. That work is not
// to be charged to the load, so its end is waited for: a time in which QEMU used little of its CPU.
static int vm_ready(struct server *server, struct error *error)
{
    const uint64_t deadline_ns = clock_now_ns() + SETTLE_PATIENCE_NS;
    uint64_t before_ns, after_ns;
    do {
        if (process_cpu_ns(server->payload_pid, &before_ns, error) < 0)
            return -1;
        clock_sleep_until_ns(clock_now_ns() + SETTLE_WINDOW_NS);
        if (process_cpu_ns(server->payload_pid, &after_ns, error) < 0)
            return -1;
    } while (after_ns - before_ns > SETTLE_WINDOW_NS / 5 && clock_now_ns() < deadline_ns &&
             !isolation_interrupted());
    return guest_ready(server, error);
}

static bool vm_stop(struct server *server)
{
    char overlay[OVERLAY_PATH_BYTES];
    bool by_button = guest_power_off(server, SHUTDOWN_PATIENCE_NS);
    overlay_path(overlay, server);
    unlink(overlay);
    return by_button;
}

const struct environment environment_vm = {
    .name = "vm",
    .summary = "the container's static binary as a service of a full Debian 12 (make vm)",
    .is_guest = true,
    .needs_pci = true,
    .is_optional = true,
    .disk = "/dev/vdc",
    .boot_ns = 25 * NS_PER_S,
    .check = vm_check,
    .start = vm_start,
    .ready = vm_ready,
    .checkpoint = guest_checkpoint,
    .restore = guest_restore,
    .migrate = guest_migrate,
    .stop = vm_stop,
    .exit_status = guest_exit_status,
};
