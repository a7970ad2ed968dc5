// status: 255
// console: breakpoint
/* A smashed stack canary ends in a report: musl's a_crash is a trap here, not a nap. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

static __attribute__((noinline)) void smash(volatile size_t length)
{
    char small[16];
    memset(small, 'A', length);
    printf("%c\n", small[3]);
}

int main(void)
{
    smash(100);
    puts("FAILED: ran on");
    return 0;
}
