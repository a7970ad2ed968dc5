/* %CPU and RSS of a server, once a second, in a thread of its own.
 *
 * A thread, so that a slow /proc never makes the load generator late. The study starts it 1 s
 * before the load and stops it 1 s after.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SAMPLER_H
#define THRICE_SAMPLER_H

#include "error.h"
#include "measure/cgroup_usage.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sampler_sample {
    uint64_t at_ns;     /* since the sampler was started */
    double cpu_percent; /* of one CPU, since the sample before */
    uint64_t rss_bytes; /* of all its processes, by process_tree_rss() */
};

struct sampler;

/* Starts sampling the process and its descendants; the first sample is due 1 s later. Their CPU
 * time is the control group's, which is copied, or theirs where that is NULL. Returns NULL and an
 * error when it cannot be read. */
struct sampler *sampler_start(pid_t pid, const struct cgroup_paths *cgroup, struct error *error);

/* Ends sampling and waits for the thread: from here on the samples may be read. It ends by
 * itself, quietly, when what it samples is gone. */
void sampler_stop(struct sampler *sampler);

/* The samples, owned by the sampler. Only behind sampler_stop(). */
const struct sampler_sample *sampler_samples(const struct sampler *sampler, size_t *count);

/* {"cpu_percent_mean", "rss_bytes_max", "samples": [[at s, %CPU, RSS bytes], ...]}. Only behind
 * sampler_stop(). The caller owns it; NULL when out of memory. */
json_t *sampler_json(const struct sampler *sampler);

/* Stops if need be, and frees. NULL is allowed. */
void sampler_free(struct sampler *sampler);

#endif
