/* Memory, disk, descriptors; see resources.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/resources.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "measure/procfile.h"

static const uint64_t MIB = 1 << 20, MEMORY_MIB_MIN = 2048, DISK_MIB_MIN = 1024;
static const uint64_t DESCRIPTORS_MIN = 10200;

static void judge(struct finding *finding, const char *what, uint64_t is, uint64_t least,
                  const char *unit, const char *remedy)
{
    *finding = (struct finding){what, is >= least ? FINDING_GOOD : FINDING_NOISY, ""};
    snprintf(finding->text, sizeof finding->text, "%llu %s%s%s", (unsigned long long)is, unit,
             is >= least ? "" : ": ", is >= least ? "" : remedy);
}

static uint64_t available_kib(void)
{
    char text[4096];
    struct error error;
    uint64_t kib = 0;
    ssize_t length = procfile_read("/proc/meminfo", text, sizeof text, &error);
    const char *end = text + (length > 0 ? length : 0);
    for (const char *line = text; line < end; line = procfile_next_line(line, end)) {
        const char *value = procfile_value(line, end, "MemAvailable");
        if (value && procfile_number(value + (*value == ':'), end, &kib))
            return kib;
    }
    return kib;
}

void resources_find_memory(struct finding *finding)
{
    judge(finding, "memory", available_kib() / 1024, MEMORY_MIB_MIN, "MiB free",
          "a guest has 256 MiB, and QEMU as much again: give guests less (--memory), or leave out "
          "the vm");
}

void resources_find_descriptors(struct finding *finding)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        limit.rlim_max = 0;
    judge(finding, "descriptors", limit.rlim_max, DESCRIPTORS_MIN, "at most in a process",
          "10 000 connections at once need more: raise the hard limit (ulimit -Hn, "
          "/etc/security/limits.conf)");
}

void resources_find_disk(struct finding *finding, const char *folder)
{
    struct statvfs disk = {0};
    statvfs(folder, &disk);
    judge(finding, "disk", disk.f_bavail * disk.f_frsize / MIB, DISK_MIB_MIN, "MiB free",
          "records of a long study may not fit");
}
