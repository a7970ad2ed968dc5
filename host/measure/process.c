/* What a process used; see process.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/process.h"

#include "clock.h"
#include "measure/procfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STAT_BYTES   2048
#define ROLLUP_BYTES 4096

/* Fields of proc(5) by number. Those behind comm are numbers, some signed; the state, field 3, is
 * the first behind it. */
enum {
    FIELD_PARENT = 4,
    FIELD_UTIME = 14,
    FIELD_STIME = 15,
    FIELD_THREADS = 20,
    FIELD_START_TIME = 22,
    FIELD_RSS = 24,
    FIELD_GUEST_TIME = 43
};

static void take_field(struct process_stat *stat, int field, uint64_t value)
{
    switch (field) {
    case FIELD_PARENT:
        stat->parent = (pid_t)value;
        break;
    case FIELD_UTIME:
        stat->utime_ticks = value;
        break;
    case FIELD_STIME:
        stat->stime_ticks = value;
        break;
    case FIELD_THREADS:
        stat->threads = value;
        break;
    case FIELD_START_TIME:
        stat->start_time_ticks = value;
        break;
    case FIELD_RSS:
        stat->rss_pages = value;
        break;
    case FIELD_GUEST_TIME:
        stat->guest_time_ticks = value;
        break;
    default:
        break;
    }
}

/* Reads the numbers from FIELD_PARENT to FIELD_GUEST_TIME. A negative one (field 8, 16 to 19) is
 * none of ours: its sign is skipped. */
static int parse_numbers(const char *text, const char *end, struct process_stat *stat)
{
    for (int field = FIELD_PARENT; field <= FIELD_GUEST_TIME; field++) {
        uint64_t value;
        if (text == end || *text != ' ')
            return -1;
        text++;
        if (text < end && *text == '-')
            text++;
        if (text == end || *text == ' ')
            return -1;
        text = procfile_number(text, end, &value);
        if (text == NULL)
            return -1;
        take_field(stat, field, value);
    }
    return 0;
}

int process_stat_parse(const char *text, size_t length, struct process_stat *stat)
{
    const char *end = text + length;
    uint64_t pid;

    memset(stat, 0, sizeof *stat);
    const char *at = procfile_number(text, end, &pid);
    if (at == NULL || end - at < 2 || at[0] != ' ' || at[1] != '(')
        return -1;
    const char *comm = at + 2;
    /* comm ends at the last ')': it may hold others, and no field behind it does. */
    const char *close = memrchr(comm, ')', (size_t)(end - comm));
    if (close == NULL || end - close < 3 || close[1] != ' ')
        return -1;
    size_t comm_bytes = (size_t)(close - comm);
    if (comm_bytes >= sizeof stat->comm)
        return -1;
    memcpy(stat->comm, comm, comm_bytes);
    stat->pid = (pid_t)pid;
    stat->state = close[2];
    return parse_numbers(close + 3, end, stat);
}

int process_memory_parse(const char *text, size_t length, struct process_memory *memory)
{
    const char *end = text + length;
    bool found = false;

    memset(memory, 0, sizeof *memory);
    for (const char *line = text; line < end; line = procfile_next_line(line, end)) {
        const char *value;
        uint64_t kib;
        if ((value = procfile_value(line, end, "Rss")) != NULL) {
            found = procfile_number(value, end, &kib) != NULL;
            memory->rss_bytes = found ? kib * 1024 : 0;
        } else if ((value = procfile_value(line, end, "Pss")) != NULL) {
            memory->pss_bytes = procfile_number(value, end, &kib) != NULL ? kib * 1024 : 0;
        } else if ((value = procfile_value(line, end, "Private_Dirty")) != NULL) {
            memory->private_dirty_bytes =
                procfile_number(value, end, &kib) != NULL ? kib * 1024 : 0;
        }
    }
    return found ? 0 : -1;
}

static ssize_t read_file_of(pid_t pid, const char *name, char *text, size_t size,
                            struct error *error)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return procfile_read(path, text, size, error);
}

static int not_understood(pid_t pid, const char *name, struct error *error)
{
    return error_set(error, EXIT_FAILED, "/proc/%d/%s is not as proc(5) says", (int)pid, name);
}

static int read_stat(pid_t pid, const char *name, struct process_stat *stat, struct error *error)
{
    char text[STAT_BYTES];
    ssize_t length = read_file_of(pid, name, text, sizeof text, error);
    if (length < 0)
        return -1;
    if (process_stat_parse(text, (size_t)length, stat) != 0)
        return not_understood(pid, name, error);
    return 0;
}

int process_stat_read(pid_t pid, struct process_stat *stat, struct error *error)
{
    return read_stat(pid, "stat", stat, error);
}

int process_task_stat_read(pid_t pid, pid_t tid, struct process_stat *stat, struct error *error)
{
    char name[32];
    snprintf(name, sizeof name, "task/%d/stat", (int)tid);
    return read_stat(pid, name, stat, error);
}

int process_memory_read(pid_t pid, struct process_memory *memory, struct error *error)
{
    char text[ROLLUP_BYTES];
    ssize_t length = read_file_of(pid, "smaps_rollup", text, sizeof text, error);
    if (length < 0)
        return -1;
    if (process_memory_parse(text, (size_t)length, memory) != 0)
        return not_understood(pid, "smaps_rollup", error);
    return 0;
}

int process_cpu_ns(pid_t pid, uint64_t *cpu_ns, struct error *error)
{
    clockid_t clock;
    struct timespec used;
    int failure = clock_getcpuclockid(pid, &clock);
    if (failure == 0 && clock_gettime(clock, &used) != 0)
        failure = errno;
    if (failure != 0)
        return error_set_errno(error, EXIT_FAILED, failure,
                               "cannot read the CPU clock of process %d", (int)pid);
    *cpu_ns = (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
    return 0;
}

int process_task_cpu_ns(pid_t pid, pid_t tid, uint64_t *cpu_ns, struct error *error)
{
    char name[32];
    char text[128];
    snprintf(name, sizeof name, "task/%d/schedstat", (int)tid);
    ssize_t length = read_file_of(pid, name, text, sizeof text, error);
    if (length < 0)
        return -1;
    if (procfile_number(text, text + length, cpu_ns) == NULL)
        return not_understood(pid, name, error);
    return 0;
}

uint64_t process_ticks_per_s(void)
{
    return (uint64_t)sysconf(_SC_CLK_TCK);
}

uint64_t process_page_bytes(void)
{
    return (uint64_t)sysconf(_SC_PAGESIZE);
}
