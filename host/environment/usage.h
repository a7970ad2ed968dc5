/* What a server used: its CPU time by who spent it, and its memory. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_USAGE_H
#define THRICE_USAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "measure/process.h"

struct server;

/* CPU time since the start. */
struct cpu_usage {
    uint64_t user_ticks; /* guest time included, as the kernel counts it */
    uint64_t system_ticks;
    uint64_t guest_ticks; /* only under KVM */
    uint64_t cpu_ns;
};

struct server_usage {
    struct cpu_usage total;    /* of the process, or of the container's cgroup */
    struct cpu_usage vcpu;     /* of a guest: QEMU's vCPU threads, */
    struct cpu_usage emulator; /* and all its others, also those that have ended */
    struct cpu_usage runtime;  /* of a container: the runtime beside it, not part of total */
    uint64_t throttled_ns;     /* kept from running by its quota */
    json_t *kvm;               /* exits and halt polling, of a guest under KVM; else NULL */

    struct process_memory memory; /* of the process, now */
    uint64_t guest_rss_bytes;     /* of a guest: of this, what is its RAM */
    bool has_cgroup;              /* of a container: */
    uint64_t charged_bytes;       /* all that its cgroup is charged, */
    uint64_t anon_bytes;          /* its anonymous memory, */
    uint64_t file_bytes;          /* page cache, */
    uint64_t kernel_bytes;        /* and what the kernel holds for it */
};

/* Reads it all. Returns 0, or -1 and an error when the server is gone. On success the caller
 * releases it.
 */
int usage_read(const struct server *server, struct server_usage *usage, struct error *error);
void usage_release(struct server_usage *usage);

/* What was used between two readings, and the memory at the second, for a record. Guest time is
 * null where nothing accounts it. The caller owns it.
 */
json_t *usage_json(const struct server *server, const struct server_usage *before,
                   const struct server_usage *after);

#endif
