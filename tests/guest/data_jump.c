// status: 255
// console: execute at
/* Data is not executable: here the heap's; protections.c looks at every page. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    unsigned char *code = malloc(16);
    code[0] = 0xc3; // ret
    ((void (*)(void))(uintptr_t)code)();
    puts("FAILED: ran data");
    return 0;
}
