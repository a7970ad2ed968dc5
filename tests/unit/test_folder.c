// sources: host/folder.c host/file_copy.c host/error.c
/* A folder of plain files copied and removed: what goes along, what does not, and errors. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "folder.h"

enum { PATH_BYTES = 200 };

static char from[] = "/tmp/test_folder.XXXXXX";
static char to[sizeof from + sizeof ".copy"];

static void in_folder(char path[PATH_BYTES], const char *folder, const char *name)
{
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
    char path[PATH_BYTES];
    in_folder(path, from, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *name, const char *text)
{
    char path[PATH_BYTES], found[32] = "";
    in_folder(path, to, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(found, 1, sizeof found - 1, file), strlen(text));
    fclose(file);
    assert_string_equal(found, text);
}

static void test_folder_copy_takes_plain_files_alone(void **state)
{
    char link[PATH_BYTES], copied_link[PATH_BYTES];
    struct error error;
    uint64_t bytes;
    (void)state;
    write_file("pages-1.img", "0123456789");
    write_file("dump.log", "said");
    in_folder(link, from, "link");
    in_folder(copied_link, to, "link");
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(folder_copy(from, to, &bytes, &error), 0);
    assert_int_equal(bytes, 14);
    assert_holds("pages-1.img", "0123456789");
    assert_holds("dump.log", "said");
    assert_int_not_equal(access(copied_link, F_OK), 0);
}

static void test_folder_copy_says_what_it_lacks(void **state)
{
    struct error error;
    uint64_t bytes;
    (void)state;
    assert_int_equal(folder_copy("/nowhere", to, &bytes, &error), -1);
    assert_non_null(strstr(error.text, "/nowhere"));
    assert_int_equal(folder_copy(from, "/nowhere/there", &bytes, &error), -1);
    assert_non_null(strstr(error.text, "/nowhere/there"));
}

static void test_folder_remove_leaves_nothing(void **state)
{
    (void)state;
    folder_remove(to);
    folder_remove(to);
    assert_int_not_equal(access(to, F_OK), 0);
    folder_remove(from);
    assert_int_not_equal(access(from, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder_copy_takes_plain_files_alone),
        cmocka_unit_test(test_folder_copy_says_what_it_lacks),
        cmocka_unit_test(test_folder_remove_leaves_nothing),
    };
    if (!mkdtemp(from))
        return 1;
    snprintf(to, sizeof to, "%s.copy", from);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
