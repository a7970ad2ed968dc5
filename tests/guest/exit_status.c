// status: 85
// console: leaving with 42
/* The payload's exit status ends QEMU with (42 << 1) | 1; buffered output is not lost. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    printf("leaving with 42"); // no line end: only the flush at exit brings it out
    exit(42);
}
