/* Waiting until a server serves: fresh, non-blocking attempts every millisecond or two.
 *
 * An attempt that the server did not hear is not waited for: the kernel would repeat it only
 * after a second, which would then be part of the boot time.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_READY_H
#define THRICE_READY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "environment/payload.h"
#include "environment/program.h"
#include "error.h"

struct ready_options {
    enum protocol protocol;
    struct in_addr address;
    uint16_t port;
    uint64_t deadline_ns;    /* monotonic */
    struct program *program; /* its end ends the waiting */
    bool forwarded; /* by QEMU, which keeps all attempts for the guest: they become rarer, so that
                     * one that takes long to boot does not wake up to thousands */
};

/* Returns 0 and the moment of the first answer (monotonic), or -1 and an error (EXIT_FAILED): the
 * program ended, the time is over, or the user interrupted.
 */
int ready_wait(const struct ready_options *options, uint64_t *answered_ns, struct error *error);

#endif
