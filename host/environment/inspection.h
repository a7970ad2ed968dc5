/* Looking into a guest while it runs: with gdb, and at what passes its NIC. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_INSPECTION_H
#define THRICE_INSPECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "environment/payload.h"
#include "error.h"

struct environment;

/* All zero: nothing is looked at. */
struct inspection {
    bool gdb;              /* the machine stands still until gdb lets it go */
    uint16_t gdb_port;     /* of 127.0.0.1, found by inspection_prepare() */
    const char *pcap_path; /* file for the frames, or NULL */
};

/* Before the guest starts, while the process still sees the host's network: finds a port for gdb
 * and prints (stderr) the line that attaches it with the payload's symbols; sees that the file can
 * be written. An error (EXIT_USAGE) where that cannot be had: no guest, no symbols, no such folder;
 * or EXIT_LACKING, when there are no symbols yet.
 */
int inspection_prepare(struct inspection *inspection, const struct environment *environment,
                       const struct payload *payload, struct error *error);

#endif
