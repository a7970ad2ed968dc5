// sources: host/measure/sampler.c host/measure/process_tree.c host/measure/process.c host/measure/cgroup_usage.c host/measure/procfile.c host/error.c
/* The sampler: of ourselves, of a process that ends meanwhile, of one that never was. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/sampler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static pid_t start_sleeper(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void test_sampler_takes_samples(void **state)
{
    (void)state;
    struct error error;
    size_t count;
    struct sampler *sampler = sampler_start(getpid(), NULL, &error);
    assert_non_null(sampler);
    sleep(3); /* ample for one sample, however slow the machine; how many come is not asked */
    sampler_stop(sampler);
    const struct sampler_sample *samples = sampler_samples(sampler, &count);
    assert_true(count >= 1);
    assert_true(samples[0].rss_bytes > 0);
    assert_true(samples[0].cpu_percent >= 0);
    json_t *json = sampler_json(sampler);
    assert_int_equal(json_array_size(json_object_get(json, "samples")), count);
    json_decref(json);
    sampler_free(sampler);
}

static void test_sampler_stops_at_once(void **state)
{
    (void)state;
    struct error error;
    struct sampler *sampler = sampler_start(getpid(), NULL, &error);
    assert_non_null(sampler);
    sampler_stop(sampler);
    sampler_stop(sampler);
    json_t *json = sampler_json(sampler);
    assert_non_null(json);
    json_decref(json);
    sampler_free(sampler);
    sampler_free(NULL);
}

static void test_sampler_survives_the_end_of_the_process(void **state)
{
    (void)state;
    struct error error;
    pid_t pid = start_sleeper();
    struct sampler *sampler = sampler_start(pid, NULL, &error);
    assert_non_null(sampler);
    end(pid);
    sleep(2);
    sampler_free(sampler);
}

static void test_sampler_refuses_what_is_not_there(void **state)
{
    (void)state;
    struct error error = {0};
    const struct cgroup_paths nowhere = {.version = 2, .cpu_path = "/nonexistent"};
    pid_t pid = start_sleeper();
    end(pid);
    assert_null(sampler_start(pid, NULL, &error));
    assert_int_equal(error.code, EXIT_FAILED);
    assert_null(sampler_start(getpid(), &nowhere, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sampler_takes_samples),
        cmocka_unit_test(test_sampler_stops_at_once),
        cmocka_unit_test(test_sampler_survives_the_end_of_the_process),
        cmocka_unit_test(test_sampler_refuses_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
