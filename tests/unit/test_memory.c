// sources: host/report/memory.c host/study/run_status.c
/* The memory of the good runs, by what it is of. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/memory.h"

static const struct scenario http = {.name = "tcp-500", .kind = "http"};

static json_int_t mib(int count)
{
    return (json_int_t)count << 20;
}

static json_t *run(const char *environment, const char *status, int rss_mib)
{
    return json_pack("{s:s, s:s, s:s, s:{s:I, s:I, s:I}}", "scenario", "tcp-500", "environment",
                     environment, "status", status, "usage", "rss_bytes", mib(rss_mib), "pss_bytes",
                     mib(2), "private_dirty_bytes", mib(1));
}

static void test_memory_is_the_mean_of_good_runs(void **state)
{
    struct memory memory;
    (void)state;
    json_t *records = json_pack("[o, o, o, o]", run("native", "good", 4), run("native", "good", 6),
                                run("native", "void", 99), run("unikernel", "good", 99));
    memory_make(&memory, records, &http, "native");
    assert_int_equal(memory.runs, 2);
    assert_true(memory.rss == 5);
    assert_true(memory.pss == 2 && memory.private_dirty == 1);
    assert_false(memory.is_guest || memory.has_cgroup);
    json_t *json = memory_json(&memory);
    assert_true(json_real_value(json_object_get(json, "rss_mib")) == 5);
    assert_true(json_is_null(json_object_get(json, "guest_mib"))); /* not 0 */
    assert_true(json_is_null(json_object_get(json, "kernel_mib")));
    json_decref(json);
    json_decref(records);
}

static void test_memory_splits_qemu_and_the_cgroup(void **state)
{
    struct memory memory;
    (void)state;
    json_t *guest = run("unikernel", "good", 40), *container = run("container", "good", 1);
    json_object_update_new(
        json_object_get(guest, "usage"),
        json_pack("{s:I, s:I}", "guest_rss_bytes", mib(4), "own_rss_bytes", mib(36)));
    json_object_update_new(json_object_get(container, "usage"),
                           json_pack("{s:I, s:I, s:I, s:I}", "charged_bytes", mib(9), "anon_bytes",
                                     mib(1), "file_bytes", mib(5), "kernel_bytes", mib(3)));
    json_t *records = json_pack("[o, o]", guest, container);
    memory_make(&memory, records, &http, "unikernel");
    assert_true(memory.is_guest && !memory.has_cgroup);
    assert_true(memory.guest == 4 && memory.own == 36);
    memory_make(&memory, records, &http, "container");
    assert_true(!memory.is_guest && memory.has_cgroup);
    assert_true(memory.charged == 9 && memory.anon == 1 && memory.file == 5 && memory.kernel == 3);
    json_t *json = memory_json(&memory);
    assert_true(json_real_value(json_object_get(json, "kernel_mib")) == 3);
    assert_true(json_is_null(json_object_get(json, "own_mib")));
    json_decref(json);
    memory_make(&memory, records, &http, "vm");
    assert_int_equal(memory.runs, 0);
    json_decref(records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_the_mean_of_good_runs),
        cmocka_unit_test(test_memory_splits_qemu_and_the_cgroup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
