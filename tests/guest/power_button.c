// status: 15
// press: waiting
// press: busy
// console: pressed twice
/* The power button is SIGTERM: it ends a wait with EINTR, and it reaches a program that is too busy
 * to wait.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>

static volatile int presses;

static void count(int number)
{
    (void)number;
    presses++;
}

int main(void)
{
    struct epoll_event event;
    int epoll = epoll_create1(0);

    signal(SIGTERM, count);
    puts("waiting");
    int result = epoll_wait(epoll, &event, 1, -1);
    if (result != -1 || errno != EINTR || presses != 1)
        printf("FAILED: result %d, errno %d, %d presses\n", result, errno, presses);
    puts("busy");
    while (presses == 1)
        epoll_wait(epoll, &event, 1, 0);
    puts("pressed twice");
    return 7;
}
