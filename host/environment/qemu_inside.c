/* What QEMU tells of a guest; see qemu_inside.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/qemu_inside.h"

#include <stdbool.h>
#include <string.h>

#include "clock.h"
#include "environment/qmp.h"

static const uint64_t RESET_PATIENCE_NS = 10 * NS_PER_S;

// The counters asked for; those that a kernel does not have are left out of its reply.
static const char *const counters[] = {
    "exits",
    "halt_exits",
    "io_exits",
    "mmio_exits",
    "irq_exits",
    "halt_attempted_poll",
    "halt_successful_poll",
    "halt_poll_success_ns",
    "halt_poll_fail_ns",
    "halt_wait_ns",
};

static json_t *ask(const char *qmp_path, const char *command, json_t *arguments,
                   struct error *error)
{
    struct qmp qmp;
    if (qmp_open(&qmp, qmp_path, error) < 0) {
        json_decref(arguments);
        return NULL;
    }
    json_t *returned = qmp_execute(&qmp, command, arguments, error);
    qmp_close(&qmp);
    return returned;
}

static int tell(const char *qmp_path, const char *command, struct error *error)
{
    json_t *returned = ask(qmp_path, command, NULL, error);
    json_decref(returned);
    return returned ? 0 : -1;
}

int qemu_inside_parse_vcpus(const json_t *cpus, pid_t threads[QEMU_VCPUS_MAX])
{
    size_t i;
    json_t *cpu;
    int count = 0;
    json_array_foreach(cpus, i, cpu)
    {
        json_int_t thread = json_integer_value(json_object_get(cpu, "thread-id"));
        if (thread > 0 && count < QEMU_VCPUS_MAX)
            threads[count++] = (pid_t)thread;
    }
    return count;
}

int qemu_inside_vcpus(const char *qmp_path, pid_t threads[QEMU_VCPUS_MAX], struct error *error)
{
    json_t *cpus = ask(qmp_path, "query-cpus-fast", NULL, error);
    if (!cpus)
        return -1;
    int count = qemu_inside_parse_vcpus(cpus, threads);
    json_decref(cpus);
    return count > 0 ? count : error_set(error, EXIT_FAILED, "QEMU names no thread of a vCPU");
}

bool qemu_inside_power_button(const char *qmp_path)
{
    struct error ignored;
    return tell(qmp_path, "system_powerdown", &ignored) == 0;
}

static int do_it(struct qmp *qmp, const char *command, json_t *arguments, struct error *error)
{
    json_t *returned = qmp_execute(qmp, command, arguments, error);
    json_decref(returned);
    return returned ? 0 : -1;
}

// A reset is asked for and done later. That of a stopped machine shows in its state.
static int wait_until_reset(struct qmp *qmp, struct error *error)
{
    const uint64_t deadline_ns = clock_now_ns() + RESET_PATIENCE_NS;
    do {
        json_t *state = qmp_execute(qmp, "query-status", NULL, error);
        const char *name = json_string_value(json_object_get(state, "status"));
        bool is_reset = name && strcmp(name, "prelaunch") == 0;
        json_decref(state);
        if (!state || is_reset)
            return state ? 0 : -1;
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    } while (clock_now_ns() < deadline_ns);
    return error_set(error, EXIT_FAILED, "QEMU has not reset the machine in %.0f s",
                     (double)RESET_PATIENCE_NS / NS_PER_S);
}

int qemu_inside_reset_by(struct qmp *qmp, uint64_t *pressed_ns, struct error *error)
{
    // -no-reboot makes an end of every reset.
    if (do_it(qmp, "stop", NULL, error) < 0 ||
        do_it(qmp, "set-action", json_pack("{s:s}", "reboot", "reset"), error) < 0)
        return -1;
    *pressed_ns = clock_now_ns();
    if (do_it(qmp, "system_reset", NULL, error) < 0 || wait_until_reset(qmp, error) < 0)
        return -1;
    return do_it(qmp, "cont", NULL, error);
}

int qemu_inside_reset(const char *qmp_path, uint64_t *pressed_ns, struct error *error)
{
    struct qmp qmp;
    if (qmp_open(&qmp, qmp_path, error) < 0)
        return -1;
    int result = qemu_inside_reset_by(&qmp, pressed_ns, error);
    qmp_close(&qmp);
    return result;
}

void qemu_inside_end_at_reset(const char *qmp_path)
{
    struct error ignored;
    json_decref(ask(qmp_path, "set-action", json_pack("{s:s}", "reboot", "shutdown"), &ignored));
}

// QEMU flushes all disks when it stops.
int qemu_inside_pause(const char *qmp_path, struct error *error)
{
    return tell(qmp_path, "stop", error);
}

int qemu_inside_go_on(const char *qmp_path, struct error *error)
{
    return tell(qmp_path, "cont", error);
}

static bool is_asked_for(const char *name)
{
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
        if (name && strcmp(counters[i], name) == 0)
            return true;
    return false;
}

static void add_counters(json_t *sums, const json_t *of_vcpu)
{
    size_t i;
    json_t *counter;
    json_array_foreach(json_object_get(of_vcpu, "stats"), i, counter)
    {
        const char *name = json_string_value(json_object_get(counter, "name"));
        const json_t *value = json_object_get(counter, "value");
        if (is_asked_for(name) && json_is_integer(value))
            json_object_set_new(sums, name,
                                json_integer(json_integer_value(json_object_get(sums, name)) +
                                             json_integer_value(value)));
    }
}

json_t *qemu_inside_parse_counters(const json_t *statistics)
{
    size_t i;
    json_t *of_vcpu;
    json_t *sums = json_object();
    json_array_foreach(statistics, i, of_vcpu)
    {
        add_counters(sums, of_vcpu);
    }
    if (json_object_size(sums) > 0)
        return sums;
    json_decref(sums);
    return NULL;
}

json_t *qemu_inside_kvm_counters(const char *qmp_path)
{
    struct error ignored; // an older QEMU does not know the command
    json_t *names = json_array();
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
        json_array_append_new(names, json_string(counters[i]));
    json_t *statistics = ask(qmp_path, "query-stats",
                             json_pack("{s:s, s:[{s:s, s:o}]}", "target", "vcpu", "providers",
                                       "provider", "kvm", "names", names),
                             &ignored);
    json_t *sums = qemu_inside_parse_counters(statistics);
    json_decref(statistics);
    return sums;
}

json_t *qemu_inside_difference(const json_t *before, const json_t *after)
{
    const char *name;
    json_t *value;
    if (!before || !after)
        return NULL;
    json_t *difference = json_object();
    json_object_foreach((json_t *)after, name, value)
    {
        json_int_t from = json_integer_value(json_object_get(before, name));
        json_object_set_new(difference, name, json_integer(json_integer_value(value) - from));
    }
    return difference;
}
