// sources: host/measure/cgroup_usage.c host/measure/procfile.c host/measure/process.c host/error.c
/* Control groups of both versions, from folders made to look like them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/cgroup_usage.h"

#include "measure/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct cgroup_paths paths;

static void write_file(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", paths.cpu_path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(paths.cpu_path, "/tmp/thrice-test-XXXXXX");
    if (mkdtemp(paths.cpu_path) == NULL)
        return -1;
    strcpy(paths.memory_path, paths.cpu_path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"cpuacct.usage",
                                        "cpuacct.stat",
                                        "memory.usage_in_bytes",
                                        "memory.stat",
                                        "memory.kmem.usage_in_bytes",
                                        "cpu.stat",
                                        "memory.current"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", paths.cpu_path, names[i]);
        unlink(path);
    }
    return rmdir(paths.cpu_path);
}

static void test_cgroup_usage_v1(void **state)
{
    (void)state;
    struct cgroup_usage usage;
    struct error error;
    paths.version = 1;
    write_file("cpuacct.usage", "1234567890\n");
    write_file("cpuacct.stat", "user 40\nsystem 83\n");
    write_file("memory.usage_in_bytes", "1048576\n");
    write_file("memory.stat", "cache 4096\nrss 8192\nrss_huge 0\ntotal_rss 99\n");
    write_file("memory.kmem.usage_in_bytes", "512\n");
    assert_int_equal(cgroup_usage_read(&paths, &usage, &error), 0);
    assert_int_equal(usage.cpu_ns, 1234567890);
    assert_int_equal(usage.user_ticks, 40);
    assert_int_equal(usage.system_ticks, 83);
    assert_int_equal(usage.cpu_system_ns, 83 * (1000000000 / process_ticks_per_s()));
    assert_int_equal(usage.memory_bytes, 1048576);
    assert_int_equal(usage.anon_bytes, 8192);
    assert_int_equal(usage.file_bytes, 4096);
    assert_int_equal(usage.kernel_bytes, 512);
}

static void test_cgroup_usage_v2(void **state)
{
    (void)state;
    struct cgroup_usage usage;
    struct error error;
    paths.version = 2;
    write_file("cpu.stat", "usage_usec 1500000\nuser_usec 500000\nsystem_usec 1000000\n");
    write_file("memory.current", "1048576\n");
    write_file("memory.stat", "anon 8192\nfile 4096\nkernel_stack 7\nkernel 512\n");
    assert_int_equal(cgroup_usage_read(&paths, &usage, &error), 0);
    assert_int_equal(usage.cpu_ns, 1500000000);
    assert_int_equal(usage.cpu_user_ns, 500000000);
    assert_int_equal(usage.system_ticks, process_ticks_per_s());
    assert_int_equal(usage.memory_bytes, 1048576);
    assert_int_equal(usage.anon_bytes, 8192);
    assert_int_equal(usage.file_bytes, 4096);
    assert_int_equal(usage.kernel_bytes, 512);
}

static void test_cgroup_usage_old_v2_tells_no_kernel_memory(void **state)
{
    (void)state;
    struct cgroup_usage usage;
    struct error error;
    paths.version = 2;
    write_file("cpu.stat", "usage_usec 1\nuser_usec 1\nsystem_usec 0\n");
    write_file("memory.current", "1\n");
    write_file("memory.stat", "anon 1\nfile 0\nkernel_stack 7\n");
    assert_int_equal(cgroup_usage_read(&paths, &usage, &error), 0);
    assert_int_equal(usage.kernel_bytes, 0);
}

static void test_cgroup_usage_names_the_file_that_fails(void **state)
{
    (void)state;
    struct cgroup_usage usage;
    struct error error = {0};
    paths.version = 2;
    assert_int_equal(cgroup_usage_read(&paths, &usage, &error), -1);
    assert_non_null(strstr(error.text, "cpu.stat"));
    write_file("cpu.stat", "usage_usec 1\nuser_usec x\nsystem_usec 0\n");
    assert_int_equal(cgroup_usage_read(&paths, &usage, &error), -1);
    assert_non_null(strstr(error.text, "user_usec"));
    assert_int_equal(error.code, EXIT_FAILED);
}

static void test_cgroup_usage_value(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_int_equal(cgroup_usage_value("ab 1\na 2", 8, "a", &value), 0);
    assert_int_equal(value, 2);
    assert_int_equal(cgroup_usage_value("ab 1\na 2", 8, "b", &value), -1);
    assert_int_equal(cgroup_usage_value("a", 1, "a", &value), -1);
    assert_int_equal(cgroup_usage_value("a \n1", 4, "a", &value), -1);
    assert_int_equal(cgroup_usage_value("", 0, "a", &value), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cgroup_usage_v1, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_cgroup_usage_v2, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_cgroup_usage_old_v2_tells_no_kernel_memory,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_cgroup_usage_names_the_file_that_fails, make_folder,
                                        remove_folder),
        cmocka_unit_test(test_cgroup_usage_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
