/* Limits of resources: what there is can neither be raised nor lowered. */
/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/resource.h>

#include "descriptor.h"
#include "process.h"
#include "result.h"

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

static long limit_change(int resource, const struct rlimit *wanted, struct rlimit *old)
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

int getrlimit(int resource, struct rlimit *limit)
{
    return (int)result(limit_change(resource, NULL, limit));
}

int setrlimit(int resource, const struct rlimit *limit)
{
    return (int)result(limit_change(resource, limit, NULL));
}

int prlimit(pid_t process, int resource, const struct rlimit *limit, struct rlimit *old)
{
    bool is_us = process == 0 || process == PROCESS_ID;

    return (int)result(is_us ? limit_change(resource, limit, old) : -ESRCH);
}
