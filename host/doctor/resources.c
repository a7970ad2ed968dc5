/* Memory, disk, descriptors; see resources.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/resources.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "measure/hostcpu.h"
#include "measure/procfile.h"

static const uint64_t MIB = 1 << 20, MEMORY_MIB_MIN = 2048, DISK_MIB_MIN = 1024;
static const uint64_t DESCRIPTORS_MIN = 10200, PORTS_MIN = 28000;
static const double LOAD_MAX = 0.5, STEAL_PERCENT_MAX = 1;

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

void resources_find_ports(struct finding *finding)
{
    unsigned int low = 0, high = 0;
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    if (!file || fscanf(file, "%u %u", &low, &high) != 2)
        low = high + 1;
    if (file)
        fclose(file);
    judge(finding, "ports", high - low + 1, PORTS_MIN, "for a client",
          "many short connections use them up: sysctl -w "
          "net.ipv4.ip_local_port_range='32768 60999'");
}

void resources_find_load(struct finding *finding)
{
    double load = 0;
    bool quiet = getloadavg(&load, 1) < 1 || load <= LOAD_MAX;
    *finding = (struct finding){"load", quiet ? FINDING_GOOD : FINDING_NOISY, ""};
    snprintf(finding->text, sizeof finding->text,
             "%.2f programs ran on average in the last minute%s", load,
             quiet ? "" : ": end what else runs (top shows it)");
}

void resources_find_steal(struct finding *finding)
{
    struct hostcpu since_boot = {0};
    struct error error;
    *finding = (struct finding){.what = "steal", .verdict = FINDING_GOOD};
    if (hostcpu_read(&since_boot, &error) < 0)
        return;
    double all =
        (double)(since_boot.user + since_boot.nice + since_boot.system + since_boot.idle +
                 since_boot.iowait + since_boot.irq + since_boot.softirq + since_boot.steal);
    double percent = all > 0 ? 100 * (double)since_boot.steal / all : 0;
    if (percent > STEAL_PERCENT_MAX)
        finding->verdict = FINDING_NOISY;
    snprintf(finding->text, sizeof finding->text,
             "%.2f %% of the CPUs' time since boot went to other guests of this hypervisor%s",
             percent, percent > STEAL_PERCENT_MAX ? ": take a machine, or CPUs, of one's own" : "");
}
