/* The records as CSV (RFC 4180, but plain newlines): one row a run, void and failed ones included,
 * units in the names of the columns. What a run does not have is an empty cell. Behind the columns
 * that are always there stand those of the figures that the study declares, by their names.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "study/record.h"
#include "study/results.h"

// Where in a record a column comes from, by keys and dots.
struct column {
    const char *name;
    const char *path;
    const char *else_path; // where another kind of load has the same thing, or NULL
};

static const struct column columns[] = {
    {"run", "run", NULL},
    {"attempt", "attempt", NULL},
    {"block", "block", NULL},
    {"scenario", "scenario", NULL},
    {"environment", "environment", NULL},
    {"payload", "payload", NULL},
    {"status", "status", NULL},
    {"reason", "reason", NULL},
    {"started_utc", "started", NULL},
    {"machine", "machine", NULL},
    {"accelerator", "accelerator", NULL},
    {"memory_mib", "memory_mib", NULL},
    {"canary_wall_ns", "canary.wall_ns", NULL},
    {"canary_cpu_ns", "canary.cpu_ns", NULL},
    {"boot_ns", "boot_ns", NULL},
    {"shutdown_ns", "shutdown_ns", NULL},
    {"realtime_shift_ns", "realtime_shift_ns", NULL},
    {"wall_ns", "usage.wall_ns", NULL},
    {"accounted_from", "usage.from", NULL},
    {"cpu_ns", "usage.cpu_ns", NULL},
    {"user_ticks", "usage.user_ticks", NULL},
    {"system_ticks", "usage.system_ticks", NULL},
    {"guest_ticks", "usage.guest_ticks", NULL},
    {"vcpu_cpu_ns", "usage.vcpu.cpu_ns", NULL},
    {"emulator_cpu_ns", "usage.emulator.cpu_ns", NULL},
    {"runtime_cpu_ns", "usage.runtime.cpu_ns", NULL},
    {"daemons_cpu_ns", "usage.daemons.cpu_ns", NULL},
    {"daemons_rss_bytes", "usage.daemons.rss_bytes", NULL},
    {"kvm_exits", "usage.kvm.exits", NULL},
    {"kvm_halt_exits", "usage.kvm.halt_exits", NULL},
    {"kvm_io_exits", "usage.kvm.io_exits", NULL},
    {"kvm_mmio_exits", "usage.kvm.mmio_exits", NULL},
    {"kvm_irq_exits", "usage.kvm.irq_exits", NULL},
    {"kvm_halt_poll_success_ns", "usage.kvm.halt_poll_success_ns", NULL},
    {"kvm_halt_poll_fail_ns", "usage.kvm.halt_poll_fail_ns", NULL},
    {"throttled_ns", "usage.throttled_ns", NULL},
    {"rss_bytes", "usage.rss_bytes", NULL},
    {"rss_max_bytes", "samples.rss_bytes_max", NULL},
    {"pss_bytes", "usage.pss_bytes", NULL},
    {"private_dirty_bytes", "usage.private_dirty_bytes", NULL},
    {"guest_rss_bytes", "usage.guest_rss_bytes", NULL},
    {"own_rss_bytes", "usage.own_rss_bytes", NULL},
    {"charged_bytes", "usage.charged_bytes", NULL},
    {"anon_bytes", "usage.anon_bytes", NULL},
    {"file_bytes", "usage.file_bytes", NULL},
    {"kernel_bytes", "usage.kernel_bytes", NULL},
    {"host_busy_ns", "usage.host.busy_ns", NULL},
    {"host_busy_ticks", "usage.host.busy", NULL},
    {"host_user_ticks", "usage.host.user", NULL},
    {"host_system_ticks", "usage.host.system", NULL},
    {"host_softirq_ticks", "usage.host.softirq", NULL},
    {"host_steal_ticks", "usage.host.steal", NULL},
    {"host_cpu_pressure_us", "usage.host.cpu_pressure_us", NULL},
    {"host_memory_pressure_us", "usage.host.memory_pressure_us", NULL},
    {"host_io_pressure_us", "usage.host.io_pressure_us", NULL},
    {"driver_user_ns", "usage.driver.user_ns", NULL},
    {"driver_system_ns", "usage.driver.system_ns", NULL},
    {"offered_per_s", "load.rate_per_s", NULL},
    {"sent", "load.started", "load.sent"},
    {"answered", "load.completed", "load.replies"},
    {"achieved_per_s", "load.achieved_per_s", "load.replies_per_s"},
    {"elapsed_ns", "load.elapsed_ns", NULL},
    {"lost", "load.lost", NULL},
    {"errors_refused", "load.errors.refused", NULL},
    {"errors_reset", "load.errors.reset", NULL},
    {"errors_timeout", "load.errors.timeout", NULL},
    {"errors_short", "load.errors.short", NULL},
    {"errors_status", "load.errors.status", NULL},
    {"errors_body", "load.errors.body", NULL},
    {"errors_malformed", "load.errors.malformed", NULL},
    {"errors_unreachable", "load.errors.unreachable", NULL},
    {"errors_no_port", "load.errors.no_port", NULL},
    {"errors_no_descriptor", "load.errors.no_descriptor", NULL},
    {"errors_other", "load.errors.other", NULL},
    {"response_mean_us", "load.summary.response.mean_us", NULL},
    {"response_p50_us", "load.summary.response.p50_us", NULL},
    {"response_p99_us", "load.summary.response.p99_us", NULL},
    {"latency_mean_us", "load.summary.latency.mean_us", NULL},
    {"latency_p50_us", "load.summary.latency.p50_us", NULL},
    {"latency_p90_us", "load.summary.latency.p90_us", NULL},
    {"latency_p99_us", "load.summary.latency.p99_us", NULL},
    {"latency_p99_9_us", "load.summary.latency.p99_9_us", NULL},
    {"latency_max_us", "load.summary.latency.max_us", NULL},
    {"service_p50_us", "load.summary.service.p50_us", NULL},
    {"service_p99_us", "load.summary.service.p99_us", NULL},
    {"service_p99_9_us", "load.summary.service.p99_9_us", NULL},
    {"service_max_us", "load.summary.service.max_us", NULL},
    {"lateness_p50_us", "load.summary.lateness.p50_us", NULL},
    {"lateness_p99_us", "load.summary.lateness.p99_us", NULL},
    {"lateness_p99_9_us", "load.summary.lateness.p99_9_us", NULL},
    {"lateness_max_us", "load.summary.lateness.max_us", NULL},
    {"late_share", "load.late_share", NULL},
};

static const json_t *value_at(const json_t *record, const char *path)
{
    while (record && *path) {
        size_t length = strcspn(path, ".");
        record = json_object_getn(record, path, length);
        path += length + (path[length] == '.');
    }
    return record;
}

static void print_text(const char *text, FILE *stream)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}

static void print_value(const json_t *value, FILE *stream)
{
    if (json_is_string(value))
        print_text(json_string_value(value), stream);
    else if (json_is_integer(value))
        fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fprintf(stream, "%.9g", json_real_value(value));
}

static bool is_column(const char *name)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (strcmp(columns[i].name, name) == 0)
            return true;
    return false;
}

// No two columns have one name.
static void print_heads(const json_t *study, FILE *stream)
{
    size_t i;
    json_t *figure;
    for (i = 0; i < sizeof columns / sizeof columns[0]; i++)
        fprintf(stream, "%s%s", i > 0 ? "," : "", columns[i].name);
    json_array_foreach(json_object_get(study, "figures"), i, figure)
    {
        const char *name = record_text(figure, "name");
        fputs(is_column(name) ? ",figure_" : ",", stream);
        print_text(name, stream);
    }
    fputc('\n', stream);
}

static void print_row(const json_t *study, const json_t *record, FILE *stream)
{
    const json_t *figures = json_object_get(record, "figures");
    json_t *figure;
    size_t i;
    for (i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        const json_t *value = value_at(record, columns[i].path);
        if (!value && columns[i].else_path)
            value = value_at(record, columns[i].else_path);
        if (i > 0)
            fputc(',', stream);
        print_value(value, stream);
    }
    json_array_foreach(json_object_get(study, "figures"), i, figure)
    {
        fputc(',', stream);
        print_value(json_object_get(figures, record_text(figure, "name")), stream);
    }
    fputc('\n', stream);
}

void report_csv(const json_t *study, const json_t *records, FILE *stream)
{
    size_t i;
    json_t *record;
    print_heads(study, stream);
    json_array_foreach(records, i, record)
    {
        print_row(study, record, stream);
    }
}

static FILE *open_file(const char *path, const char *mode, char name[PATH_MAX], struct error *error)
{
    snprintf(name, PATH_MAX, "%.*s/records.csv", PATH_MAX - 100, path);
    FILE *file = fopen(name, mode);
    if (!file)
        error_set_errno(error, EXIT_FAILED, errno, "opening %s", name);
    return file;
}

static int close_file(FILE *file, const char *name, struct error *error)
{
    bool failed = ferror(file);
    if (fclose(file) == 0 && !failed)
        return 0;
    return error_set_errno(error, EXIT_FAILED, errno, "writing %s", name);
}

int report_csv_file(const char *path, struct error *error)
{
    char name[PATH_MAX];
    json_t *study, *records;
    if (results_read(path, &study, &records, error) < 0)
        return -1;
    FILE *file = open_file(path, "we", name, error);
    if (file)
        report_csv(study, records, file);
    json_decref(study);
    json_decref(records);
    return file ? close_file(file, name, error) : -1;
}

int report_csv_append(const char *path, const json_t *study, const json_t *record,
                      struct error *error)
{
    char name[PATH_MAX];
    FILE *file = open_file(path, "ae", name, error);
    if (!file)
        return -1;
    print_row(study, record, file);
    return close_file(file, name, error);
}
