/* Reading a folder of results, and opening it to go on; see results.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "clock.h"
#include "study/results.h"

/* A driver that was killed lets go of its folder once its last process is gone. */
#define LOCK_PATIENCE_NS (5 * NS_PER_S)
#define LOCK_RETRY_NS    (50 * NS_PER_MS)

// A line is a record once its end of line is there.
static json_t *parse_record(const char *line, size_t length, const char **why)
{
    static json_error_t where;
    *why = "it was cut short";
    if (line[length - 1] != '\n')
        return NULL;
    json_t *record = json_loadb(line, length, 0, &where);
    *why = where.text;
    if (json_is_object(record))
        return record;
    if (record)
        *why = "not an object";
    json_decref(record);
    return NULL;
}

// A thrice of later may have gone on with the folder of an earlier one.
static int check_schema(const char *path, unsigned int number, const json_t *record,
                        struct error *error)
{
    const json_t *schema = json_object_get(record, "schema");
    if (!schema || json_integer_value(schema) == RESULTS_SCHEMA)
        return 0;
    return error_set(error, EXIT_USAGE,
                     "%s, line %u has schema version %lld, this thrice reads version %d: use the "
                     "thrice that wrote it",
                     path, number, (long long)json_integer_value(schema), RESULTS_SCHEMA);
}

static int read_records(const char *path, json_t *records, struct error *error)
{
    char *line = NULL;
    const char *why;
    size_t size = 0;
    unsigned int number = 0;
    int code = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, EXIT_USAGE, errno, "%s", path);
    ssize_t length;
    while (code == 0 && (length = getline(&line, &size, file)) > 0) {
        json_t *record = parse_record(line, (size_t)length, &why);
        number++;
        if (record && (code = check_schema(path, number, record, error)) < 0)
            json_decref(record);
        else if (record)
            json_array_append_new(records, record);
        else
            fprintf(stderr, "thrice: %s, line %u is skipped: %s\n", path, number, why);
    }
    free(line);
    fclose(file);
    return code;
}

static json_t *read_study(const char *path, struct error *error)
{
    char name[PATH_MAX];
    json_error_t where;

    snprintf(name, sizeof name, "%.*s/study.json", PATH_MAX - 100, path);
    json_t *study = json_load_file(name, 0, &where);
    if (!study && json_error_code(&where) == json_error_cannot_open_file) {
        error_set_errno(error, EXIT_USAGE, errno, "%s (is this a folder of `thrice run`?)", name);
        return NULL;
    }
    if (!study) {
        error_set(error, EXIT_USAGE, "%s, line %d: %s", name, where.line, where.text);
        return NULL;
    }
    json_int_t schema = json_integer_value(json_object_get(study, "schema"));
    if (schema == RESULTS_SCHEMA)
        return study;
    error_set(error, EXIT_USAGE,
              "%s has schema version %lld, this thrice reads version %d: use the thrice that "
              "wrote it",
              name, (long long)schema, RESULTS_SCHEMA);
    json_decref(study);
    return NULL;
}

int results_read(const char *path, json_t **study, json_t **records, struct error *error)
{
    char name[PATH_MAX];

    *study = read_study(path, error);
    if (!*study)
        return -1;
    *records = json_array();
    snprintf(name, sizeof name, "%.*s/records.jsonl", PATH_MAX - 100, path);
    if (read_records(name, *records, error) == 0)
        return 0;
    json_decref(*study);
    json_decref(*records);
    *study = *records = NULL;
    return -1;
}

static int lock(int fd, const char *name, struct error *error)
{
    uint64_t until_ns = clock_now_ns() + LOCK_PATIENCE_NS;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_set_errno(error, EXIT_FAILED, errno, "locking %s", name);
        if (clock_now_ns() > until_ns)
            return error_set(error, EXIT_USAGE, "another thrice still writes to %s", name);
        clock_sleep_until_ns(clock_now_ns() + LOCK_RETRY_NS);
    }
    return 0;
}

// Where the last whole line ends.
static off_t end_of_lines(int fd)
{
    char byte;
    off_t end = lseek(fd, 0, SEEK_END);
    while (end > 0 && pread(fd, &byte, 1, end - 1) == 1 && byte != '\n')
        end--;
    return end;
}

static int cut_torn_line(int fd, const char *name, struct error *error)
{
    off_t size = lseek(fd, 0, SEEK_END), end = end_of_lines(fd);
    if (size == end)
        return 0;
    fprintf(stderr, "thrice: %s: the last line was cut short; its %lld bytes are removed\n", name,
            (long long)(size - end));
    if (ftruncate(fd, end) == 0)
        return 0;
    return error_set_errno(error, EXIT_FAILED, errno, "removing the torn last line of %s", name);
}

int results_resume(struct results *results, const char *path, json_t **study, json_t **records,
                   struct error *error)
{
    char name[PATH_MAX];

    *study = read_study(path, error); // first, for it says what is wrong with the folder
    if (!*study)
        return -1;
    json_decref(*study);
    snprintf(results->path, sizeof results->path, "%.*s", PATH_MAX - 100, path);
    snprintf(name, sizeof name, "%.*s/records.jsonl", PATH_MAX - 100, path);
    results->records_fd = open(name, O_RDWR | O_APPEND | O_CLOEXEC);
    if (results->records_fd < 0)
        return error_set_errno(error, EXIT_USAGE, errno, "%s", name);
    if (lock(results->records_fd, name, error) == 0 &&
        cut_torn_line(results->records_fd, name, error) == 0 &&
        results_read(path, study, records, error) == 0)
        return 0;
    results_close(results);
    return -1;
}
