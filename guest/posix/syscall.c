/* The system calls of the libc, by Linux's numbers: the table that SYSCALL arrives at.
 *
 * Only what the libc and the payloads use. A call that is not here says so on the console,
 * once, and fails with ENOSYS.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "layers.h"

#include <errno.h>
#include <sys/syscall.h>

#include "clock.h"
#include "console.h"
#include "descriptor.h"
#include "epoll.h"
#include "io.h"
#include "mapping.h"
#include "poll.h"
#include "process.h"
#include "signal.h"
#include "socket.h"

#define NUMBERS     512
#define ARCH_SET_FS 0x1002
#define NS_PER_MS   1000000ull
#define NS_PER_US   1000ull

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

static uint64_t deadline_after_ms(int timeout_ms)
{
    struct timespec time = {timeout_ms / 1000, timeout_ms % 1000 * (long)NS_PER_MS};

    return deadline_after(timeout_ms < 0 ? NULL : &time);
}

static uint64_t deadline_after_timeval(const struct timeval *timeout)
{
    struct timespec time = {0};

    if (!timeout)
        return FILE_NO_DEADLINE;
    time.tv_sec = timeout->tv_sec;
    time.tv_nsec = timeout->tv_usec * (long)NS_PER_US;
    return deadline_after(&time);
}

static long socket_call(long number, long a, long b, long c, long d, long e, long f)
{
    switch (number) {
    case SYS_socket:
        return posix_socket((int)a, (int)b, (int)c);
    case SYS_bind:
        return posix_bind((int)a, (void *)b, (socklen_t)c);
    case SYS_listen:
        return posix_listen((int)a, (int)b);
    case SYS_accept:
        return posix_accept((int)a, (void *)b, (void *)c, 0);
    case SYS_accept4:
        return posix_accept((int)a, (void *)b, (void *)c, (int)d);
    case SYS_connect:
        return posix_connect((int)a, (void *)b, (socklen_t)c);
    case SYS_shutdown:
        return posix_shutdown((int)a, (int)b);
    case SYS_getsockname:
        return posix_getsockname((int)a, (void *)b, (void *)c);
    case SYS_getpeername:
        return posix_getpeername((int)a, (void *)b, (void *)c);
    case SYS_setsockopt:
        return posix_setsockopt((int)a, (int)b, (int)c, (void *)d, (socklen_t)e);
    case SYS_getsockopt:
        return posix_getsockopt((int)a, (int)b, (int)c, (void *)d, (void *)e);
    case SYS_sendto:
        return posix_send((int)a, (void *)b, (size_t)c, (int)d, (void *)e, (socklen_t)f);
    case SYS_recvfrom:
        return posix_receive((int)a, (void *)b, (size_t)c, (int)d, (void *)e, (void *)f);
    case SYS_sendmsg:
        return posix_sendmsg((int)a, (void *)b, (int)c);
    case SYS_recvmsg:
        return posix_recvmsg((int)a, (void *)b, (int)c);
    default:
        return not_implemented(number);
    }
}

static long file_call(long number, long a, long b, long c, long d, long e, long f)
{
    switch (number) {
    case SYS_read:
        return posix_read((int)a, (void *)b, (size_t)c);
    case SYS_write:
        return posix_write((int)a, (void *)b, (size_t)c);
    case SYS_readv:
        return posix_readv((int)a, (void *)b, (int)c);
    case SYS_writev:
        return posix_writev((int)a, (void *)b, (int)c);
    case SYS_close:
        return descriptor_close((int)a);
    case SYS_fcntl:
        return posix_fcntl((int)a, (int)b, c);
    case SYS_ioctl:
        return posix_ioctl((int)a, (unsigned long)b, (void *)c);
    case SYS_dup:
        return posix_dup((int)a);
    case SYS_dup2:
    case SYS_dup3:
        return posix_dup_to((int)a, (int)b);
    case SYS_epoll_create:
        return posix_epoll_create(0);
    case SYS_epoll_create1:
        return posix_epoll_create((int)a);
    case SYS_epoll_ctl:
        return posix_epoll_control((int)a, (int)b, (int)c, (void *)d);
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
        return posix_epoll_wait((int)a, (void *)b, (int)c, (int)d);
    case SYS_poll:
        return posix_poll((void *)a, (unsigned long)b, deadline_after_ms((int)c));
    case SYS_ppoll:
        return posix_poll((void *)a, (unsigned long)b, deadline_after((void *)c));
    case SYS_select:
        return posix_select((int)a, (void *)b, (void *)c, (void *)d,
                            deadline_after_timeval((void *)e));
    case SYS_pselect6:
        return posix_select((int)a, (void *)b, (void *)c, (void *)d, deadline_after((void *)e));
    case SYS_open:
    case SYS_openat:
    case SYS_access:
    case SYS_readlink:
        return -ENOENT; /* there is no file system */
    default:
        return socket_call(number, a, b, c, d, e, f);
    }
}

long posix_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    switch (number) {
    case SYS_mmap:
        return posix_mmap((void *)a, (size_t)b, (int)c, (int)d);
    case SYS_munmap:
        return posix_munmap((void *)a, (size_t)b);
    case SYS_mremap:
        return posix_mremap((void *)a, (size_t)b, (size_t)c, (int)d);
    case SYS_brk: /* the libc then maps */
    case SYS_mprotect:
    case SYS_madvise:
    case SYS_sched_yield:
    case SYS_sigaltstack:
        return 0;
    case SYS_rt_sigaction:
        return posix_sigaction((int)a, (void *)b, (void *)c);
    case SYS_rt_sigprocmask:
        return posix_sigprocmask((int)a, (void *)b, (void *)c);
    case SYS_arch_prctl:
        return a == ARCH_SET_FS ? posix_thread_pointer_set((void *)b) : -EINVAL;
    case SYS_set_tid_address:
    case SYS_gettid:
    case SYS_getpid:
        return PROCESS_ID;
    case SYS_getppid:
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
        return 0;
    case SYS_exit:
    case SYS_exit_group:
        posix_exit((int)a);
    case SYS_tkill:
    case SYS_kill:
        return posix_kill(a, (int)b);
    case SYS_tgkill:
        return posix_kill(b, (int)c);
    case SYS_getrandom:
        return posix_getrandom((void *)a, (size_t)b);
    case SYS_uname:
        return posix_uname((void *)a);
    case SYS_sysinfo:
        return posix_sysinfo((void *)a);
    case SYS_prlimit64:
        return posix_prlimit((int)b, (void *)c, (void *)d);
    case SYS_getrlimit:
        return posix_prlimit((int)a, NULL, (void *)b);
    case SYS_setrlimit:
        return posix_prlimit((int)a, (void *)b, NULL);
    case SYS_clock_gettime:
        return posix_clock_gettime((clockid_t)a, (void *)b);
    case SYS_clock_getres:
        return posix_clock_getres((clockid_t)a, (void *)b);
    case SYS_nanosleep:
        return posix_clock_nanosleep(CLOCK_MONOTONIC, 0, (void *)a);
    case SYS_clock_nanosleep:
        return posix_clock_nanosleep((clockid_t)a, (int)b, (void *)c);
    default:
        return file_call(number, a, b, c, d, e, f);
    }
}
