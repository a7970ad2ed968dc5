// status: 255
// console: a null pointer
/* Page 0 is not mapped. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

int main(void)
{
    int *volatile nothing = NULL;
    printf("FAILED: read %d\n", nothing[2]);
    return 0;
}
