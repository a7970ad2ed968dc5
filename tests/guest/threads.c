// status: 1
// qemu: -smp 4
// console: all good
/* Threads on the machine's processors: work side by side, locks, conditions, the heap, floating
 * point, thread-local variables, and what is refused.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OTHERS = 3, ROUNDS = 20000 };

static int failures;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static _Thread_local int own = 7;
static long count;
static int turn;
static volatile int release;

static void check(int condition_holds, const char *what)
{
    if (!condition_holds) {
        printf("FAILED: %s\n", what);
        failures++;
    }
}

static void *count_up(void *argument)
{
    double sum = 0;
    own += (int)(long)argument;
    for (int i = 1; i <= ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        count++;
        pthread_mutex_unlock(&mutex);
        sum += sqrt(i);
        char *block = malloc((size_t)(i % 500) + 1);
        memset(block, i, (size_t)(i % 500) + 1);
        free(block);
    }
    check(own == 7 + (int)(long)argument, "a thread's own variable");
    check(sum > 1885600 && sum < 1885700, "floating point in a thread");
    return (void *)(long)own;
}

static void check_side_by_side(void)
{
    pthread_t thread[OTHERS];
    for (long i = 0; i < OTHERS; i++)
        check(pthread_create(&thread[i], NULL, count_up, (void *)(i + 1)) == 0, "pthread_create");
    count_up(0);
    for (long i = 0; i < OTHERS; i++) {
        void *value;
        check(pthread_join(thread[i], &value) == 0 && (long)value == 8 + i, "pthread_join");
    }
    check(count == (OTHERS + 1) * ROUNDS, "no count is lost under a mutex");
}

static void *take_turns(void *argument)
{
    int mine = (int)(long)argument;
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(&mutex);
        while (turn % OTHERS != mine)
            pthread_cond_wait(&condition, &mutex);
        turn++;
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void check_conditions(void)
{
    pthread_t thread[OTHERS];
    for (long i = 0; i < OTHERS; i++)
        check(pthread_create(&thread[i], NULL, take_turns, (void *)i) == 0, "pthread_create");
    for (int i = 0; i < OTHERS; i++)
        pthread_join(thread[i], NULL);
    check(turn == 50 * OTHERS, "turns taken by a condition variable");
}

static void check_time_out(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 5000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&mutex);
    check(pthread_cond_timedwait(&condition, &mutex, &until) == ETIMEDOUT,
          "a wait that ends by time");
    pthread_mutex_unlock(&mutex);
}

static void *wait_for_release(void *argument)
{
    (void)argument;
    while (!release)
        ;
    return NULL;
}

static void check_refusal(void)
{
    pthread_t thread[OTHERS + 1];
    for (int i = 0; i < OTHERS; i++)
        check(pthread_create(&thread[i], NULL, wait_for_release, NULL) == 0, "pthread_create");
    check(pthread_create(&thread[OTHERS], NULL, wait_for_release, NULL) == EAGAIN,
          "a thread more than processors is refused");
    release = 1;
    for (int i = 0; i < OTHERS; i++)
        pthread_join(thread[i], NULL);
}

static void *end_soon(void *argument)
{
    (void)argument;
    pthread_exit(NULL);
}

static void *free_it(void *argument)
{
    free(argument);
    return malloc(10);
}

/* What one thread allocated another frees, both ways. */
static void check_heap(void)
{
    pthread_t thread;
    for (int i = 0; i < 100; i++) {
        void *made;
        char *given = malloc(i % 2 ? 50 : 5000);
        memset(given, i, 50);
        check(pthread_create(&thread, NULL, free_it, given) == 0, "pthread_create");
        pthread_join(thread, &made);
        free(made);
    }
}

/* One after the other, joined and detached: nothing of them stays. */
static void check_many(void)
{
    int created = 0;
    for (int i = 0; i < 200; i++) {
        pthread_t thread;
        while (pthread_create(&thread, NULL, end_soon, NULL) == EAGAIN)
            ;
        created++;
        if (i % 2)
            pthread_join(thread, NULL);
        else
            pthread_detach(thread);
    }
    check(created == 200, "two hundred threads, one after the other");
}

int main(void)
{
    check(sysconf(_SC_NPROCESSORS_ONLN) == OTHERS + 1, "the number of processors");
    check_side_by_side();
    check_conditions();
    check_time_out();
    check_refusal();
    check_heap();
    long free_before = sysconf(_SC_AVPHYS_PAGES);
    check_many();
    while (sysconf(_SC_AVPHYS_PAGES) < free_before - 200 && count++ < 100000000)
        ;
    check(sysconf(_SC_AVPHYS_PAGES) >= free_before - 200, "the stacks of ended threads are free");
    if (failures == 0)
        printf("all good\n");
    return failures;
}
