/* The one process (process.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "cpu.h"
#include "descriptor.h"
#include "layers.h"
#include "memory.h"
#include "net.h"
#include "panic.h"
#include "random.h"
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

static rlim_t limit_of(int resource)
{
    switch (resource) {
    case RLIMIT_NOFILE:
        return descriptor_limit;
    case RLIMIT_NPROC:
        return 1;
    case RLIMIT_CORE:
        return 0;
    default:
        return RLIM_INFINITY;
    }
}

long posix_prlimit(int resource, const struct rlimit *wanted, struct rlimit *old)
{
    rlim_t limit = limit_of(resource);

    if (resource < 0 || resource >= RLIMIT_NLIMITS)
        return -EINVAL;
    if (wanted && wanted->rlim_max > limit && limit != RLIM_INFINITY)
        return -EPERM;
    if (old)
        *old = (struct rlimit){.rlim_cur = limit, .rlim_max = limit};
    return 0;
}

long posix_uname(struct utsname *name)
{
    *name = (struct utsname){
        .sysname = "thrice",
        .release = "1",
        .version = "unikernel",
        .machine = "x86_64",
    };
    strncpy(name->nodename, payload_name, sizeof(name->nodename) - 1);
    return 0;
}

long posix_sysinfo(struct sysinfo *info)
{
    *info = (struct sysinfo){
        .uptime = time_monotonic_ns() / 1000000000,
        .totalram = memory_total_bytes(),
        .freeram = memory_free_bytes(),
        .procs = 1,
        .mem_unit = 1,
    };
    return 0;
}

long posix_getrandom(void *buffer, size_t length)
{
    random_bytes(buffer, length);
    return (long)length;
}
