/* The description of a guest that is not ours; see guest_file.h.
 *
 * Read by cfg.h, whose errors stick: what is asked for after the first is only to be ignored. What
 * the keys say together is looked at last, and told with the file's last line.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/guest_file.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cfg.h"
#include "environment/image_kind.h"
#include "environment/network.h"
#include "environment/qemu_command.h"

static const char *const keys[] = {"name",  "kernel",  "initrd",   "append", "oci",
                                   "image", "disk",    "machine",  "memory", "port",
                                   "ready", "address", "patience", NULL};

struct reading {
    struct guest_file *guest;
    struct cfg *cfg;
    const config_setting_t *root;
};

static const config_setting_t *member(const struct reading *reading, const char *key)
{
    return config_setting_get_member(reading->root, key);
}

// A text that has room; empty where there is none.
static void take_text(const struct reading *reading, const char *key, bool required, char *text,
                      size_t size)
{
    const char *value = cfg_text(reading->cfg, reading->root, key, required ? CFG_REQUIRED : "");
    if ((size_t)snprintf(text, size, "%s", value) >= size)
        cfg_refuse(reading->cfg, member(reading, key), "'%s' is too long", key);
}

static void take_name(const struct reading *reading)
{
    char *name = reading->guest->name;
    take_text(reading, "name", true, name, sizeof reading->guest->name);
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
            cfg_refuse(reading->cfg, member(reading, "name"),
                       "'name' wants letters, digits and ._+- alone");
}

// Relative to the description's own folder.
static void resolve(const struct reading *reading, const config_setting_t *setting,
                    const char *value, char path[PATH_MAX])
{
    const char *own = reading->cfg->name, *slash = strrchr(own, '/');
    int folder = value[0] == '/' || !slash ? 0 : (int)(slash - own) + 1;
    if (snprintf(path, PATH_MAX, "%.*s%s", folder, own, value) >= PATH_MAX)
        cfg_refuse(reading->cfg, setting, "the path is too long");
}

// Of the file's first bytes, at most IMAGE_HEAD_BYTES; returns how many. One that is not there is
// what this machine lacks.
static size_t read_head(const struct reading *reading, const config_setting_t *setting,
                        const char *key, const char *path, unsigned char head[IMAGE_HEAD_BYTES])
{
    struct stat status;
    errno = 0;
    FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;
    if (file) {
        size_t bytes = fread(head, 1, IMAGE_HEAD_BYTES, file);
        fclose(file);
        return bytes;
    }
    const char *why = errno ? strerror(errno) : "not a file";
    if (!cfg_failed(reading->cfg)) { // else another error is told, of its own code
        cfg_refuse(reading->cfg, setting, "%s %.250s: %s", key, path, why);
        reading->cfg->error->code = EXIT_LACKING;
    }
    return 0;
}

static size_t take_file(const struct reading *reading, const char *key, char path[PATH_MAX],
                        unsigned char head[IMAGE_HEAD_BYTES])
{
    const char *value = cfg_text(reading->cfg, reading->root, key, "");
    if (!*value || cfg_failed(reading->cfg))
        return 0;
    resolve(reading, member(reading, key), value, path);
    return read_head(reading, member(reading, key), key, path, head);
}

static void take_kernel(const struct reading *reading)
{
    unsigned char head[IMAGE_HEAD_BYTES];
    size_t bytes = take_file(reading, "kernel", reading->guest->kernel, head);
    if (reading->guest->kernel[0] && !image_is_kernel(head, bytes))
        cfg_refuse(reading->cfg, member(reading, "kernel"),
                   "kernel: no kernel that QEMU loads: neither ELF nor bzImage nor multiboot");
}

static void take_initrd(const struct reading *reading)
{
    unsigned char head[IMAGE_HEAD_BYTES];
    take_file(reading, "initrd", reading->guest->initrd, head);
}

static void take_oci(const struct reading *reading)
{
    unsigned char head[IMAGE_HEAD_BYTES];
    size_t bytes = take_file(reading, "oci", reading->guest->oci, head);
    if (reading->guest->oci[0] && !image_is_tar(head, bytes))
        cfg_refuse(reading->cfg, member(reading, "oci"), "oci: no archive (tar)");
}

// It becomes a word of a command.
static void take_image(const struct reading *reading)
{
    char *image = reading->guest->image;
    take_text(reading, "image", false, image, sizeof reading->guest->image);
    bool good = !*image || isalnum((unsigned char)*image);
    for (const char *c = image; *c; c++)
        good = good && (isalnum((unsigned char)*c) || strchr("._-/:@", *c));
    if (!good)
        cfg_refuse(reading->cfg, member(reading, "image"), "image: no name of an image");
}

static void add_disk(const struct reading *reading, const config_setting_t *setting,
                     const char *value)
{
    struct guest_file *guest = reading->guest;
    unsigned char head[IMAGE_HEAD_BYTES];
    if (guest->disk_count == GUEST_FILE_DISKS_MAX) {
        cfg_refuse(reading->cfg, setting, "disk: more than three");
        return;
    }
    struct guest_disk_file *disk = &guest->disks[guest->disk_count++];
    resolve(reading, setting, value, disk->path);
    size_t bytes = read_head(reading, setting, "disk", disk->path, head);
    disk->is_qcow2 = image_is_qcow2(head, bytes);
    // QEMU counts a raw disk in sectors
    if (!disk->is_qcow2 && bytes < 512)
        cfg_refuse(reading->cfg, setting, "disk: no disk image: shorter than a sector");
    disk->is_bootable = disk->is_qcow2 || image_is_bootable(head, bytes);
}

// A text, or several.
static void take_disks(const struct reading *reading)
{
    const config_setting_t *setting = member(reading, "disk");
    if (!setting)
        return;
    if (!config_setting_is_aggregate(setting)) {
        add_disk(reading, setting, cfg_text(reading->cfg, reading->root, "disk", ""));
        return;
    }
    const config_setting_t *files = cfg_texts(reading->cfg, reading->root, "disk", false);
    for (int i = 0; files && i < config_setting_length(files); i++)
        add_disk(reading, files, config_setting_get_string_elem(files, i));
}

static void take_machine(const struct reading *reading)
{
    char *machine = reading->guest->machine;
    struct error error;
    take_text(reading, "machine", false, machine, sizeof reading->guest->machine);
    if (*machine && !qemu_machine_find(machine, &error))
        cfg_refuse(reading->cfg, member(reading, "machine"), "%s", error.text);
}

static void take_ready(const struct reading *reading)
{
    static const char http[] = "http://{ip}:{port}/", udp[] = "udp://{ip}:{port}";
    struct guest_file *guest = reading->guest;
    char url[GUEST_URL_BYTES];
    take_text(reading, "ready", true, url, sizeof url);
    guest->protocol = strcmp(url, udp) == 0 ? PROTOCOL_UDP : PROTOCOL_HTTP;
    if (guest->protocol == PROTOCOL_UDP || cfg_failed(reading->cfg))
        return;
    if (strncmp(url, http, sizeof http - 1) != 0 || strchr(url, ' '))
        cfg_refuse(reading->cfg, member(reading, "ready"),
                   "ready: is to begin with http://{ip}:{port}/ or to be udp://{ip}:{port}");
    else
        snprintf(guest->url_path, sizeof guest->url_path, "%s", url + sizeof http - 2);
}

// In the network of a study, and none of the client's.
static void take_address(const struct reading *reading)
{
    enum { HOST_BITS = 32 - NETWORK_PREFIX_BITS, HOST_MIN = 2, HOST_MAX = 239 };
    struct in_addr client, *address = &reading->guest->address;
    const char *text = cfg_text(reading->cfg, reading->root, "address", "");
    if (!*text)
        return;
    inet_pton(AF_INET, NETWORK_CLIENT_ADDRESS, &client);
    if (inet_pton(AF_INET, text, address) == 1) {
        uint32_t is = ntohl(address->s_addr), host = is & ((1U << HOST_BITS) - 1);
        if (is >> HOST_BITS == ntohl(client.s_addr) >> HOST_BITS && host >= HOST_MIN &&
            host <= HOST_MAX)
            return;
    }
    cfg_refuse(reading->cfg, member(reading, "address"),
               "address: is to be from 10.0.0.2 to 10.0.0.239");
}

static void take_all(const struct reading *reading)
{
    struct guest_file *guest = reading->guest;
    cfg_only(reading->cfg, reading->root, keys);
    take_name(reading);
    take_kernel(reading);
    take_initrd(reading);
    take_text(reading, "append", false, guest->append, sizeof guest->append);
    take_oci(reading);
    take_image(reading);
    take_disks(reading);
    take_machine(reading);
    guest->memory_mib = (unsigned int)cfg_uint(reading->cfg, reading->root, "memory", 2, 65536, 0);
    guest->port =
        (uint16_t)cfg_uint(reading->cfg, reading->root, "port", 1, UINT16_MAX, CFG_REQUIRED_UINT);
    take_ready(reading);
    take_address(reading);
    guest->patience_s = (unsigned int)cfg_uint(reading->cfg, reading->root, "patience", 1, 3600, 0);
}

static const char *wrong_container(const struct guest_file *guest)
{
    if (guest->kernel[0] || guest->disk_count > 0 || guest->initrd[0] || guest->append[0] ||
        guest->machine[0] || guest->address.s_addr)
        return "oci is a container: without kernel, initrd, append, disk, machine, address";
    return guest->image[0] ? NULL : "oci wants the name of the image in it (image)";
}

// What one key says of another; NULL: nothing is wrong.
static const char *wrong_together(const struct guest_file *guest)
{
    if (guest->oci[0])
        return wrong_container(guest);
    if (guest->image[0])
        return "image is of an archive (oci)";
    if (!guest->kernel[0] && guest->disk_count == 0)
        return "neither kernel nor disk nor oci";
    if (!guest->kernel[0] && (guest->initrd[0] || guest->append[0]))
        return "initrd and append need a kernel";
    if (!guest->kernel[0] && !guest->disks[0].is_bootable)
        return "no kernel, and the disk is neither qcow2 nor has it a boot sector";
    if (!guest->kernel[0] && strcmp(guest->machine, "microvm") == 0)
        return "the machine microvm boots a kernel, not a disk";
    return NULL;
}

static int read_guest(struct guest_file *guest, struct cfg *cfg)
{
    memset(guest, 0, sizeof *guest);
    if (!cfg_failed(cfg)) {
        const struct reading reading = {guest, cfg, config_root_setting(&cfg->parsed)};
        take_all(&reading);
        const char *wrong = wrong_together(guest);
        if (wrong)
            cfg_refuse(cfg, reading.root, "%s", wrong);
    }
    int code = cfg_failed(cfg) ? -1 : 0;
    cfg_close(cfg);
    return code;
}

int guest_file_parse(struct guest_file *guest, const char *text, const char *path,
                     struct error *error)
{
    struct cfg cfg;
    cfg_parse(&cfg, path, text, error);
    return read_guest(guest, &cfg);
}

int guest_file_read(struct guest_file *guest, const char *path, struct error *error)
{
    char absolute[PATH_MAX];
    struct cfg cfg;
    if (!realpath(path, absolute))
        return error_set_errno(error, EXIT_USAGE, errno, "--guest %s", path);
    cfg_open(&cfg, absolute, error);
    return read_guest(guest, &cfg);
}

static size_t append_text(char *text, size_t size, size_t used, const char *piece, size_t length)
{
    if (used + length < size)
        memcpy(text + used, piece, length);
    return used + length;
}

int guest_file_fill(const char *template, const char *ip, const char *gateway, uint16_t port,
                    char *text, size_t size)
{
    char number[8];
    snprintf(number, sizeof number, "%u", port);
    const struct {
        const char *name, *value;
    } names[] = {{"{ip}", ip}, {"{gateway}", gateway}, {"{port}", number}};
    size_t used = 0;
    while (*template) {
        size_t i = 0;
        while (i < 3 && strncmp(template, names[i].name, strlen(names[i].name)) != 0)
            i++;
        used = i < 3 ? append_text(text, size, used, names[i].value, strlen(names[i].value))
                     : append_text(text, size, used, template, 1);
        template += i < 3 ? strlen(names[i].name) : 1;
    }
    if (used >= size)
        return -1;
    text[used] = '\0';
    return 0;
}
