/* The description of a guest that is not ours: a small file in libconfig's syntax
 * (https://hyperrealm.github.io/libconfig/), worked examples in images/guests/.
 *
 *   name     = "unikraft";              what tables call it
 *   kernel   = "nginx_qemu-x86_64";     ELF with a PVH note, multiboot, bzImage
 *   initrd   = "rootfs.cpio";
 *   append   = "ip={ip} gw={gateway}";  its command line; also {port}
 *   disk     = "disk.qcow2";            or a list of them: qcow2 or raw; what is written is lost
 *   oci      = "nginx.tar";             instead of these: an OCI or Docker archive, a container
 *   image    = "docker.io/nginx:1.25";  and what the image in it is called
 *   machine  = "q35";                   microvm, q35 or pc; any, if not said
 *   memory   = 64;                      MiB that it needs
 *   port     = 80;                      where it listens
 *   ready    = "http://{ip}:{port}/";   asked until it answers; or udp://{ip}:{port}
 *   address  = "10.0.0.42";             the one that it has built in, if it takes none
 *   patience = 120;                     seconds that it may take to answer
 *
 * name, port and ready must be there, and kernel, disk or oci. Paths are relative to the file's
 * folder.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_GUEST_FILE_H
#define THRICE_GUEST_FILE_H

#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "environment/payload.h"
#include "error.h"

enum {
    GUEST_FILE_DISKS_MAX = 3,
    GUEST_NAME_BYTES = 32,
    GUEST_APPEND_BYTES = 1024,
    GUEST_URL_BYTES = 256,
};

struct guest_disk_file {
    char path[PATH_MAX];
    bool is_qcow2;
    bool is_bootable; /* as far as its first sector tells */
};

/* What is not said is empty or 0. Paths are absolute where the file's own is. */
struct guest_file {
    char name[GUEST_NAME_BYTES];
    char kernel[PATH_MAX];
    char initrd[PATH_MAX];
    char append[GUEST_APPEND_BYTES];
    struct guest_disk_file disks[GUEST_FILE_DISKS_MAX];
    unsigned int disk_count;
    char oci[PATH_MAX];
    char image[GUEST_URL_BYTES];
    char machine[16];
    unsigned int memory_mib;
    uint16_t port;
    enum protocol protocol;
    char url_path[GUEST_URL_BYTES]; /* of HTTP, with its first slash */
    struct in_addr address;
    unsigned int patience_s;
};

/* Reads the description in text, which says of itself that it is the file of that path. An error
 * (EXIT_USAGE) begins with file and line: syntax, a key unknown, twice or missing, a wrong value, a
 * file that is not there (EXIT_LACKING) or no image. Returns 0 or -1.
 */
int guest_file_parse(struct guest_file *guest, const char *text, const char *path,
                     struct error *error);

/* The same of the file itself; its path becomes absolute. */
int guest_file_read(struct guest_file *guest, const char *path, struct error *error);

/* Writes a template with {ip}, {gateway} and {port} replaced; other braces stay. Returns 0, or -1
 * when it does not fit in size bytes.
 */
int guest_file_fill(const char *template, const char *ip, const char *gateway, uint16_t port,
                    char *text, size_t size);

#endif
