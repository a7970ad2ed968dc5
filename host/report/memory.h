/* What memory a server took, behind the load of its runs.
 *
 * Resident and proportional memory mean the same in every environment: of the process that serves,
 * QEMU as a whole for a guest, by smaps_rollup. What its cgroup is charged is told beside it for a
 * container; the kernel's memory for the others is charged to nobody.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MEMORY_H
#define THRICE_MEMORY_H

#include <jansson.h>
#include <stdbool.h>

#include "study/study.h"

/* Means over the good runs, in MiB. */
struct memory {
    unsigned int runs;
    double rss;
    double pss;           /* shared pages divided among those who map them */
    double private_dirty; /* what would be free again without it */
    bool is_guest;
    double guest; /* of rss: what the guest has touched of its RAM, */
    double own;   /* and what is QEMU's own */
    bool has_cgroup;
    double charged; /* to the container's cgroup, page cache included: */
    double anon;    /* anonymous memory, */
    double file;    /* page cache, */
    double kernel;  /* and what the kernel holds for it */
};

/* Of the records that belong to the scenario and environment. */
void memory_make(struct memory *memory, const json_t *records, const struct scenario *scenario,
                 const char *environment);

/* Every figure by its name, "_mib" behind it; null for what there is not. The caller owns it. */
json_t *memory_json(const struct memory *memory);

#endif
