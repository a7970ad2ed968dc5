/* A fixed piece of work on a CPU of the host, timed; see canary.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/canary.h"

#include "clock.h"
#include "prng.h"

enum { PIECES = 100, STEPS_OF_A_PIECE = 400000 };

static uint64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t canary_piece_ns(void)
{
    uint64_t state = 1, before_ns = clock_now_ns();
    for (int i = 0; i < STEPS_OF_A_PIECE; i++)
        prng_next(&state);
    __asm__ volatile("" : : "r"(state)); // the work is done, not reasoned away
    return clock_now_ns() - before_ns;
}

struct canary canary_take(void)
{
    struct canary canary = {0};
    uint64_t before_ns = thread_cpu_ns();
    for (int i = 0; i < PIECES; i++)
        canary.wall_ns += canary_piece_ns();
    canary.cpu_ns = thread_cpu_ns() - before_ns;
    return canary;
}
