// sources: host/environment/guest_file.c host/environment/image_kind.c host/environment/qemu_command.c host/environment/argv.c host/cfg.c host/nearest.c host/error.c
/* Fuzzes the description of a guest: whatever the text, it is a guest that can be started, or one
 * line with file and line.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/guest_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

// libconfig 1.5 forgets a string that is open where its syntax fails.
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static void check_error(const struct error *error)
{
    if (strncmp(error->text, "/nowhere/guest.cfg:", 19) != 0 || strchr(error->text, '\n'))
        abort();
}

static void check_guest(const struct guest_file *guest)
{
    char line[GUEST_APPEND_BYTES + 64];
    if (!guest->name[0] || guest->port == 0 ||
        (!guest->kernel[0] && guest->disk_count == 0 && !guest->oci[0]) ||
        (guest->oci[0] && !guest->image[0]))
        abort();
    if (guest_file_fill(guest->append, "10.0.0.2", "10.0.0.1", guest->port, line, sizeof line) ==
            0 &&
        strstr(line, "{port}"))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct guest_file guest;
    struct error error = {.text = ""};
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    if (guest_file_parse(&guest, text, "/nowhere/guest.cfg", &error) < 0)
        check_error(&error);
    else
        check_guest(&guest);
    free(text);
    return 0;
}
