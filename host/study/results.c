/* The folder of a study's results; see results.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_folders(char *path, struct error *error)
{
    for (char *slash = path + 1; *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        int made = mkdir(path, 0755);
        int saved = errno;
        struct stat status;
        bool there = made == 0 || (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
        if (!there) {
            error_set_errno(error, EXIT_USAGE, saved, "creating %s (choose another --out)", path);
            *slash = '/';
            return -1;
        }
        *slash = '/';
    }
    if (mkdir(path, 0755) < 0)
        return error_set_errno(error, EXIT_USAGE, errno, "creating %s (choose another --out)",
                               path);
    return 0;
}

int results_create(struct results *results, const char *path, struct error *error)
{
    char file[PATH_MAX];
    if (strlen(path) == 0 || strlen(path) > PATH_MAX - 100)
        return error_set(error, EXIT_USAGE, "--out wants the path of a folder");
    snprintf(results->path, sizeof results->path, "%s", path);
    if (make_folders(results->path, error) < 0)
        return -1;
    snprintf(file, sizeof file, "%.*s/records.jsonl", PATH_MAX - 100, results->path);
    results->records_fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (results->records_fd < 0)
        return error_set_errno(error, EXIT_USAGE, errno, "creating %s (choose another --out)",
                               file);
    if (flock(results->records_fd, LOCK_EX | LOCK_NB) == 0) // see results_resume()
        return 0;
    error_set_errno(error, EXIT_FAILED, errno, "locking %s", file);
    results_close(results);
    return -1;
}

// All of it and onto the disk, or none of it.
static int write_all(int fd, const char *text, size_t size, const char *name, struct error *error)
{
    struct stat before;
    if (fstat(fd, &before) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "%s", name);
    for (size_t done = 0; done < size;) {
        ssize_t written = write(fd, text + done, size - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            goto undo;
        done += (size_t)written;
    }
    if (fsync(fd) == 0)
        return 0;
undo:
    error_set_errno(error, EXIT_FAILED, errno,
                    "writing %s (make room; what was recorded before is intact)", name);
    if (ftruncate(fd, before.st_size) < 0)
        perror("thrice: removing a half-written record");
    return -1;
}

static int write_text(const char *path, const char *text, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    int result = write_all(fd, text, strlen(text), path, error);
    close(fd);
    return result;
}

static int write_file(const char *path, const json_t *json, struct error *error)
{
    char *text = json_dumps(json, JSON_INDENT(2));
    int result = text ? write_text(path, text, error)
                      : error_set(error, EXIT_FAILED, "out of memory for %s", path);
    free(text);
    return result;
}

// Written aside and renamed: a folder has a whole study.json or none.
int results_write_study(const struct results *results, const char *text, const json_t *study,
                        struct error *error)
{
    char path[PATH_MAX], aside[PATH_MAX];
    snprintf(path, sizeof path, "%.*s/study.cfg", PATH_MAX - 100, results->path);
    if (write_text(path, text, error) < 0)
        return -1;
    snprintf(path, sizeof path, "%.*s/study.json", PATH_MAX - 100, results->path);
    snprintf(aside, sizeof aside, "%.*s/study.json.new", PATH_MAX - 100, results->path);
    if (write_file(aside, study, error) < 0) {
        unlink(aside);
        return -1;
    }
    if (rename(aside, path) < 0)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    return 0;
}

int results_append(const struct results *results, const json_t *record, struct error *error)
{
    char name[PATH_MAX];
    char *line = json_dumps(record, JSON_COMPACT);
    if (!line)
        return error_set(error, EXIT_FAILED, "out of memory for a record");
    size_t length = strlen(line);
    line[length] = '\n'; // in the place of its NUL: it is written by its length
    snprintf(name, sizeof name, "%.*s/records.jsonl", PATH_MAX - 100, results->path);
    int result = write_all(results->records_fd, line, length + 1, name, error);
    free(line);
    return result;
}

void results_close(struct results *results)
{
    close(results->records_fd);
    results->records_fd = -1;
}

void results_discard(struct results *results)
{
    static const char *const names[] = {"records.jsonl", "study.json", "study.json.new",
                                        "study.cfg", "records.csv"};
    char path[PATH_MAX];
    struct stat records;
    bool empty = fstat(results->records_fd, &records) == 0 && records.st_size == 0;
    results_close(results);
    for (size_t i = 0; empty && i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%.*s/%s", PATH_MAX - 100, results->path, names[i]);
        unlink(path);
    }
    if (empty)
        rmdir(results->path);
}
