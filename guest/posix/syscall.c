/* The system calls that the libc makes of its own accord, by Linux's numbers: the table that
 * SYSCALL arrives at. It starts, prints, aborts and exits by them; what a program
 * calls by name does not come this way (result.h).
 *
 * A call that is not here says so on the console, once, and fails with ENOSYS.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "layers.h"

#include <errno.h>
#include <sys/syscall.h>

#include "console.h"
#include "descriptor.h"
#include "futex.h"
#include "io.h"
#include "process.h"
#include "signal.h"
#include "thread.h"

#pragma weak posix_futex /* an image without threads has none */

#define NUMBERS     512
#define ARCH_SET_FS 0x1002

static long not_implemented(long number)
{
    static uint64_t said[NUMBERS / 64];

    if (number < 0 || number >= NUMBERS)
        return -ENOSYS;
    if (!(said[number / 64] & 1ull << number % 64))
        console_printf("posix: system call %ld is not implemented\n", number);
    said[number / 64] |= 1ull << number % 64;
    return -ENOSYS;
}

/* On files: those that are open, and none by name. */
static long file_call(long number, long a, long b, long c)
{
    struct iovec whole = {(void *)b, (size_t)c};

    switch (number) {
    case SYS_read:
        return posix_readv((int)a, &whole, 1);
    case SYS_write:
        return posix_writev((int)a, &whole, 1);
    case SYS_readv:
        return posix_readv((int)a, (void *)b, (int)c);
    case SYS_writev:
        return posix_writev((int)a, (void *)b, (int)c);
    case SYS_close:
        return descriptor_close((int)a);
    case SYS_ioctl:
        return posix_ioctl((int)a, (unsigned long)b, (void *)c);
    case SYS_open:
    case SYS_openat:
    case SYS_access:
    case SYS_readlink:
        return -ENOENT;
    default:
        return not_implemented(number);
    }
}

long posix_syscall(long number, long a, long b, long c, long d)
{
    switch (number) {
    case SYS_mprotect:
    case SYS_madvise:
    case SYS_sched_yield:
    case SYS_sigaltstack:
    case SYS_getppid:
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
        return 0;
    case SYS_rt_sigaction:
        return posix_sigaction((int)a, (void *)b, (void *)c);
    case SYS_rt_sigprocmask: /* signals are main's */
        return thread_is_other() ? 0 : posix_sigprocmask((int)a, (void *)b, (void *)c);
    case SYS_arch_prctl:
        return a == ARCH_SET_FS ? posix_thread_pointer_set((void *)b) : -EINVAL;
    case SYS_set_tid_address:
    case SYS_gettid:
    case SYS_getpid:
        return PROCESS_ID;
    case SYS_futex: /* without threads nobody waits for another */
        return posix_futex ? posix_futex((void *)a, (int)b, (uint32_t)c, (void *)d, (uint32_t)d)
                           : 0;
    case SYS_exit:
        if (thread_is_other())
            posix_thread_exit();
        __attribute__((fallthrough));
    case SYS_exit_group:
        posix_exit((int)a);
    case SYS_tkill:
    case SYS_kill:
        return posix_kill(a, (int)b);
    default:
        return file_call(number, a, b, c);
    }
}
