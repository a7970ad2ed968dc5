// status: 1
// qemu: -smp 2
// console: kept
/* AVX where the CPU has it, on every processor: its state is enabled, and what a thread has in the
 * long registers is there after a system call in which it slept and interrupts came.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <cpuid.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>

enum { XCR0_SSE_AVX = 6 };

static uint32_t enabled_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* Fills ymm15 by the value, sleeps for some milliseconds by number, returns the register. */
__attribute__((target("avx"))) static void through_a_sleep(const uint64_t in[4], uint64_t out[4])
{
    static const struct timespec pause = {.tv_nsec = 5000000};
    long status = SYS_nanosleep;
    __asm__ volatile("vmovdqu %2, %%ymm15\n"
                     "syscall\n"
                     "vmovdqu %%ymm15, %1\n"
                     "vzeroupper\n"
                     : "+a"(status), "=m"(*(uint64_t(*)[4])out)
                     : "m"(*(const uint64_t(*)[4])in), "D"(&pause), "S"(NULL)
                     : "rcx", "r11", "xmm15", "memory");
}

static void *keep(void *argument)
{
    uint64_t seed = (uint64_t)(uintptr_t)argument, in[4] = {seed, ~seed, seed << 40, seed + 9};
    if ((enabled_state() & XCR0_SSE_AVX) != XCR0_SSE_AVX)
        return (void *)"not enabled";
    for (int i = 0; i < 10; i++) {
        uint64_t out[4] = {0};
        through_a_sleep(in, out);
        for (int word = 0; word < 4; word++)
            if (out[word] != in[word])
                return (void *)"lost";
    }
    return NULL;
}

int main(void)
{
    pthread_t thread;
    void *other;
    unsigned a, b, c = 0, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_AVX)) {
        puts("nothing to be kept: this CPU has no AVX");
        return 0;
    }
    pthread_create(&thread, NULL, keep, (void *)7);
    const char *here = keep((void *)5);
    pthread_join(thread, &other);
    if (here || other) {
        printf("FAILED: %s, %s\n", here ? here : "good", other ? (char *)other : "good");
        return 1;
    }
    puts("kept");
    return 0;
}
