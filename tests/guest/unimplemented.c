// status: 1
// console: ENOSYS it is
/* A call that we have not says its number once on the console and fails with ENOSYS. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    if (syscall(SYS_personality, 0) != -1 || errno != ENOSYS) {
        puts("FAILED: no ENOSYS");
        return 1;
    }
    puts("ENOSYS it is");
    return 0;
}
