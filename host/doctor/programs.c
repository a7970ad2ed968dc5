/* Further programs, as a table; see programs.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/programs.h"

#include <stdio.h>

#include "environment/program.h"

static const struct {
    const char *name;
    const char *package;
    const char *what; /* it is for */
} programs[] = {
    {"qemu-system-x86_64", "qemu-system-x86", "every guest"},
    {"crun", "crun", "the container"},
    {"virsh", "libvirt-clients", "guests by libvirt"},
    {"libvirtd", "libvirt-daemon", "guests by libvirt"},
    {"criu", "criu", "checkpoint and migration of containers"},
    {"gnuplot", "gnuplot-nox", "the plots of report.html"},
    {"gdb", "gdb", "`thrice boot --gdb`"},
    {"addr2line", "binutils", "names in the backtrace of a unikernel's fault"},
};
const size_t programs_count = sizeof programs / sizeof programs[0];

void programs_find(struct finding *finding, size_t index)
{
    struct error error;
    bool found = program_find(programs[index].name, programs[index].package, &error) == 0;
    *finding = (struct finding){programs[index].name, found ? FINDING_GOOD : FINDING_ABSENT, ""};
    snprintf(finding->text, sizeof finding->text, "for %s%s%s", programs[index].what,
             found ? "" : ": apt-get install ", found ? "" : programs[index].package);
}
