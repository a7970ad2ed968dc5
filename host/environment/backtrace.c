/* Names beside a backtrace's addresses; see backtrace.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/backtrace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "environment/program.h"

enum { INDENT = 2, DIGITS = 16, LINE_BYTES = 64 };

static const uint64_t LOOK_UP_PATIENCE_NS = 10 * NS_PER_S;

const char *backtrace_address(const char *line)
{
    size_t indent = strspn(line, " ");
    size_t digits = strspn(line + indent, "0123456789abcdef");
    return indent == INDENT && digits == DIGITS && line[INDENT + DIGITS] == '\0' ? line + INDENT
                                                                                 : NULL;
}

// addr2line writes the rest of the line itself, and its end.
static int print_name(const struct backtrace *backtrace, const char *address)
{
    const char *const argv[] = {"addr2line", "-pfse", backtrace->symbols, address, NULL};
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = STDOUT_FILENO};
    struct program program;
    struct error ignored;
    fputs("  ", stdout);
    fflush(stdout);
    if (program_start(&program, &options, &ignored) < 0)
        return -1;
    if (!program_wait(&program, LOOK_UP_PATIENCE_NS))
        program_kill(&program);
    return 0;
}

// Bytes are passed on as they come; of the line only its beginning is kept.
static void *pass_on(void *argument)
{
    struct backtrace *backtrace = argument;
    FILE *console = fdopen(backtrace->console_fd, "r");
    char line[LINE_BYTES] = "";
    size_t length = 0;
    bool named = access(backtrace->symbols, R_OK) == 0;
    int byte;
    while (console && (byte = getc(console)) != EOF) {
        if (byte != '\n') {
            if (byte != '\r' && length + 1 < sizeof line)
                line[length++] = (char)byte;
            if (byte != '\r')
                putchar(byte);
            continue;
        }
        line[length] = '\0';
        length = 0;
        const char *address = named ? backtrace_address(line) : NULL;
        if (!address || print_name(backtrace, address) < 0)
            putchar('\n');
        fflush(stdout);
    }
    if (console)
        fclose(console);
    fflush(stdout);
    return NULL;
}

int backtrace_start(struct backtrace *backtrace, const char *symbols, int *write_fd,
                    struct error *error)
{
    int ends[2];
    snprintf(backtrace->symbols, sizeof backtrace->symbols, "%s", symbols);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "making a pipe for the console");
    backtrace->console_fd = ends[0];
    *write_fd = ends[1];
    int failure = pthread_create(&backtrace->thread, NULL, pass_on, backtrace);
    if (failure == 0)
        return 0;
    close(ends[0]);
    close(ends[1]);
    return error_set_errno(error, EXIT_FAILED, failure, "starting a thread for the console");
}

void backtrace_finish(struct backtrace *backtrace)
{
    pthread_join(backtrace->thread, NULL);
}
