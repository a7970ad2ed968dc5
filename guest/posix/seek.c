/* lseek: of files that have a position. The libc's stdio asks it of every stream. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <unistd.h>

#include "descriptor.h"
#include "file.h"
#include "result.h"

off_t __lseek(int fd, off_t offset, int from);

off_t __lseek(int fd, off_t offset, int from)
{
    struct file *file = descriptor_file(fd);

    if (!file)
        return result(-EBADF);
    return result(file->operations->seek ? file->operations->seek(file, offset, from) : -ESPIPE);
}

off_t lseek(int fd, off_t offset, int from) __attribute__((alias("__lseek")));
