/* Files that an environment is made of, as a table; see files.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/files.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "artefact.h"

// A path that does not begin at the root is among the artefacts.
static const struct {
    const char *what;
    const char *path;
    const char *purpose;
    const char *remedy;
} files[] = {
    {"OVMF", "/usr/share/ovmf/OVMF.fd", "guests under UEFI firmware", "apt-get install ovmf"},
    {"SeaBIOS", "/usr/share/seabios/bios-microvm.bin", "guests on machine microvm",
     "apt-get install seabios"},
    {"cloud kernel", "images/vmlinux", "the microVM", "make"},
};
const size_t files_count = sizeof files / sizeof files[0];

void files_find(struct finding *finding, size_t index)
{
    char path[PATH_MAX];
    if (files[index].path[0] == '/')
        snprintf(path, sizeof path, "%s", files[index].path);
    else
        artefact_path(path, "%s", files[index].path);
    bool found = access(path, R_OK) == 0;
    *finding = (struct finding){files[index].what, found ? FINDING_GOOD : FINDING_ABSENT, ""};
    snprintf(finding->text, sizeof finding->text, "for %s%s%s", files[index].purpose,
             found ? "" : ": ", found ? "" : files[index].remedy);
}
