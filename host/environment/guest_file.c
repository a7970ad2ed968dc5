/* The description of a guest that is not ours; see guest_file.h.
 *
 * Every key is one row of a table: its name, the type that libconfig must have read, and who takes
 * its value.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/guest_file.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "environment/image_kind.h"
#include "environment/network.h"
#include "environment/qemu_command.h"
#include "nearest.h"

struct reading {
    struct guest_file *guest;
    const char *path;
    struct error *error;
};

// "my.cfg:3: what is wrong". Returns -1.
static int complain(const struct reading *reading, enum exit_code code, unsigned int line,
                    const char *what)
{
    return error_set(reading->error, code, "%.200s:%u: %s", reading->path, line, what);
}

static int complain_of(const struct reading *reading, const config_setting_t *setting,
                       const char *what)
{
    char text[300];
    snprintf(text, sizeof text, "%s: %s", config_setting_name(setting), what);
    return complain(reading, EXIT_USAGE, config_setting_source_line(setting), text);
}

// It is to be told of in one line.
static int check_clean(const struct reading *reading, const config_setting_t *setting,
                       const char *value)
{
    for (; *value; value++)
        if (iscntrl((unsigned char)*value))
            return complain_of(reading, setting, "a control character in it");
    return 0;
}

static int take_text(const struct reading *reading, const config_setting_t *setting, char *text,
                     size_t size)
{
    const char *value = config_setting_get_string(setting);
    if (strlen(value) >= size)
        return complain_of(reading, setting, "too long");
    memcpy(text, value, strlen(value) + 1);
    return check_clean(reading, setting, value);
}

static int take_number(const struct reading *reading, const config_setting_t *setting,
                       long long least, long long most, unsigned int *number)
{
    char what[80];
    long long value = config_setting_get_int64(setting);
    if (value >= least && value <= most) {
        *number = (unsigned int)value;
        return 0;
    }
    snprintf(what, sizeof what, "from %lld to %lld", least, most);
    return complain_of(reading, setting, what);
}

static int take_name(struct reading *reading, const config_setting_t *setting)
{
    char *name = reading->guest->name;
    if (take_text(reading, setting, name, sizeof reading->guest->name) < 0)
        return -1;
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
            return complain_of(reading, setting, "letters, digits and ._+- alone");
    return *name ? 0 : complain_of(reading, setting, "empty");
}

// Relative to the description's own folder.
static int resolve(const struct reading *reading, const config_setting_t *setting,
                   const char *value, char path[PATH_MAX])
{
    const char *slash = strrchr(reading->path, '/');
    int folder = value[0] == '/' || !slash ? 0 : (int)(slash - reading->path) + 1;
    if (snprintf(path, PATH_MAX, "%.*s%s", folder, reading->path, value) >= PATH_MAX)
        return complain_of(reading, setting, "too long");
    return check_clean(reading, setting, value);
}

// Returns how many bytes the file begins with, at most IMAGE_HEAD_BYTES, or -1 and an error.
static ssize_t read_head(const struct reading *reading, const config_setting_t *setting,
                         const char *path, unsigned char head[IMAGE_HEAD_BYTES])
{
    char what[400];
    struct stat status;
    FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;
    if (file) {
        size_t bytes = fread(head, 1, IMAGE_HEAD_BYTES, file);
        fclose(file);
        return (ssize_t)bytes;
    }
    snprintf(what, sizeof what, "%s %.250s: %s", config_setting_name(setting), path,
             errno ? strerror(errno) : "not a file");
    return complain(reading, EXIT_LACKING, config_setting_source_line(setting), what);
}

static int take_file(const struct reading *reading, const config_setting_t *setting,
                     const char *value, char path[PATH_MAX], unsigned char head[IMAGE_HEAD_BYTES],
                     size_t *bytes)
{
    errno = 0;
    if (resolve(reading, setting, value, path) < 0)
        return -1;
    ssize_t got = read_head(reading, setting, path, head);
    *bytes = got < 0 ? 0 : (size_t)got;
    return got < 0 ? -1 : 0;
}

static int take_kernel(struct reading *reading, const config_setting_t *setting)
{
    unsigned char head[IMAGE_HEAD_BYTES];
    size_t bytes;
    if (take_file(reading, setting, config_setting_get_string(setting), reading->guest->kernel,
                  head, &bytes) < 0)
        return -1;
    return image_is_kernel(head, bytes)
               ? 0
               : complain_of(reading, setting,
                             "no kernel that QEMU loads: neither ELF nor bzImage nor multiboot");
}

static int take_initrd(struct reading *reading, const config_setting_t *setting)
{
    unsigned char head[IMAGE_HEAD_BYTES];
    size_t bytes;
    return take_file(reading, setting, config_setting_get_string(setting), reading->guest->initrd,
                     head, &bytes);
}

static int take_oci(struct reading *reading, const config_setting_t *setting)
{
    unsigned char head[IMAGE_HEAD_BYTES];
    size_t bytes;
    if (take_file(reading, setting, config_setting_get_string(setting), reading->guest->oci, head,
                  &bytes) < 0)
        return -1;
    return image_is_tar(head, bytes) ? 0 : complain_of(reading, setting, "no archive (tar)");
}

// It becomes a word of a command.
static int take_image(struct reading *reading, const config_setting_t *setting)
{
    char *image = reading->guest->image;
    if (take_text(reading, setting, image, sizeof reading->guest->image) < 0)
        return -1;
    for (const char *c = image; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-/:@", *c))
            return complain_of(reading, setting, "no name of an image");
    return isalnum((unsigned char)image[0]) ? 0
                                            : complain_of(reading, setting, "no name of an image");
}

static int add_disk(struct reading *reading, const config_setting_t *setting, const char *value)
{
    struct guest_file *guest = reading->guest;
    unsigned char head[IMAGE_HEAD_BYTES];
    size_t bytes;
    if (guest->disk_count == GUEST_FILE_DISKS_MAX)
        return complain_of(reading, setting, "more than three");
    struct guest_disk_file *disk = &guest->disks[guest->disk_count++];
    if (take_file(reading, setting, value, disk->path, head, &bytes) < 0)
        return -1;
    disk->is_qcow2 = image_is_qcow2(head, bytes);
    // QEMU counts a raw disk in sectors
    if (!disk->is_qcow2 && bytes < 512)
        return complain_of(reading, setting, "no disk image: shorter than a sector");
    disk->is_bootable = disk->is_qcow2 || image_is_bootable(head, bytes);
    return 0;
}

static int take_disk(struct reading *reading, const config_setting_t *setting)
{
    if (config_setting_type(setting) == CONFIG_TYPE_STRING)
        return add_disk(reading, setting, config_setting_get_string(setting));
    for (int i = 0; i < config_setting_length(setting); i++) {
        const char *value = config_setting_get_string_elem(setting, i);
        if (!value)
            return complain_of(reading, setting, "a file, or a list of files");
        if (add_disk(reading, setting, value) < 0)
            return -1;
    }
    return 0;
}

static int take_append(struct reading *reading, const config_setting_t *setting)
{
    return take_text(reading, setting, reading->guest->append, sizeof reading->guest->append);
}

static int take_machine(struct reading *reading, const config_setting_t *setting)
{
    char *machine = reading->guest->machine;
    struct error error;
    if (take_text(reading, setting, machine, sizeof reading->guest->machine) < 0)
        return -1;
    if (qemu_machine_find(machine, &error))
        return 0;
    return complain(reading, EXIT_USAGE, config_setting_source_line(setting), error.text);
}

static int take_memory(struct reading *reading, const config_setting_t *setting)
{
    return take_number(reading, setting, 2, 65536, &reading->guest->memory_mib);
}

static int take_port(struct reading *reading, const config_setting_t *setting)
{
    unsigned int port = 0;
    if (take_number(reading, setting, 1, UINT16_MAX, &port) < 0)
        return -1;
    reading->guest->port = (uint16_t)port;
    return 0;
}

static int take_ready(struct reading *reading, const config_setting_t *setting)
{
    static const char http[] = "http://{ip}:{port}/", udp[] = "udp://{ip}:{port}";
    struct guest_file *guest = reading->guest;
    char url[GUEST_URL_BYTES];
    if (take_text(reading, setting, url, sizeof url) < 0)
        return -1;
    if (strcmp(url, udp) == 0) {
        guest->protocol = PROTOCOL_UDP;
        return 0;
    }
    if (strncmp(url, http, sizeof http - 1) != 0 || strchr(url, ' '))
        return complain_of(reading, setting,
                           "is to begin with http://{ip}:{port}/ or to be "
                           "udp://{ip}:{port}");
    guest->protocol = PROTOCOL_HTTP;
    snprintf(guest->url_path, sizeof guest->url_path, "%s", url + sizeof http - 2);
    return 0;
}

// In the network of a study, and none of the client's.
static int take_address(struct reading *reading, const config_setting_t *setting)
{
    enum { HOST_BITS = 32 - NETWORK_PREFIX_BITS, HOST_MIN = 2, HOST_MAX = 239 };
    struct in_addr client, *address = &reading->guest->address;
    inet_pton(AF_INET, NETWORK_CLIENT_ADDRESS, &client);
    if (inet_pton(AF_INET, config_setting_get_string(setting), address) == 1) {
        uint32_t is = ntohl(address->s_addr), host = is & ((1U << HOST_BITS) - 1);
        if (is >> HOST_BITS == ntohl(client.s_addr) >> HOST_BITS && host >= HOST_MIN &&
            host <= HOST_MAX)
            return 0;
    }
    return complain_of(reading, setting, "is to be from 10.0.0.2 to 10.0.0.239");
}

static int take_patience(struct reading *reading, const config_setting_t *setting)
{
    return take_number(reading, setting, 1, 3600, &reading->guest->patience_s);
}

static const struct key {
    const char *name;
    const char *type;
    int (*take)(struct reading *reading, const config_setting_t *setting);
    bool is_required;
} keys[] = {
    {"name", "text", take_name, true},
    {"kernel", "text", take_kernel, false},
    {"initrd", "text", take_initrd, false},
    {"append", "text", take_append, false},
    {"oci", "text", take_oci, false},
    {"image", "text", take_image, false},
    {"disk", "disk", take_disk, false},
    {"machine", "text", take_machine, false},
    {"memory", "number", take_memory, false},
    {"port", "number", take_port, true},
    {"ready", "text", take_ready, true},
    {"address", "text", take_address, false},
    {"patience", "number", take_patience, false},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static bool has_type(const config_setting_t *setting, const char *type)
{
    int is = config_setting_type(setting);
    if (strcmp(type, "number") == 0)
        return is == CONFIG_TYPE_INT || is == CONFIG_TYPE_INT64;
    if (strcmp(type, "disk") == 0 && config_setting_is_aggregate(setting))
        return is != CONFIG_TYPE_GROUP;
    return is == CONFIG_TYPE_STRING;
}

static int take(struct reading *reading, const config_setting_t *setting)
{
    const char *name = config_setting_name(setting), *names[KEYS + 1] = {NULL};
    struct error error;
    for (size_t i = 0; i < KEYS; i++) {
        names[i] = keys[i].name;
        if (strcmp(keys[i].name, name) != 0)
            continue;
        if (!has_type(setting, keys[i].type))
            return complain_of(reading, setting,
                               strcmp(keys[i].type, "number") == 0 ? "is to be a number"
                                                                   : "is to be in quotes");
        return keys[i].take(reading, setting);
    }
    nearest_unknown(&error, "key", name, names);
    return complain(reading, EXIT_USAGE, config_setting_source_line(setting), error.text);
}

static int check_container(const struct reading *reading, unsigned int last_line)
{
    const struct guest_file *guest = reading->guest;
    if (guest->kernel[0] || guest->disk_count > 0 || guest->initrd[0] || guest->append[0] ||
        guest->machine[0] || guest->address.s_addr)
        return complain(reading, EXIT_USAGE, last_line,
                        "oci is a container: without kernel, initrd, append, disk, machine, "
                        "address");
    return guest->image[0] ? 0
                           : complain(reading, EXIT_USAGE, last_line,
                                      "oci wants the name of the image in it (image)");
}

// What one key says of another.
static int check_together(const struct reading *reading, unsigned int last_line)
{
    const struct guest_file *guest = reading->guest;
    if (guest->oci[0])
        return check_container(reading, last_line);
    if (guest->image[0])
        return complain(reading, EXIT_USAGE, last_line, "image is of an archive (oci)");
    if (!guest->kernel[0] && guest->disk_count == 0)
        return complain(reading, EXIT_USAGE, last_line, "neither kernel nor disk nor oci");
    if (!guest->kernel[0] && (guest->initrd[0] || guest->append[0]))
        return complain(reading, EXIT_USAGE, last_line, "initrd and append need a kernel");
    if (!guest->kernel[0] && !guest->disks[0].is_bootable)
        return complain(reading, EXIT_USAGE, last_line,
                        "no kernel, and the disk is neither qcow2 nor has it a boot sector");
    if (!guest->kernel[0] && strcmp(guest->machine, "microvm") == 0)
        return complain(reading, EXIT_USAGE, last_line,
                        "the machine microvm boots a kernel, not a disk");
    return 0;
}

static int check_required(const struct reading *reading, const config_setting_t *root,
                          unsigned int last_line)
{
    char what[60];
    for (size_t i = 0; i < KEYS; i++)
        if (keys[i].is_required && !config_setting_get_member(root, keys[i].name)) {
            snprintf(what, sizeof what, "the key '%s' is missing", keys[i].name);
            return complain(reading, EXIT_USAGE, last_line, what);
        }
    return 0;
}

static unsigned int lines_of(const char *text)
{
    unsigned int lines = 1;
    for (; *text; text++)
        lines += *text == '\n' && text[1];
    return lines;
}

static int take_all(struct reading *reading, const config_setting_t *root, const char *text)
{
    for (int i = 0; i < config_setting_length(root); i++)
        if (take(reading, config_setting_get_elem(root, (unsigned int)i)) < 0)
            return -1;
    if (check_required(reading, root, lines_of(text)) < 0)
        return -1;
    return check_together(reading, lines_of(text));
}

int guest_file_parse(struct guest_file *guest, const char *text, const char *path,
                     struct error *error)
{
    struct reading reading = {guest, path, error};
    config_t config;
    int code;

    memset(guest, 0, sizeof *guest);
    // One file is one guest: what it includes would have lines of its own.
    if (strstr(text, "@include"))
        return complain(&reading, EXIT_USAGE, 1, "@include is not for descriptions of guests");
    config_init(&config);
    if (config_read_string(&config, text))
        code = take_all(&reading, config_root_setting(&config), text);
    else
        code = complain(&reading, EXIT_USAGE, (unsigned int)config_error_line(&config),
                        config_error_text(&config));
    config_destroy(&config);
    return code;
}

int guest_file_read(struct guest_file *guest, const char *path, struct error *error)
{
    char text[GUEST_FILE_BYTES_MAX], absolute[PATH_MAX];
    struct stat status;
    FILE *file = realpath(path, absolute) ? fopen(absolute, "re") : NULL;
    if (!file)
        return error_set_errno(error, EXIT_USAGE, errno, "--guest %s", path);
    size_t length = fread(text, 1, sizeof text, file);
    bool is_file = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
    fclose(file);
    if (!is_file || length == sizeof text || memchr(text, '\0', length))
        return error_set(error, EXIT_USAGE, "--guest %s: no description of a guest, which is text",
                         path);
    text[length] = '\0';
    return guest_file_parse(guest, text, absolute, error);
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
