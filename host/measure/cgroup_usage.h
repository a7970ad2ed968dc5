/* What a container used, from its control group, v1 or v2.
 *
 * v1: cpuacct.usage (ns), cpuacct.stat (ticks), memory.usage_in_bytes, memory.stat,
 * memory.kmem.usage_in_bytes. v2: cpu.stat (us), memory.current, memory.stat.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CGROUP_USAGE_H
#define THRICE_CGROUP_USAGE_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

struct cgroup_paths {
    int version;           /* 1 or 2 */
    char cpu_path[256];    /* v1: the folder under cpuacct; v2: the one folder */
    char memory_path[256]; /* v1: the folder under memory; v2: as cpu_path */
};

struct cgroup_usage {
    uint64_t cpu_ns;
    uint64_t cpu_user_ns; /* in v1 from ticks */
    uint64_t cpu_system_ns;
    uint64_t user_ticks; /* as the studies counted; in v2 converted from us */
    uint64_t system_ticks;
    uint64_t memory_bytes; /* all that is charged, page cache included */
    uint64_t anon_bytes;   /* "rss" in v1 */
    uint64_t file_bytes;   /* "cache" in v1 */
    uint64_t kernel_bytes; /* 0 where the kernel does not tell */
};

/* Finds the value of a "key value" line, as in memory.stat and cpu.stat. text need not end in
 * NUL. Returns 0, or -1 when there is no such line or its value is no whole number. */
int cgroup_usage_value(const char *text, size_t length, const char *key, uint64_t *value);

/* Reads the usage now (the folders come from whoever made the group). Returns 0, or -1 and an error
 * (EXIT_FAILED) naming the file. */
int cgroup_usage_read(const struct cgroup_paths *paths, struct cgroup_usage *usage,
                      struct error *error);

#endif
