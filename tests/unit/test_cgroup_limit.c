// sources: host/environment/cgroup_limit.c host/environment/cgroup_place.c host/environment/cgroup_tree.c host/measure/cgroup_usage.c host/measure/process.c host/measure/procfile.c host/error.c
/* The limits of a server, in cgroups of version 1 and 2. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "environment/cgroup_limit.h"
#include "environment/cgroup_tree.h"

static const struct cgroup_limit limit = {.cpus = 2, .memory_bytes = 256U << 20};

static void expect(const struct cgroup_setting *setting, const char *controller, const char *file,
                   const char *text)
{
    assert_string_equal(setting->controller, controller);
    assert_string_equal(setting->file, file);
    assert_string_equal(setting->text, text);
}

static void test_cgroup_limit_settings_of_both_versions(void **state)
{
    struct cgroup_setting settings[CGROUP_SETTINGS_MAX];
    (void)state;
    assert_int_equal(cgroup_limit_settings(1, &limit, settings), 3);
    expect(&settings[0], "cpu", "cpu.cfs_period_us", "100000");
    expect(&settings[1], "cpu", "cpu.cfs_quota_us", "200000");
    expect(&settings[2], "memory", "memory.limit_in_bytes", "268435456");
    assert_int_equal(cgroup_limit_settings(2, &limit, settings), 2);
    expect(&settings[0], "", "cpu.max", "200000 100000");
    expect(&settings[1], "", "memory.max", "268435456");
}

// Enters as a program that is started does; returns whether it could, and is in it.
static int child_in(const struct cgroup_joins *joins, const char *name)
{
    char line[256];
    int found = 0;
    for (const char *const *path = joins->list; *path; path++) {
        FILE *file = fopen(*path, "w");
        if (!file || fputs("0", file) < 0 || fclose(file) != 0)
            return 1;
    }
    FILE *cgroups = fopen("/proc/self/cgroup", "r");
    while (cgroups && fgets(line, sizeof line, cgroups))
        found += strstr(line, name) != NULL;
    return found == 0;
}

// Where cgroups may be made: one is made, entered, and removed.
static void test_cgroup_limit_is_made_and_removed(void **state)
{
    struct cgroup_joins joins;
    struct error error = {.text = ""};
    char own[CGROUP_PATH_BYTES];
    int status = 1;
    (void)state;
    cgroup_tree_claim(-1, 0);
    if (cgroup_tree_lacking()[0]) {
        print_message("%s\n", cgroup_tree_lacking());
        skip();
    }
    cgroup_tree_path(own, sizeof own, "");
    assert_int_equal(cgroup_limit_create("test", &limit, &joins, &error), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(child_in(&joins, "/test"));
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(cgroup_limit_throttled_ns("test"), 0);
    cgroup_limit_remove("test");
    assert_int_not_equal(access(joins.path[0], F_OK), 0);
    cgroup_limit_remove("test");
    assert_int_equal(cgroup_limit_throttled_ns("gone"), 0);
    cgroup_tree_release();
    cgroup_tree_remove(strrchr(own, '/') + 1);
    *strrchr(joins.path[0], '/') = '\0';
    *strrchr(joins.path[0], '/') = '\0';
    assert_int_not_equal(access(joins.path[0], F_OK), 0);
}

static void expect_own(const char *text, const char *path)
{
    char own[32];
    assert_int_equal(cgroup_place_parse_own(text, own, sizeof own), path ? 0 : -1);
    if (path)
        assert_string_equal(own, path);
}

static void test_cgroup_place_finds_its_own_cgroup(void **state)
{
    (void)state;
    expect_own("0::/\n", "");
    expect_own("0::/user.slice/a.scope\n", "/user.slice/a.scope");
    expect_own("12:cpu:/x\n1:name=systemd:/y\n0::/z\n", "/z");
    expect_own("12:cpu:/x\n", NULL);
    expect_own("10::/x\n", NULL);
    expect_own("", NULL);
    expect_own("0::/longer-than-there-is-room-for-it\n", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cgroup_limit_settings_of_both_versions),
        cmocka_unit_test(test_cgroup_limit_is_made_and_removed),
        cmocka_unit_test(test_cgroup_place_finds_its_own_cgroup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
