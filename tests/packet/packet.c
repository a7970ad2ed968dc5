/* packet: plays one script (script.h) against a guest that it boots.
 *
 * Usage: packet [-v] SCRIPT DIR-OF-IMAGES...
 * Status: 0 as written, 1 not, 2 the script or the machine is at fault. -v shows every answer.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "play.h"
#include "wire.h"

#define BOOT_PATIENCE_MS 60000
#define TEXT_BYTES       8192

/* IMAGE.elf in the first folder that has it. */
static const char *image_find(const struct script *script, char **folders)
{
    static char path[TEXT_BYTES];

    for (; *folders; folders++) {
        snprintf(path, sizeof path, "%s/%s.elf", *folders, script->image);
        if (access(path, R_OK) == 0)
            return path;
    }
    fprintf(stderr, "%s: no image %s.elf\n", script->name, script->image);
    exit(2);
}

int main(int argc, char **argv)
{
    struct script script;
    char line[TEXT_BYTES], ready[TEXT_BYTES];
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;

    argv += verbose;
    if (argc < 3 + verbose) {
        fprintf(stderr, "usage: packet [-v] SCRIPT DIR-OF-IMAGES...\n");
        return 2;
    }
    script_read(argv[1], &script);
    snprintf(line, sizeof line, "%s --%s",
             script.options ? script.options : "ip=10.0.2.15/24 gw=10.0.2.2", script.arguments);
    snprintf(ready, sizeof ready, "%s: ", script.image);
    atexit(wire_close);
    wire_open(image_find(&script, argv + 2), line, script.virtual_clock);
    bool good = wire_console_shows(ready, BOOT_PATIENCE_MS) &&
                (!script.uses_v6 || wire_console_shows("net: ip6 ", BOOT_PATIENCE_MS));
    if (!good)
        fprintf(stderr, "%s: the guest does not come up\n", script.name);
    good = good && play(&script, verbose);
    if (!good || verbose)
        fputs(wire_console(), stderr);
    return good ? 0 : 1;
}
