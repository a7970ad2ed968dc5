/* What a process used, from /proc/PID (proc(5)).
 *
 * The studies read clock ticks (fields 14, 15 and 43 of stat); nanoseconds decide. guest_time is
 * part of utime and is never added to it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_PROCESS_H
#define THRICE_PROCESS_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process_stat {
    pid_t pid;
    char comm[64];
    char state;
    pid_t parent;
    uint64_t utime_ticks;      /* field 14 */
    uint64_t stime_ticks;      /* field 15 */
    uint64_t threads;          /* field 20 */
    uint64_t start_time_ticks; /* field 22: with the pid, what identifies a process */
    uint64_t rss_pages;        /* field 24 */
    uint64_t guest_time_ticks; /* field 43 */
};

struct process_memory {
    uint64_t rss_bytes;
    uint64_t pss_bytes; /* shared pages divided among those who map them */
    uint64_t private_dirty_bytes;
};

/* Parses the one line of /proc/PID/stat; comm may hold blanks and parentheses. text need not end
 * in NUL. Returns 0, or -1 when it is not such a line. */
int process_stat_parse(const char *text, size_t length, struct process_stat *stat);

/* Parses smaps_rollup; what is missing is 0. Returns 0, or -1 when there is no Rss line. */
int process_memory_parse(const char *text, size_t length, struct process_memory *memory);

/* These read /proc; -1 and an error (EXIT_FAILED) most often mean that the process is gone. */
int process_stat_read(pid_t pid, struct process_stat *stat, struct error *error);
int process_memory_read(pid_t pid, struct process_memory *memory, struct error *error);

/* One thread of the process, the same file under task/. */
int process_task_stat_read(pid_t pid, pid_t tid, struct process_stat *stat, struct error *error);

/* CPU time of the whole process, threads that have ended included, in ns: its CPU clock. */
int process_cpu_ns(pid_t pid, uint64_t *cpu_ns, struct error *error);

/* Time on a CPU of one thread, in ns: the first figure of /proc/PID/task/TID/schedstat. */
int process_task_cpu_ns(pid_t pid, pid_t tid, uint64_t *cpu_ns, struct error *error);

/* Clock ticks a second, and bytes a page, of this machine. */
uint64_t process_ticks_per_s(void);
uint64_t process_page_bytes(void);

#endif
