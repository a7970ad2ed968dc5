/* Small text files of the kernel; see procfile.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/procfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

ssize_t procfile_read(const char *path, char *text, size_t size, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "cannot open %s", path);
    size_t total = 0;
    ssize_t count = 0;
    while (total < size && (count = read(fd, text + total, size - total)) > 0)
        total += (size_t)count;
    int failure = errno;
    close(fd);
    if (count < 0)
        return error_set_errno(error, EXIT_FAILED, failure, "cannot read %s", path);
    return (ssize_t)total;
}

const char *procfile_next_line(const char *text, const char *end)
{
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    return newline != NULL ? newline + 1 : end;
}

const char *procfile_number(const char *text, const char *end, uint64_t *value)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    if (text == end || *text < '0' || *text > '9')
        return NULL;
    for (*value = 0; text < end && *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(*value, UINT64_C(10), value) ||
            __builtin_add_overflow(*value, (uint64_t)(*text - '0'), value))
            return NULL;
    return text;
}

const char *procfile_value(const char *text, const char *end, const char *key)
{
    size_t length = strlen(key);
    if ((size_t)(end - text) <= length || memcmp(text, key, length) != 0)
        return NULL;
    char behind = text[length];
    return behind == ' ' || behind == ':' || behind == '\t' ? text + length + 1 : NULL;
}
