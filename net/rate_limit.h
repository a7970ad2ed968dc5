/* So many a second, and a burst now and then: what answers are worth when somebody asks for too
 * many. The generic cell rate algorithm (ITU-T I.371): one instant is all that is remembered.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RATE_LIMIT_H
#define THRICE_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "time.h"

#define RATE_LIMIT_BURST_NS 100000000ull /* what a tenth of a second allows may come at once */

/* full_ns: when all that was admitted would have been, at the rate; 0 to begin with. */
static inline bool rate_limit_admits(uint64_t *full_ns, uint64_t interval_ns)
{
    uint64_t now_ns = time_monotonic_ns();

    if (*full_ns < now_ns)
        *full_ns = now_ns;
    if (*full_ns - now_ns >= RATE_LIMIT_BURST_NS)
        return false;
    *full_ns += interval_ns;
    return true;
}

#endif
