/* What a program may ask of the system it runs on. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "cmdline.h"
#include "layers.h"
#include "memory.h"
#include "random.h"
#include "time.h"

int uname(struct utsname *name)
{
    *name = (struct utsname){
        .sysname = "thrice",
        .release = "1",
        .version = "unikernel",
        .machine = "x86_64",
    };
    const char *hostname = cmdline_option("hostname");
    strncpy(name->nodename, hostname ? hostname : payload_name, sizeof(name->nodename) - 1);
    return 0;
}

int __lsysinfo(struct sysinfo *info);

int __lsysinfo(struct sysinfo *info)
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

int sysinfo(struct sysinfo *info) __attribute__((alias("__lsysinfo")));

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    (void)flags;
    random_bytes(buffer, length);
    return (ssize_t)length;
}
