// status: 255
// console: the stack's guard: overflow
/* The page below the stack is not mapped. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

static __attribute__((noinline)) int deeper(volatile int *above)
{
    volatile int here[64];
    here[0] = above[0] + 1;
    return here[0] < 0 ? 0 : deeper(here) + here[0];
}

int main(void)
{
    volatile int start = 0;
    printf("FAILED: %d\n", deeper(&start));
    return 0;
}
