/* What a server used: its CPU time by who spent it, and its memory.
 *
 * One definition for all environments: of the process that serves (QEMU is a guest's) and what
 * descends from it. A container's CPU time is its cgroup's, which is all that it is charged.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_USAGE_H
#define THRICE_USAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

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
    struct cpu_usage beside;   /* of a container: its engine's daemons, not part of total either */
    uint64_t throttled_ns;     /* kept from running by its quota */
    json_t *kvm;               /* exits and halt polling, of a guest under KVM; else NULL */
};

/* Reads it all. Returns 0, or -1 and an error when the server is gone. On success the caller
 * releases it.
 */
int usage_read(const struct server *server, struct server_usage *usage, struct error *error);
void usage_release(struct server_usage *usage);

/* What was used between two readings, for a record. Guest time is null where nothing accounts it.
 * The caller owns it.
 */
json_t *usage_json(const struct server *server, const struct server_usage *before,
                   const struct server_usage *after);

/* Reads the memory now, and adds it to the object: "rss_bytes", "pss_bytes" and
 * "private_dirty_bytes" of the processes; of a guest, of these resident bytes, "guest_rss_bytes",
 * what it has touched of its RAM, and "own_rss_bytes", the rest, QEMU's own; of a container
 * "charged_bytes", all that its cgroup is charged, page cache included, and of this "anon_bytes",
 * "file_bytes" and "kernel_bytes", and to its "daemons" theirs. It walks all page tables, which
 * takes milliseconds: not while a load runs. Returns 0, or -1 and an error when the server is gone.
 */
int usage_add_memory(json_t *json, const struct server *server, struct error *error);

#endif
