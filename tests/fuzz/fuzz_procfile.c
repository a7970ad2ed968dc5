// sources: host/measure/process.c host/measure/cgroup_usage.c host/measure/hostcpu.c host/measure/procfile.c host/error.c
/* Fuzzes the parsers of the kernel's text files: none may read behind its text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/cgroup_usage.h"
#include "measure/hostcpu.h"
#include "measure/process.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct process_stat stat;
    struct process_memory memory;
    struct hostcpu hostcpu;
    uint64_t value;

    if (process_stat_parse(text, size, &stat) == 0 && strlen(stat.comm) >= sizeof stat.comm)
        abort();
    if (process_memory_parse(text, size, &memory) != 0 && memory.rss_bytes != 0)
        abort();
    hostcpu_parse(text, size, &hostcpu);
    hostcpu_pressure_parse(text, size, &value);
    cgroup_usage_value(text, size, "anon", &value);
    return 0;
}
