/* A burst: many connections at one instant, or spread over a moment, one request each.
 *
 * All sockets are there, bound and watched beforehand, so that the release is nothing but
 * connect(); who was answered is closed when nothing else is to be done. A connection that was
 * answered late because a segment was lost is told from one that waited for the server: the
 * kernel's TCP_INFO says how often it had to repeat itself (a lost SYN is repeated after 1 s, then
 * after 3 s).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_BURST_H
#define THRICE_BURST_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"
#include "error.h"
#include "load/histogram.h"
#include "load/source_ports.h"

enum { BURST_RETRANSMITS_MAX = 8 }; /* more are counted as so many */

struct burst_options {
    struct endpoint server;
    const char *host; /* of the Host header */
    const char *path;
    uint64_t connections;
    uint64_t spread_ns;  /* the last is due so long after the first; 0: all at one instant */
    uint64_t timeout_ns; /* from when it was due */
    const struct endpoint *sources;
    size_t source_count;
    struct source_ports *ports;
    const volatile sig_atomic_t *stop;
};

/* Of the connections that were answered after as many retransmissions. */
struct burst_mode {
    uint64_t count;
    uint64_t syn_alone; /* that had to repeat no byte of theirs, but their SYN */
    double mean_ns;     /* due -> answered */
};

struct burst_result {
    uint64_t connections;
    uint64_t answered; /* 200, whole */
    uint64_t refused;
    uint64_t reset;
    uint64_t timed_out;
    uint64_t wrong;           /* another answer, or less than one */
    uint64_t release_ns;      /* from the first connect() to the last */
    uint64_t lateness_max_ns; /* of a connect() behind its time */
    uint64_t elapsed_ns;      /* from the release until the last was answered or given up */
    uint64_t cpu_user_ns;     /* of the calling thread meanwhile: near release_ns, it was at its */
    uint64_t cpu_system_ns;   /* own limit */
    struct histogram latency; /* due -> answered */
    struct burst_mode mode[BURST_RETRANSMITS_MAX + 1];
    bool interrupted;
};

/* Blocks until all are answered or given up. Returns 0, or -1 and an error: there are not that many
 * descriptors or ports.
 */
int burst_run(const struct burst_options *options, struct burst_result *result,
              struct error *error);

/* The caller owns it. */
json_t *burst_result_json(const struct burst_result *result);

#endif
