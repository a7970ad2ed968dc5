/* The disk of a run; see run_disk.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/run_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file_copy.h"

static const off_t DISK_BYTES = (off_t)2 << 30;

static int create(struct run_disk *disk, const char *console_path, struct error *error)
{
    static unsigned int disks_made; // servers of one run share its console
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%.*s.%u.disk", PATH_MAX - 20, console_path, disks_made++);
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool made = fd >= 0 && ftruncate(fd, DISK_BYTES) == 0 && realpath(name, disk->path);
    if (!made)
        error_set_errno(error, EXIT_FAILED, errno, "making the disk %s", name);
    if (!made && fd >= 0)
        unlink(name);
    if (fd >= 0)
        close(fd);
    return made ? 0 : -1;
}

int run_disk_make(struct run_disk *disk, struct server_options *options,
                  const struct environment *environment, struct error *error)
{
    size_t count = 0;
    *disk = (struct run_disk){.path = ""};
    if (!options->payload->takes_disk)
        return 0;
    if (create(disk, options->console_path, error) < 0)
        return -1;
    while (count < RUN_DISK_ARGUMENTS - 2 && options->arguments[count]) {
        disk->arguments[count] = options->arguments[count];
        count++;
    }
    disk->arguments[count] = environment->disk ? environment->disk : disk->path;
    options->arguments = disk->arguments;
    options->disk_path = disk->path;
    return 0;
}

int run_disk_copy(struct run_disk *disk, struct server_options *options,
                  const struct environment *environment, const struct run_disk *other,
                  struct error *error)
{
    if (run_disk_make(disk, options, environment, error) < 0)
        return -1;
    return other->path[0] ? file_copy(other->path, disk->path, error) : 0;
}

void run_disk_remove(const struct run_disk *disk)
{
    if (disk->path[0])
        unlink(disk->path);
}
