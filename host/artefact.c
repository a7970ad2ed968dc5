/* The files that `make` built; see artefact.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "artefact.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void path_in_build(char path[PATH_MAX], const char *format, va_list arguments)
{
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
    char *name = strrchr(path, '/');
    size_t folder = name ? (size_t)(name - path) + 1 : 0;
    vsnprintf(path + folder, PATH_MAX - folder, format, arguments);
}

void artefact_path(char path[PATH_MAX], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    path_in_build(path, format, arguments);
    va_end(arguments);
}

int artefact_require(struct error *error, char path[PATH_MAX], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    path_in_build(path, format, arguments);
    va_end(arguments);
    if (access(path, R_OK) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "%s (run `make`)", path);
    return 0;
}
