/* The mappings of a process; see mapping.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/mapping.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

// A mapping begins with "7f0000000000-7f0010000000 rw-p 00000000 00:00 0"; "Rss: 12 kB" and others
// follow. The inode is 0 where no file is behind it.
static bool parse_head(const char *line, uint64_t *size_bytes, bool *anonymous)
{
    uint64_t from, to, inode;
    char mode[5];
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*x:%*x %" SCNu64, &from, &to, mode,
               &inode) != 4)
        return false;
    *size_bytes = to - from;
    *anonymous = inode == 0;
    return true;
}

uint64_t mapping_rss_parse(FILE *smaps, uint64_t size_bytes)
{
    char *line = NULL;
    size_t room = 0;
    bool counts = false;
    uint64_t total_bytes = 0;
    while (getline(&line, &room, smaps) > 0) {
        uint64_t size, kib;
        bool anonymous;
        if (parse_head(line, &size, &anonymous))
            counts = anonymous && size == size_bytes;
        else if (counts && sscanf(line, "Rss: %" SCNu64, &kib) == 1)
            total_bytes += kib * 1024;
    }
    free(line);
    return total_bytes;
}

int mapping_rss(pid_t pid, uint64_t size_bytes, uint64_t *rss_bytes, struct error *error)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    FILE *smaps = fopen(path, "re");
    if (!smaps)
        return error_set_errno(error, EXIT_FAILED, errno, "cannot open %s", path);
    *rss_bytes = mapping_rss_parse(smaps, size_bytes);
    fclose(smaps);
    return 0;
}
