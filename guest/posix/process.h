/* The one process: limits, names, its end. Results, or negated errnos. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESS_H
#define THRICE_PROCESS_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#define PROCESS_ID 1

/* Closes all sockets, gives what they still hold a second to be delivered, ends the machine. */
_Noreturn void posix_exit(int status);

/* The libc's thread pointer (FS), for its thread-local variables. */
long posix_thread_pointer_set(void *pointer);

long posix_prlimit(int resource, const struct rlimit *wanted, struct rlimit *old);
long posix_uname(struct utsname *name);
long posix_sysinfo(struct sysinfo *info);
long posix_getrandom(void *buffer, size_t length);

#endif
