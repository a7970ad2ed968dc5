/* %CPU and RSS once a second; see sampler.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/sampler.h"

#include "clock.h"
#include "measure/process_tree.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define PERIOD_NS NS_PER_S

struct sampler {
    pid_t pid;
    bool has_cgroup;
    struct cgroup_paths cgroup;
    uint64_t start_ns;
    uint64_t last_ns;
    uint64_t last_cpu_ns;
    struct sampler_sample *samples; /* the thread's until it is joined */
    size_t count;
    size_t room;
    bool running;
    bool stopping; /* under lock, as its condition */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
};

static int read_cpu(const struct sampler *sampler, uint64_t *cpu_ns, struct error *error)
{
    struct process_stat stat;
    struct cgroup_usage usage;
    if (!sampler->has_cgroup)
        return process_tree_cpu(sampler->pid, &stat, cpu_ns, error);
    if (cgroup_usage_read(&sampler->cgroup, &usage, error) != 0)
        return -1;
    *cpu_ns = usage.cpu_ns;
    return 0;
}

static int append(struct sampler *sampler, const struct sampler_sample *sample)
{
    if (sampler->count == sampler->room) {
        size_t room = sampler->room == 0 ? 128 : sampler->room * 2;
        struct sampler_sample *larger = realloc(sampler->samples, room * sizeof *larger);
        if (larger == NULL)
            return -1;
        sampler->samples = larger;
        sampler->room = room;
    }
    sampler->samples[sampler->count++] = *sample;
    return 0;
}

/* Takes one sample; -1 when what is sampled is gone. */
static int sample(struct sampler *sampler)
{
    struct sampler_sample taken;
    struct error no_matter;
    uint64_t cpu_ns;

    if (read_cpu(sampler, &cpu_ns, &no_matter) != 0 ||
        process_tree_rss(sampler->pid, &taken.rss_bytes, &no_matter) != 0)
        return -1;
    uint64_t now_ns = clock_now_ns();
    taken.at_ns = now_ns - sampler->start_ns;
    taken.cpu_percent =
        100.0 * (double)(cpu_ns - sampler->last_cpu_ns) / (double)(now_ns - sampler->last_ns);
    sampler->last_ns = now_ns;
    sampler->last_cpu_ns = cpu_ns;
    return append(sampler, &taken);
}

/* Waits until the moment or until told to stop; returns whether to go on. */
static bool wait_until(struct sampler *sampler, uint64_t moment_ns)
{
    struct timespec moment = clock_timespec(moment_ns);

    pthread_mutex_lock(&sampler->lock);
    while (!sampler->stopping &&
           pthread_cond_timedwait(&sampler->stopped, &sampler->lock, &moment) != ETIMEDOUT)
        continue;
    bool go_on = !sampler->stopping;
    pthread_mutex_unlock(&sampler->lock);
    return go_on;
}

static void *run(void *argument)
{
    struct sampler *sampler = argument;
    uint64_t due_ns = sampler->start_ns + PERIOD_NS;

    while (wait_until(sampler, due_ns) && sample(sampler) == 0)
        due_ns += PERIOD_NS;
    return NULL;
}

struct sampler *sampler_start(pid_t pid, const struct cgroup_paths *cgroup, struct error *error)
{
    struct sampler *sampler = calloc(1, sizeof *sampler);
    uint64_t rss_bytes;

    if (sampler == NULL) {
        error_set(error, EXIT_FAILED, "out of memory for a sampler");
        return NULL;
    }
    sampler->pid = pid;
    sampler->has_cgroup = cgroup != NULL;
    if (cgroup != NULL)
        sampler->cgroup = *cgroup;
    if (read_cpu(sampler, &sampler->last_cpu_ns, error) != 0 ||
        process_tree_rss(pid, &rss_bytes, error) != 0) {
        free(sampler);
        return NULL;
    }
    sampler->start_ns = sampler->last_ns = clock_now_ns();

    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sampler->stopped, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&sampler->lock, NULL);

    int failure = pthread_create(&sampler->thread, NULL, run, sampler);
    if (failure != 0) {
        error_set_errno(error, EXIT_FAILED, failure, "cannot start the sampling thread");
        sampler_free(sampler);
        return NULL;
    }
    sampler->running = true;
    return sampler;
}

void sampler_stop(struct sampler *sampler)
{
    if (!sampler->running)
        return;
    pthread_mutex_lock(&sampler->lock);
    sampler->stopping = true;
    pthread_cond_signal(&sampler->stopped);
    pthread_mutex_unlock(&sampler->lock);
    pthread_join(sampler->thread, NULL);
    sampler->running = false;
}

const struct sampler_sample *sampler_samples(const struct sampler *sampler, size_t *count)
{
    *count = sampler->count;
    return sampler->samples;
}

json_t *sampler_json(const struct sampler *sampler)
{
    json_t *samples = json_array();
    double percents = 0;
    uint64_t rss_bytes_max = 0;

    for (size_t i = 0; i < sampler->count; i++) {
        const struct sampler_sample *taken = &sampler->samples[i];
        percents += taken->cpu_percent;
        if (taken->rss_bytes > rss_bytes_max)
            rss_bytes_max = taken->rss_bytes;
        json_array_append_new(samples,
                              json_pack("[f, f, I]", (double)taken->at_ns / (double)NS_PER_S,
                                        taken->cpu_percent, (json_int_t)taken->rss_bytes));
    }
    double mean = sampler->count == 0 ? 0 : percents / (double)sampler->count;
    return json_pack("{s:f, s:I, s:o}", "cpu_percent_mean", mean, "rss_bytes_max",
                     (json_int_t)rss_bytes_max, "samples", samples);
}

void sampler_free(struct sampler *sampler)
{
    if (sampler == NULL)
        return;
    sampler_stop(sampler);
    pthread_cond_destroy(&sampler->stopped);
    pthread_mutex_destroy(&sampler->lock);
    free(sampler->samples);
    free(sampler);
}
