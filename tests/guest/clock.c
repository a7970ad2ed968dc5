// status: 1
// qemu: -accel tcg -icount shift=0,sleep=off
// console: as fast as the machine's
/* The clock against the machine's: its time is what this program executes, an instruction a
 * nanosecond, and the time stamp counter counts it. So every run says the same, however busy the
 * host, and a sleep lasts no time there.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum { TICKS_PER_S = 1000000000 };

int main(void)
{
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    uint64_t start = __rdtsc();
    for (int i = 0; i < 60; i++)
        sleep(1);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double machine_s = (double)(__rdtsc() - start) / TICKS_PER_S;
    double clock_s =
        (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    double drift = clock_s / machine_s - 1;
    printf("%.6f s, by the machine %.6f s: drift %.6f %%\n", clock_s, machine_s, drift * 100);
    if (machine_s < 59 || drift > 0.001 || drift < -0.001) {
        puts("FAILED: drift");
        return 1;
    }
    puts("as fast as the machine's");
    return 0;
}
