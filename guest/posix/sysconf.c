/* What a program may ask of the machine's size. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <unistd.h>

#include "memory.h"
#include "processor.h"
#include "result.h"

long sysconf(int name)
{
    switch (name) {
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return (long)processor_count();
    case _SC_PAGESIZE:
        return PAGE_SIZE;
    case _SC_PHYS_PAGES:
        return (long)(memory_total_bytes() / PAGE_SIZE);
    case _SC_AVPHYS_PAGES:
        return (long)(memory_free_bytes() / PAGE_SIZE);
    default:
        return result(-EINVAL);
    }
}
