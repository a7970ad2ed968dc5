/* The configuration of an OCI container (runtime-spec 1.0.2, config.json): the bundle that `make`
 * built, which anyone may run as it is, with what a study adds to it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_OCI_H
#define THRICE_OCI_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct oci_options {
    const char *bundle;           /* folder of the bundle's config.json and rootfs; absolute */
    const char *const *arguments; /* appended to process.args; NULL-terminated */
    const char *disk;             /* file that becomes /dev/vda, or NULL */
    const char *netns;            /* path of the network namespace to join */
    uint64_t descriptors;         /* limit of open files */
    uint64_t data_bytes;          /* limit of what it can allocate; 0: none */
    const char *cgroup;           /* path of its cgroup, or NULL: none, and so no limits */
    unsigned int cpus;            /* limit: processors' worth of time */
    uint64_t memory_bytes;        /* limit */
    bool writable;                /* its root: CRIU makes a folder there when it restores it */
};

/* Amends a bundle's configuration in place. Returns 0, or -1 and an error when it lacks a part that
 * is to be amended.
 */
int oci_amend(json_t *config, const struct oci_options *options, struct error *error);

/* Reads the bundle's config.json, amends it, and writes it to path. */
int oci_write(const char *path, const struct oci_options *options, struct error *error);

#endif
