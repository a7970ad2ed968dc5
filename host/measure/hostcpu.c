/* What the whole machine did; see hostcpu.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "measure/hostcpu.h"

#include "clock.h"
#include "measure/process.h"
#include "measure/procfile.h"

#include <string.h>
#include <unistd.h>

/* The "cpu" line comes first; one for each CPU and the interrupts follow. */
#define STAT_BYTES     4096
#define PRESSURE_BYTES 512

/* The fields that are counters, with their names in records; the first nine in the kernel's
 * order. */
static const struct {
    const char *name;
    size_t offset;
} fields[] = {
#define FIELD(name)                                                                                \
    {                                                                                              \
#name, offsetof(struct hostcpu, name)                                                      \
    }
    FIELD(user),
    FIELD(nice),
    FIELD(system),
    FIELD(idle),
    FIELD(iowait),
    FIELD(irq),
    FIELD(softirq),
    FIELD(steal),
    FIELD(guest),
    FIELD(cpu_pressure_us),
    FIELD(memory_pressure_us),
    FIELD(io_pressure_us),
#undef FIELD
};
#define FIELD_COUNT      (sizeof fields / sizeof fields[0])
#define STAT_FIELD_COUNT 9

static uint64_t *field_at(struct hostcpu *hostcpu, size_t i)
{
    return (uint64_t *)((char *)hostcpu + fields[i].offset);
}

static uint64_t field_value(const struct hostcpu *hostcpu, size_t i)
{
    return *(const uint64_t *)((const char *)hostcpu + fields[i].offset);
}

int hostcpu_parse(const char *text, size_t length, struct hostcpu *hostcpu)
{
    const char *end = text + length;
    const char *at = procfile_value(text, end, "cpu");

    for (size_t i = 0; i < STAT_FIELD_COUNT; i++) {
        if (at != NULL)
            at = procfile_number(at, end, field_at(hostcpu, i));
        if (at == NULL)
            return -1;
    }
    return 0;
}

int hostcpu_pressure_parse(const char *text, size_t length, uint64_t *total_us)
{
    static const char key[] = " total=";
    const char *end = text + length;
    const char *line_end = procfile_next_line(text, end);
    const char *total = memmem(text, (size_t)(line_end - text), key, sizeof key - 1);

    if (procfile_value(text, end, "some") == NULL || total == NULL)
        return -1;
    return procfile_number(total + sizeof key - 1, line_end, total_us) != NULL ? 0 : -1;
}

static int read_pressure(const char *path, uint64_t *total_us)
{
    char text[PRESSURE_BYTES];
    struct error no_matter; /* a kernel without PSI has no such file, or one that fails */
    ssize_t length = procfile_read(path, text, sizeof text, &no_matter);
    return length < 0 ? -1 : hostcpu_pressure_parse(text, (size_t)length, total_us);
}

int hostcpu_read(struct hostcpu *hostcpu, struct error *error)
{
    char text[STAT_BYTES];

    memset(hostcpu, 0, sizeof *hostcpu);
    hostcpu->cpus = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
    hostcpu->at_ns = clock_now_ns();
    ssize_t length = procfile_read("/proc/stat", text, sizeof text, error);
    if (length < 0)
        return -1;
    if (hostcpu_parse(text, (size_t)length, hostcpu) != 0)
        return error_set(error, EXIT_FAILED, "/proc/stat is not as proc(5) says");
    hostcpu->has_pressure =
        read_pressure("/proc/pressure/cpu", &hostcpu->cpu_pressure_us) == 0 &&
        read_pressure("/proc/pressure/memory", &hostcpu->memory_pressure_us) == 0 &&
        read_pressure("/proc/pressure/io", &hostcpu->io_pressure_us) == 0;
    return 0;
}

struct hostcpu hostcpu_difference(const struct hostcpu *before, const struct hostcpu *after)
{
    struct hostcpu difference = {.at_ns = after->at_ns - before->at_ns,
                                 .cpus = before->cpus,
                                 .has_pressure = before->has_pressure && after->has_pressure};
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        uint64_t from = field_value(before, i);
        uint64_t to = field_value(after, i);
        /* idle and iowait may run backwards (proc(5)) */
        *field_at(&difference, i) = to > from ? to - from : 0;
    }
    return difference;
}

uint64_t hostcpu_busy_ticks(const struct hostcpu *hostcpu)
{
    return hostcpu->user + hostcpu->nice + hostcpu->system + hostcpu->irq + hostcpu->softirq;
}

uint64_t hostcpu_busy_ns(const struct hostcpu *difference)
{
    uint64_t all_ns = difference->at_ns * difference->cpus;
    uint64_t idle_ticks = difference->idle + difference->iowait + difference->steal;
    uint64_t idle_ns = idle_ticks * (NS_PER_S / process_ticks_per_s());
    return all_ns > idle_ns ? all_ns - idle_ns : 0;
}

json_t *hostcpu_json(const struct hostcpu *hostcpu)
{
    json_t *json = json_pack("{s:I, s:I}", "busy", (json_int_t)hostcpu_busy_ticks(hostcpu),
                             "busy_ns", (json_int_t)hostcpu_busy_ns(hostcpu));
    size_t shown = hostcpu->has_pressure ? FIELD_COUNT : STAT_FIELD_COUNT;
    for (size_t i = 0; i < shown; i++)
        json_object_set_new(json, fields[i].name,
                            json_integer((json_int_t)field_value(hostcpu, i)));
    return json;
}
