/* The one process (process.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <stdint.h>
#include <string.h>

#include "cpu.h"
#include "descriptor.h"
#include "layers.h"
#include "net.h"
#include "net_report.h"
#include "panic.h"
#include "time.h"

#define LINGER_NS     1000000000ull
#define CANARY_OFFSET 40 /* where the ABI has the stack protector's canary, from FS */

static void descriptors_close(void)
{
    for (unsigned i = 0; i < descriptor_limit; i++)
        descriptor_close((int)i);
}

/* Sockets are closed as at any process's end. Then the machine stays for a moment: there is no
 * kernel behind it that would go on sending what they still hold.
 */
void posix_exit(int status)
{
    uint64_t deadline_ns = time_monotonic_ns() + LINGER_NS;

    descriptors_close();
    net_poll();
    while (net_is_sending() && time_monotonic_ns() < deadline_ns) {
        net_wait(deadline_ns);
        net_poll();
    }
    net_report_end();
    machine_exit(status);
}

/* The functions that are being executed keep the canary that they started with: the libc
 * changes it later, in a function of its own that has none.
 */
long posix_thread_pointer_set(void *pointer)
{
    uint64_t canary;

    __asm__ volatile("mov %%fs:40, %0" : "=r"(canary));
    memcpy((char *)pointer + CANARY_OFFSET, &canary, sizeof(canary));
    cpu_msr_write(MSR_FS_BASE, (uint64_t)pointer);
    return 0;
}
