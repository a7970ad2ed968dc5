// sources: host/environment/vm_image.c host/error.c
/* The image of the full VM: whole, missing, half-built, and written to by somebody. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/vm_image.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

// An image as the recipe leaves it, but for its size.
static int make_image(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test-vm-image-XXXXXX");
    assert_non_null(mkdtemp(folder));
    write_file("vm.qcow2", "disk");
    write_file("vmlinuz", "kernel");
    write_file("initrd", "initrd");
    write_file("contents", "4 vm.qcow2\n6 vmlinuz\n6 initrd\n");
    return 0;
}

static int remove_image(void **state)
{
    (void)state;
    remove_file("vm.qcow2");
    remove_file("vmlinuz");
    remove_file("initrd");
    remove_file("contents");
    return rmdir(folder);
}

static void assert_lacking(const char *pattern)
{
    struct error error = {0};
    assert_int_equal(vm_image_check(folder, &error), -1);
    assert_int_equal(error.code, EXIT_LACKING);
    assert_non_null(strstr(error.text, pattern));
    assert_non_null(strstr(error.text, folder));
}

static void test_vm_image_whole(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(vm_image_check(folder, &error), 0);
}

static void test_vm_image_missing(void **state)
{
    (void)state;
    remove_file("contents");
    assert_lacking("make vm");
}

static void test_vm_image_file_missing(void **state)
{
    (void)state;
    remove_file("initrd");
    assert_lacking("initrd");
}

static void test_vm_image_half_built(void **state)
{
    (void)state;
    write_file("vm.qcow2", "dis");
    assert_lacking("half-built");
}

static void test_vm_image_contents_damaged(void **state)
{
    (void)state;
    write_file("contents", "");
    assert_lacking("damaged");
}

// As QEMU locks an image that it may write to, and one that it only reads.
static void test_vm_image_in_use(void **state)
{
    (void)state;
    char path[128];
    struct error error;
    struct flock reader = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 1};
    struct flock writer = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 101, .l_len = 1};
    snprintf(path, sizeof path, "%s/vm.qcow2", folder);
    int fd = open(path, O_RDWR);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &reader), 0);
    assert_int_equal(vm_image_check(folder, &error), 0);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &writer), 0);
    assert_lacking("in use");
    close(fd);
    assert_int_equal(vm_image_check(folder, &error), 0);
}

int main(void)
{
#define ON_IMAGE(test) cmocka_unit_test_setup_teardown(test, make_image, remove_image)
    const struct CMUnitTest tests[] = {
        ON_IMAGE(test_vm_image_whole),
        ON_IMAGE(test_vm_image_missing),
        ON_IMAGE(test_vm_image_file_missing),
        ON_IMAGE(test_vm_image_half_built),
        ON_IMAGE(test_vm_image_contents_damaged),
        ON_IMAGE(test_vm_image_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
