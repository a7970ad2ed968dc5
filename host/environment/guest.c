/* What the guests under QEMU share; see guest.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment/domain.h"
#include "environment/domain_move.h"
#include "environment/domain_xml.h"
#include "environment/libvirt.h"
#include "environment/libvirt_second.h"
#include "clock.h"
#include "environment/qemu_inside.h"
#include "environment/qemu_migration.h"

enum { GUEST_DISKS_MAX = 4 };

int guest_check(struct error *error)
{
    return program_find("qemu-system-x86_64", "qemu-system-x86", error);
}

int guest_command_line(const struct server *server, const char *kernel_options, char *text,
                       size_t size, struct error *error)
{
    const char *address = QEMU_USER_ADDRESS, *gateway = QEMU_USER_GATEWAY;
    if (server->port.name[0]) {
        address = server->port.address_text;
        gateway = NETWORK_CLIENT_ADDRESS;
    }
    size_t used =
        (size_t)snprintf(text, size, "%s%sip=%s/%d gw=%s --", kernel_options,
                         kernel_options[0] ? " " : "", address, NETWORK_PREFIX_BITS, gateway);
    for (const char *const *word = server->options.arguments; *word && used < size; word++) {
        // neither Linux nor the unikernel has a way to write a quotation mark
        if (strchr(*word, '"'))
            return error_set(error, EXIT_USAGE,
                             "a guest's command line cannot carry the '\"' of %.60s", *word);
        const char *quote = **word == '\0' || strpbrk(*word, " \t") ? "\"" : "";
        used += (size_t)snprintf(text + used, size - used, " %s%s%s", quote, *word, quote);
    }
    if (used >= size)
        return error_set(error, EXIT_USAGE,
                         "the payload's arguments are longer than the %zu bytes "
                         "of a guest's command line",
                         size);
    return 0;
}

// What QEMU may use beside the guest's memory: its own code and heap, and, under TCG, the cache of
// translated code (1 GiB at most, accel/tcg/region.c).
static uint64_t overhead_bytes(const struct server *server)
{
    enum { OWN_MIB = 256, TRANSLATION_MIB = 1024 };
    return (uint64_t)(OWN_MIB + (server->options.accelerator->kvm ? 0 : TRANSLATION_MIB)) << 20;
}

// The image's own disks, then the payload's.
static size_t list_disks(const struct server *server, const struct guest_image *image,
                         struct qemu_disk disks[GUEST_DISKS_MAX])
{
    size_t count = 0;
    while (count < image->disk_count && count < GUEST_DISKS_MAX - 1) {
        disks[count] = image->disks[count];
        count++;
    }
    if (server->options.disk_path)
        disks[count++] = (struct qemu_disk){.path = server->options.disk_path, .format = "raw"};
    return count;
}

// A daemon that is not ours runs its guests where it likes, under limits of its own.
static int start_by_libvirt(struct server *server, struct qemu_options *qemu, struct error *error)
{
    if (server->options.libvirt->uri)
        qemu->qmp_path = NULL;
    else
        confinement_make(server, overhead_bytes(server));
    if (qemu->port && network_release_tap(&server->port, error) < 0)
        return -1;
    return domain_start(server, qemu, error);
}

static int define(const struct server *server, const struct qemu_options *qemu, struct error *error)
{
    const struct domain_options options = {.name = server->options.domain, .qemu = qemu};
    char *xml = domain_xml(&options, error);
    if (!xml)
        return -1;
    fputs(xml, server->options.definition);
    free(xml);
    return 0;
}

static int memory_file(const struct server *server, char *path, size_t size, struct error *error)
{
    const char *folder = server->options.checkpoint;
    snprintf(path, size, "%s/memory", folder);
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", folder);
    return 0;
}

int guest_start(struct server *server, const struct guest_image *image, struct error *error)
{
    struct qemu_disk disks[GUEST_DISKS_MAX];
    struct qemu_options qemu = {
        .machine = server->options.machine,
        .accelerator = server->options.accelerator,
        .memory_mib = server->options.memory_mib,
        .vcpus = server->options.vcpus,
        .firmware = image->firmware,
        .kernel = image->kernel,
        .initrd = image->initrd,
        .command_line = image->command_line,
        .disks = disks,
        .disk_count = list_disks(server, image, disks),
        .port = server->port.name[0] ? &server->port : NULL,
        .forward = server->options.forward,
        .inspection = server->options.inspection,
        .qmp_path = server->qmp_path,
        .movable = server->options.movable,
        .incoming = server->incoming[0] != '\0',
    };
    char memory[128];
    if (server->options.checkpoint) {
        qemu.memory_path = memory;
        if (memory_file(server, memory, sizeof memory, error) < 0)
            return -1;
    }
    if (server->options.definition) {
        qemu.qmp_path = NULL;
        return define(server, &qemu, error);
    }
    snprintf(server->qmp_path, sizeof server->qmp_path, "/run/qmp-%s", server->id);
    if (server->options.libvirt)
        return start_by_libvirt(server, &qemu, error);
    qemu_command(&server->argv, &qemu);
    struct program_options options = {
        .argv = (const char *const *)server->argv.word,
        .netns_fd = -1,
        .inherited_fd = qemu.port ? server->port.tap_fd : -1,
        .output_fd = server->console_fd,
        .output_alone = server->options.console_path == NULL,
    };
    confinement_make(server, overhead_bytes(server));
    confinement_apply(server, &options);
    if (program_start(&server->program, &options, error) < 0)
        return -1;
    server->payload_pid = server->program.pid;
    if (!server->incoming[0] ||
        qemu_migration_in(&server->program, server->qmp_path, server->incoming,
                          server->options.checkpoint != NULL, error) == 0)
        return 0;
    program_kill(&server->program);
    return -1;
}

static const uint64_t CHECKPOINT_PATIENCE_NS = 60 * NS_PER_S;

static bool by_libvirt(const struct server *server, struct error *error)
{
    if (server->options.libvirt)
        error_set(error, EXIT_LACKING, "a guest of libvirt is not saved by us");
    return server->options.libvirt != NULL;
}

// The memory is in its file; the state of processor and devices goes to another beside it.
int guest_checkpoint(struct server *server, struct error *error)
{
    char address[128];
    struct qemu_migration report;
    if (by_libvirt(server, error))
        return -1;
    snprintf(address, sizeof address, "exec:cat > %s/state", server->options.checkpoint);
    if (qemu_migration_out(server->qmp_path, address, true, CHECKPOINT_PATIENCE_NS, &report,
                           error) < 0)
        return -1;
    program_kill(&server->program);
    return 0;
}

// QEMU inherits the file, and so needs no shell to read it by: a tenth of the whole restore.
int guest_restore(struct server *server, struct error *error)
{
    char path[128];
    snprintf(path, sizeof path, "%s/state", server->options.checkpoint);
    int state = open(path, O_RDONLY);
    if (state < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "opening %s", path);
    snprintf(server->incoming, sizeof server->incoming, "fd:%d", state);
    int code = server->environment->start(server, error);
    close(state);
    return code;
}

// The daemon opens the tap, and the limits hold from when the guest is there.
static int migrate_domain(struct server *from, struct server *to, struct qemu_migration *report,
                          struct error *error)
{
    snprintf(to->qmp_path, sizeof to->qmp_path, "/run/qmp-%s", to->id);
    to->domain = NULL;
    confinement_make(to, overhead_bytes(to));
    return network_release_tap(&to->port, error) == 0 ? domain_migrate(from, to, report, error)
                                                      : -1;
}

int guest_migrate(struct server *from, struct server *to, uint64_t patience_ns,
                  struct qemu_migration *report, struct error *error)
{
    if (from->options.libvirt)
        return migrate_domain(from, to, report, error);
    snprintf(to->incoming, sizeof to->incoming, "unix:/run/migration-%s", to->id);
    if (to->environment->start(to, error) < 0)
        return -1;
    if (qemu_migration_out(from->qmp_path, to->incoming, false, patience_ns, report, error) == 0)
        return 0;
    program_kill(&to->program);
    return -1;
}

// One to be moved is made ready for it before it is loaded.
int guest_ready(struct server *server, struct error *error)
{
    server->vcpus = server->domain ? domain_vcpus(server, server->vcpu, error)
                                   : qemu_inside_vcpus(server->qmp_path, server->vcpu, error);
    if (server->vcpus <= 0)
        return -1;
    if (!server->options.movable || server->incoming[0])
        return 0;
    if (server->options.libvirt)
        return libvirt_second(error) ? 0 : -1;
    return server->options.accelerator->kvm ? 0 : qemu_migration_prepare(server->qmp_path, error);
}

bool guest_stop(struct server *server)
{
    if (server->domain)
        domain_end(server);
    else
        program_kill(&server->program); // a guest has nothing to save
    return false;
}

static bool press_button(const struct server *server)
{
    return server->domain ? domain_power_button(server)
                          : qemu_inside_power_button(server->qmp_path);
}

// One that is not ready yet may not look at its button, or take it for another's.
bool guest_power_off(struct server *server, uint64_t patience_ns)
{
    bool ready = server->vcpus > 0;
    bool ended = ready && !program_ended(&server->program) && press_button(server) &&
                 program_wait(&server->program, patience_ns);
    bool well = ended && guest_exit_status(server) >= 0;
    if (!ended || server->domain)
        guest_stop(server);
    return well;
}

int guest_exit_status(const struct server *server)
{
    int status = server->program.status;
    if (!WIFEXITED(status) || (WEXITSTATUS(status) & 1) == 0)
        return -1;
    if (WEXITSTATUS(status) == 1 && server->vcpus == 0)
        return -1; // it never served: QEMU's own failure, say of its arguments, is 1 too
    return WEXITSTATUS(status) >> 1;
}
