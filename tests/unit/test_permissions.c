// sources: host/doctor/permissions.c host/measure/procfile.c host/error.c
/* User namespaces: the three ways in which a kernel forbids them, and what to do about each. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/permissions.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char root[] = "/tmp/thrice-permissions-XXXXXX";

static int make_root(void **state)
{
    char command[200];
    (void)state;
    if (!mkdtemp(root))
        return -1;
    snprintf(command, sizeof command, "mkdir -p %s/proc/sys/kernel %s/proc/sys/user", root, root);
    return system(command); // NOLINT(cert-env33-c)
}

static int remove_root(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command); // NOLINT(cert-env33-c)
}

static struct finding with(const char *path, const char *text, bool is_root)
{
    char name[PATH_MAX];
    struct finding finding;
    snprintf(name, sizeof name, "%s%s", root, path);
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    permissions_find_namespaces(&finding, is_root, root);
    remove(name);
    return finding;
}

static void test_permissions_without_any_restriction(void **state)
{
    (void)state;
    struct finding finding;
    permissions_find_namespaces(&finding, false, root);
    assert_int_equal(finding.verdict, FINDING_GOOD);
    assert_int_equal(with("/proc/sys/user/max_user_namespaces", "100\n", false).verdict,
                     FINDING_GOOD);
    assert_int_equal(with("/proc/sys/kernel/unprivileged_userns_clone", "1\n", false).verdict,
                     FINDING_GOOD);
}

static void test_permissions_names_apparmor(void **state)
{
    static const char path[] = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    (void)state;
    struct finding finding = with(path, "1\n", false);
    assert_int_equal(finding.verdict, FINDING_LACKING);
    assert_non_null(strstr(finding.text, "AppArmor"));
    assert_non_null(strstr(finding.text, "apparmor_restrict_unprivileged_userns=0"));
    assert_int_equal(with(path, "1\n", true).verdict, FINDING_ABSENT);
    assert_int_equal(with(path, "0\n", false).verdict, FINDING_GOOD);
}

static void test_permissions_of_other_kernels(void **state)
{
    (void)state;
    struct finding finding = with("/proc/sys/kernel/unprivileged_userns_clone", "0\n", false);
    assert_int_equal(finding.verdict, FINDING_LACKING);
    assert_non_null(strstr(finding.text, "unprivileged_userns_clone=1"));
    finding = with("/proc/sys/user/max_user_namespaces", "0", false);
    assert_int_equal(finding.verdict, FINDING_LACKING);
    assert_non_null(strstr(finding.text, "max_user_namespaces"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permissions_without_any_restriction),
        cmocka_unit_test(test_permissions_names_apparmor),
        cmocka_unit_test(test_permissions_of_other_kernels),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
