/* Waiting until servers serve: fresh, non-blocking attempts, every two milliseconds at each, or, of
 * more than four, at two of them every millisecond; more rarely, by less than a percent of the time
 * waited so far, at one that lets us wait long: its old attempts keep their chance meanwhile.
 *
 * An attempt that the server did not hear is not waited for: the kernel would repeat it only
 * after a second, which would then be part of the boot time.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_READY_H
#define THRICE_READY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "environment/payload.h"
#include "environment/program.h"
#include "error.h"

/* One server to be waited for. */
struct ready_wait {
    enum protocol protocol;
    const char *url_path; /* of HTTP; NULL: / */
    struct in_addr address;
    uint16_t port;
    uint64_t deadline_ns;    /* monotonic */
    struct program *program; /* its end ends the waiting */
    bool forwarded; /* by QEMU, which keeps all attempts for the guest: they become rarer, so that
                     * one that takes long to boot does not wake up to thousands */
    void (*answered)(struct ready_wait *wait); /* called at its first answer, or NULL */
    void *state;                               /* for that */
    uint64_t interval_ns;                      /* between attempts; 0: 2 ms */
    uint64_t connected_ns; /* filled: the moment of its first SYN-ACK; 0: none yet, or UDP */
    uint64_t answered_ns;  /* filled: the moment of its first answer (monotonic); 0: none yet */
};

/* Waits until all of them have answered. Returns 0, or -1 and an error (EXIT_FAILED) with the one
 * that it is about in *lost: its program ended, its time is over, or the user interrupted.
 */
int ready_wait_all(struct ready_wait *waits, size_t count, struct ready_wait **lost,
                   struct error *error);

#endif
