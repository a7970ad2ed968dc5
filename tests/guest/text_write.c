// status: 255
// console: a protected page
/* Text is not writable. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>

int main(void)
{
    *(volatile char *)(uintptr_t)main = 0;
    puts("FAILED: wrote to text");
    return 0;
}
