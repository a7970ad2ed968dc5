/* Guests that are not ours; see foreign.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "clock.h"
#include "environment/guest.h"
#include "environment/libvirt.h"
#include "sha256.h"

enum { DEFAULT_PATIENCE_S = 60 };

static int foreign_check(const struct payload *payload, struct error *error)
{
    (void)payload;
    return guest_check(error);
}

static int command_line(const struct server *server, const struct guest_file *file, char *text,
                        size_t size, struct error *error)
{
    const char *address = QEMU_USER_ADDRESS, *gateway = QEMU_USER_GATEWAY;
    if (server->port.name[0]) {
        address = server->port.address_text;
        gateway = NETWORK_CLIENT_ADDRESS;
    }
    if (guest_file_fill(file->append, address, gateway, server->options.port, text, size) < 0)
        return error_set(error, EXIT_USAGE, "append is longer than %zu bytes", size);
    return 0;
}

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

// What is written to a disk is dropped with the guest: its hash stays what it was.
static int foreign_start(struct server *server, struct error *error)
{
    const struct guest_file *file = &server->environment->foreign->file;
    struct qemu_disk disks[GUEST_FILE_DISKS_MAX];
    char text[GUEST_APPEND_BYTES + 64];
    if (command_line(server, file, text, sizeof text, error) < 0)
        return -1;
    for (unsigned int i = 0; i < file->disk_count; i++)
        disks[i] = (struct qemu_disk){.path = file->disks[i].path,
                                      .format = file->disks[i].is_qcow2 ? "qcow2" : "raw",
                                      .snapshot = true};
    const struct guest_image image = {
        .kernel = or_null(file->kernel),
        .initrd = or_null(file->initrd),
        .command_line = file->kernel[0] ? text : NULL,
        .disks = disks,
        .disk_count = file->disk_count,
    };
    return guest_start(server, &image, error);
}

// One that powers itself off ends QEMU with 0; the exit device is ours, and few know it.
static int foreign_exit_status(const struct server *server)
{
    int status = server->program.status;
    if (server->options.libvirt && server->options.libvirt->uri)
        return -1; // nobody told
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    return guest_exit_status(server);
}

// A container as ours is, of another image.
static void describe_container(struct foreign *foreign)
{
    foreign->payload.archive = foreign->file.oci;
    foreign->payload.image = foreign->file.image;
    foreign->environment = environment_container;
    foreign->environment.name = foreign->file.name;
    foreign->environment.summary = foreign->path;
    foreign->environment.foreign = foreign;
    foreign->environment.patience_ns = foreign->file.patience_s * NS_PER_S;
}

static void describe(struct foreign *foreign)
{
    const struct guest_file *file = &foreign->file;
    unsigned int patience_s = file->patience_s ? file->patience_s : DEFAULT_PATIENCE_S;
    foreign->payload = (struct payload){
        .name = file->name,
        .summary = foreign->path,
        .protocol = file->protocol,
        .port = file->port,
        .url_path = or_null(file->url_path),
    };
    if (file->oci[0]) {
        describe_container(foreign);
        return;
    }
    foreign->environment = (struct environment){
        .name = file->name,
        .summary = foreign->path,
        .foreign = foreign,
        .is_guest = true,
        .needs_pci = file->machine[0] && qemu_machine_has_pci(file->machine),
        .machine = or_null(file->machine),
        .boot_ns = patience_s * NS_PER_S / 4,
        .patience_ns = patience_s * NS_PER_S,
        .check = foreign_check,
        .start = foreign_start,
        .ready = guest_ready,
        .stop = guest_stop,
        .exit_status = foreign_exit_status,
    };
}

const struct foreign *foreign_add(const char *path, struct error *error)
{
    struct foreign *foreign = calloc(1, sizeof *foreign);
    if (!foreign) {
        error_set(error, EXIT_FAILED, "out of memory for %s", path);
        return NULL;
    }
    if (guest_file_read(&foreign->file, path, error) < 0 || !realpath(path, foreign->path)) {
        free(foreign);
        return NULL;
    }
    describe(foreign);
    if (environment_add(&foreign->environment, error) == 0)
        return foreign; // for good: the table has it
    free(foreign);
    return NULL;
}

static int add_hash(json_t *hashes, const char *path, struct error *error)
{
    char text[SHA256_TEXT_BYTES];
    if (path[0] == '\0')
        return 0;
    if (sha256_file(path, text, error) < 0)
        return -1;
    return json_object_set_new(hashes, path, json_string(text));
}

json_t *foreign_hashes(const struct foreign *foreign, struct error *error)
{
    const struct guest_file *file = &foreign->file;
    json_t *hashes = json_object();
    int code = add_hash(hashes, foreign->path, error);
    if (code == 0)
        code = add_hash(hashes, file->oci, error);
    if (code == 0)
        code = add_hash(hashes, file->kernel, error);
    if (code == 0)
        code = add_hash(hashes, file->initrd, error);
    for (unsigned int i = 0; code == 0 && i < file->disk_count; i++)
        code = add_hash(hashes, file->disks[i].path, error);
    if (code == 0)
        return hashes;
    json_decref(hashes);
    return NULL;
}

int foreign_add_name(const char *name, struct error *error)
{
    struct error ignored;
    if (environment_find(name, &ignored))
        return 0;
    struct environment *environment = calloc(1, sizeof *environment);
    char *own = strdup(name);
    if (environment && own) {
        *environment = (struct environment){.name = own, .summary = "", .is_guest = true};
        if (environment_add(environment, error) == 0)
            return 0;
    }
    free(own);
    free(environment);
    return -1;
}
