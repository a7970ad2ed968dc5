/* The files that `make` built; see artefact.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "artefact.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char program[PATH_MAX];

// Before anything else: in a mount namespace of our own, below a chroot, the link leads out of it.
__attribute__((constructor)) static void note_program(void)
{
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        program[0] = '\0';
}

static void path_in_build(char path[PATH_MAX], const char *format, va_list arguments)
{
    memcpy(path, program, sizeof program);
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
