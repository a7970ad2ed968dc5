// sources: host/doctor/settings.c host/measure/procfile.c host/error.c
/* Settings of a machine, in a folder of files such as it has. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "doctor/settings.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static char root[] = "/tmp/thrice-settings-XXXXXX";

static void write_file(const char *path, const char *text)
{
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s%s", root, path);
    for (char *slash = name + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(name, 0700);
        *slash = '/';
    }
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static struct finding finding_of(const char *what)
{
    struct finding finding;
    for (size_t i = 0; i < settings_count; i++) {
        settings_find(&finding, i, root);
        if (strcmp(finding.what, what) == 0)
            return finding;
    }
    fail_msg("there is no setting %s", what);
    return finding;
}

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command); // NOLINT(cert-env33-c)
}

static void test_settings_absent_is_no_fault(void **state)
{
    (void)state;
    struct finding finding = finding_of("governor");
    assert_int_equal(finding.verdict, FINDING_GOOD);
    assert_string_equal(finding.text, "not to be set here");
}

static void test_settings_word_of_a_file(void **state)
{
    static const char path[] = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
    (void)state;
    write_file(path, "performance\n");
    assert_int_equal(finding_of("governor").verdict, FINDING_GOOD);
    write_file(path, "powersave\n");
    struct finding finding = finding_of("governor");
    assert_int_equal(finding.verdict, FINDING_NOISY);
    assert_memory_equal(finding.text, "powersave: ", 11);
    assert_non_null(strstr(finding.text, "cpupower"));
}

static void test_settings_word_in_brackets(void **state)
{
    static const char path[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    (void)state;
    write_file(path, "always [madvise] never\n");
    assert_int_equal(finding_of("huge pages").verdict, FINDING_GOOD);
    write_file(path, "[always] madvise never\n");
    assert_int_equal(finding_of("huge pages").verdict, FINDING_NOISY);
}

static void test_settings_a_word_without_end(void **state)
{
    (void)state;
    write_file("/sys/kernel/mm/ksm/run", "[");
    assert_int_equal(finding_of("KSM").verdict, FINDING_NOISY);
    char long_word[1000] = "";
    memset(long_word, 'x', sizeof long_word - 1);
    write_file("/sys/kernel/mm/ksm/run", long_word);
    assert_int_equal(finding_of("KSM").verdict, FINDING_NOISY);
    write_file("/sys/kernel/mm/ksm/run", "0");
    assert_int_equal(finding_of("KSM").verdict, FINDING_GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_absent_is_no_fault),
        cmocka_unit_test(test_settings_word_of_a_file),
        cmocka_unit_test(test_settings_word_in_brackets),
        cmocka_unit_test(test_settings_a_word_without_end),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
