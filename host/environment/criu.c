/* Is CRIU there, and content; see criu.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/criu.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "clock.h"
#include "environment/program.h"

static const uint64_t PATIENCE_NS = 5 * NS_PER_S;

static bool is_content(void)
{
    static const char *const argv[] = {"criu", "check", NULL};
    struct program program;
    struct error ignored;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = null};
    bool started = null >= 0 && program_start(&program, &options, &ignored) == 0;
    bool content = started && program_wait(&program, PATIENCE_NS) && program.status == 0;
    if (started)
        program_kill(&program);
    if (null >= 0)
        close(null);
    return content;
}

int criu_check(struct error *error)
{
    if (program_find("criu", "criu", error) < 0)
        return -1;
    return is_content() ? 0
                        : error_set(error, EXIT_LACKING,
                                    "`criu check` finds this kernel without what it needs");
}
