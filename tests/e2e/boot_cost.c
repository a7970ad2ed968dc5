/* Linked into web's image in front of epoll_wait: the first wait is the end of the boot. Prints how
 * many instructions it took, which is what the time stamp counter counts under -icount shift=0.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

int __wrap_epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms);

int __wrap_epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
    (void)epoll;
    (void)events;
    (void)room;
    (void)timeout_ms;
    printf("instructions %llu\n", (unsigned long long)__builtin_ia32_rdtsc());
    fflush(stdout);
    _Exit(0);
}
