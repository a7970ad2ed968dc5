/* The console of a server; see console.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/console.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int console_open(const char *path, int *fd, struct error *error)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (*fd < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    return 0;
}

void console_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

// A guest's console may hold anything; a terminal is to see printable characters only.
static void make_printable(char *text)
{
    for (; *text; text++)
        if (!isprint((unsigned char)*text))
            *text = ' ';
}

void console_last_line(const char *path, char last[CONSOLE_LINE_BYTES])
{
    char line[CONSOLE_LINE_BYTES];
    FILE *console = fopen(path, "re");
    last[0] = '\0';
    while (console && fgets(line, sizeof line, console))
        if (line[strspn(line, " \r\n\t")] != '\0')
            memcpy(last, line, sizeof line);
    if (console)
        fclose(console);
    last[strcspn(last, "\r\n")] = '\0';
    make_printable(last);
}

void console_append_last_line(const char *path, struct error *error)
{
    char last[CONSOLE_LINE_BYTES];
    if (access(path, R_OK) < 0)
        return;
    size_t length = strlen(error->text);
    console_last_line(path, last);
    if (last[0] == '\0')
        snprintf(error->text + length, sizeof error->text - length, " (its console is empty)");
    else
        snprintf(error->text + length, sizeof error->text - length, "; its console %s ends: %s",
                 path, last);
}
