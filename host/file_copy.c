/* A file copied; see file_copy.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "file_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

// One stretch of data, from its offset to the next hole.
static int copy_stretch(int from, int to, off_t offset, off_t end)
{
    if (lseek(to, offset, SEEK_SET) < 0)
        return -1;
    while (offset < end) {
        ssize_t copied = sendfile(to, from, &offset, (size_t)(end - offset));
        if (copied == 0)
            errno = EIO; // it became shorter
        if (copied <= 0)
            return -1;
    }
    return 0;
}

static int copy_data(int from, int to)
{
    struct stat file;
    if (fstat(from, &file) < 0 || ftruncate(to, file.st_size) < 0)
        return -1;
    for (off_t end = 0; end < file.st_size;) {
        off_t data = lseek(from, end, SEEK_DATA);
        if (data < 0)
            return errno == ENXIO ? 0 : -1; // a hole is all that is left
        end = lseek(from, data, SEEK_HOLE);
        if (end < 0 || copy_stretch(from, to, data, end) < 0)
            return -1;
    }
    return 0;
}

int file_copy(const char *from, const char *to, struct error *error)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = source < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int code = target < 0 ? -1 : copy_data(source, target);
    if (code < 0)
        error_set_errno(error, EXIT_FAILED, errno, "copying %s to %s", from, to);
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    if (code < 0 && target >= 0)
        unlink(to);
    return code;
}
