/* The threads of a job; see team.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

static pthread_t thread[TEAM_MAX];
static unsigned started; // threads beside the caller
static atomic_uint returned;
static atomic_bool stopping;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; // the caller's until they may go
static bool waiting;
static void (*work_of)(unsigned worker);

static void *run(void *worker)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    work_of((unsigned)(uintptr_t)worker);
    atomic_fetch_add(&returned, 1);
    return NULL;
}

bool team_start(struct query *query, unsigned threads, void (*work)(unsigned worker))
{
    work_of = work;
    started = 0;
    atomic_store(&returned, 0);
    atomic_store(&stopping, false);
    pthread_mutex_lock(&gate);
    waiting = true;
    while (started + 1 < threads) {
        void *worker = (void *)(uintptr_t)(started + 1);
        int error = pthread_create(&thread[started], NULL, run, worker);
        if (error != 0) {
            query_fail(query, 507, "threads: only %u of %u can be had here: %s", started + 1,
                       threads, strerror(error));
            team_end();
            return false;
        }
        started++;
    }
    return true;
}

void team_go(void)
{
    if (waiting)
        pthread_mutex_unlock(&gate);
    waiting = false;
}

bool team_stopping(void)
{
    return atomic_load_explicit(&stopping, memory_order_relaxed);
}

bool team_done(void)
{
    return atomic_load(&returned) == started;
}

void team_end(void)
{
    atomic_store(&stopping, true);
    team_go();
    while (started > 0)
        pthread_join(thread[--started], NULL);
}
