// status: 1
// console: awake
/* Clocks do not go back, a sleep is never shorter than asked, the wall clock is this century. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

int main(void)
{
    int64_t before = now_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < 100000; i++) {
        int64_t now = now_ns(CLOCK_MONOTONIC);
        if (now < before) {
            puts("FAILED: the clock went back");
            return 1;
        }
        before = now;
    }
    for (int i = 0; i < 5; i++) {
        before = now_ns(CLOCK_MONOTONIC);
        usleep(20000);
        if (now_ns(CLOCK_MONOTONIC) - before < 20000000) {
            puts("FAILED: a short sleep");
            return 1;
        }
    }
    if (now_ns(CLOCK_REALTIME) / 1000000000 < 1700000000) {
        puts("FAILED: the wall clock is not set");
        return 1;
    }
    puts("awake");
    return 0;
}
