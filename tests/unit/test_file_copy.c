// sources: host/file_copy.c host/error.c
/* A file copied: its bytes, its holes, its length, and what an error leaves. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "file_copy.h"

enum { MIB = 1 << 20, PATH_BYTES = 64 };

static char folder[] = "/tmp/test_file_copy.XXXXXX";

static char *in_folder(char path[PATH_BYTES], const char *name)
{
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return path;
}

// Data at the start and in the third MiB, holes between and behind.
static void write_sparse(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "first", 5, 0), 5);
    assert_int_equal(pwrite(fd, "third", 5, 2 * MIB + 7), 5);
    assert_int_equal(ftruncate(fd, 8 * MIB), 0);
    close(fd);
}

// Not every file system has holes: the copy is as sparse as what it is of.
static void assert_sparse_as(const char *path, const char *other)
{
    enum { METADATA_BLOCKS = 64 };
    char bytes[8] = "";
    struct stat file, source;
    assert_int_equal(stat(other, &source), 0);
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &file), 0);
    assert_int_equal(file.st_size, 8 * MIB);
    assert_true(file.st_blocks <= source.st_blocks + METADATA_BLOCKS);
    assert_int_equal(pread(fd, bytes, 6, 0), 6);
    assert_memory_equal(bytes, "first\0", 6);
    assert_int_equal(pread(fd, bytes, 7, 2 * MIB + 6), 7);
    assert_memory_equal(bytes, "\0third\0", 7);
    close(fd);
}

static void test_file_copy_keeps_data_and_holes(void **state)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    struct error error;
    (void)state;
    write_sparse(in_folder(from, "from"));
    assert_int_equal(file_copy(from, in_folder(to, "to"), &error), 0);
    assert_sparse_as(to, from);
    unlink(from);
    unlink(to);
}

// What was longer before does not shine through.
static void test_file_copy_replaces(void **state)
{
    char from[PATH_BYTES], to[PATH_BYTES], bytes[8];
    struct error error;
    (void)state;
    write_sparse(in_folder(to, "to"));
    FILE *file = fopen(in_folder(from, "from"), "w");
    fputs("short", file);
    fclose(file);
    assert_int_equal(file_copy(from, to, &error), 0);
    file = fopen(to, "r");
    assert_int_equal(fread(bytes, 1, sizeof bytes, file), 5);
    assert_memory_equal(bytes, "short", 5);
    fclose(file);
    unlink(from);
    unlink(to);
}

static void test_file_copy_leaves_nothing_after_an_error(void **state)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    struct error error;
    (void)state;
    assert_int_equal(file_copy(in_folder(from, "none"), in_folder(to, "to"), &error), -1);
    assert_non_null(strstr(error.text, from));
    assert_int_equal(access(to, F_OK), -1);
    assert_int_equal(file_copy(folder, to, &error), -1); // a folder is no file
    assert_int_equal(access(to, F_OK), -1);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_copy_keeps_data_and_holes),
        cmocka_unit_test(test_file_copy_replaces),
        cmocka_unit_test(test_file_copy_leaves_nothing_after_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
