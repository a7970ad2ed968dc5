/* The image of the full VM; see vm_image.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/vm_image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK "vm.qcow2"

// A QEMU that may write to an image holds a lock on this byte of it (block/file-posix.c: base 100,
// plus the number of the permission).
enum { QEMU_WRITE_LOCK_BYTE = 101 };

static int check_size(const char *folder, const char *name, long long bytes, struct error *error)
{
    char path[PATH_MAX];
    struct stat file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (stat(path, &file) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s (run `make vm`)", path);
    if (file.st_size != bytes)
        return error_set(error, EXIT_LACKING,
                         "%s has %lld bytes, not %lld: half-built or damaged (remove %s, run "
                         "`make vm`)",
                         path, (long long)file.st_size, bytes, folder);
    return 0;
}

static int check_contents(const char *folder, struct error *error)
{
    char path[PATH_MAX], name[64];
    long long bytes;
    int files = 0, code = 0;

    snprintf(path, sizeof path, "%s/contents", folder);
    FILE *contents = fopen(path, "re");
    if (!contents)
        return error_set_errno(error, EXIT_LACKING, errno, "%s (run `make vm`)", path);
    for (; code == 0 && fscanf(contents, "%lld %63s", &bytes, name) == 2; files++)
        code = check_size(folder, name, bytes, error);
    fclose(contents);
    if (code == 0 && files == 0)
        return error_set(error, EXIT_LACKING, "%s is damaged (remove %s, run `make vm`)", path,
                         folder);
    return code;
}

static int check_not_written(const char *folder, struct error *error)
{
    char path[PATH_MAX];
    struct flock lock = {.l_type = F_WRLCK, // QEMU holds a read lock: only a writer meets it
                         .l_whence = SEEK_SET,
                         .l_start = QEMU_WRITE_LOCK_BYTE,
                         .l_len = 1};
    snprintf(path, sizeof path, "%s/" DISK, folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s", path);
    int got = fcntl(fd, F_OFD_GETLK, &lock);
    close(fd);
    if (got == 0 && lock.l_type != F_UNLCK)
        return error_set(error, EXIT_LACKING,
                         "%s is in use: a QEMU was started on it and may write to it (end that; "
                         "boot an overlay, or with -snapshot)",
                         path);
    return 0; // a file system without locks has none to tell
}

int vm_image_check(const char *folder, struct error *error)
{
    if (check_contents(folder, error) < 0)
        return -1;
    return check_not_written(folder, error);
}
