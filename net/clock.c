/* lwIP's clock: milliseconds since boot, wrapping. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lwip/sys.h"

#include "time.h"

u32_t sys_now(void)
{
    return (u32_t)(time_monotonic_ns() / 1000000);
}
