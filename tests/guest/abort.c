// status: 255
// console: panic
/* abort() is a panic with a report. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

int main(void)
{
    abort();
}
