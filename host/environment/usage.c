/* What a server used; see usage.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/usage.h"

#include <string.h>

#include "environment/engine.h"
#include "environment/qemu_inside.h"
#include "environment/server.h"
#include "measure/mapping.h"
#include "measure/process_named.h"
#include "measure/process_tree.h"

static bool runs_under_kvm(const struct server *server)
{
    return server->environment->is_guest && server->options.accelerator->kvm;
}

static struct cpu_usage of_stat(const struct process_stat *stat, uint64_t cpu_ns)
{
    return (struct cpu_usage){stat->utime_ticks, stat->stime_ticks, stat->guest_time_ticks, cpu_ns};
}

static int read_processes(pid_t pid, struct cpu_usage *usage, struct error *error)
{
    struct process_stat stat;
    uint64_t cpu_ns;
    if (process_tree_cpu(pid, &stat, &cpu_ns, error) < 0)
        return -1;
    *usage = of_stat(&stat, cpu_ns);
    return 0;
}

static uint64_t less(uint64_t from, uint64_t taken)
{
    // the parts are not read at one moment
    return from > taken ? from - taken : 0;
}

static struct cpu_usage difference(const struct cpu_usage *from, const struct cpu_usage *taken)
{
    return (struct cpu_usage){
        less(from->user_ticks, taken->user_ticks), less(from->system_ticks, taken->system_ticks),
        less(from->guest_ticks, taken->guest_ticks), less(from->cpu_ns, taken->cpu_ns)};
}

static int read_vcpus(const struct server *server, struct cpu_usage *usage, struct error *error)
{
    for (int i = 0; i < server->vcpus; i++) {
        struct process_stat stat;
        uint64_t cpu_ns;
        if (process_task_stat_read(server->payload_pid, server->vcpu[i], &stat, error) < 0 ||
            process_task_cpu_ns(server->payload_pid, server->vcpu[i], &cpu_ns, error) < 0)
            return -1;
        usage->user_ticks += stat.utime_ticks;
        usage->system_ticks += stat.stime_ticks;
        usage->guest_ticks += stat.guest_time_ticks;
        usage->cpu_ns += cpu_ns;
    }
    return 0;
}

static int read_guest(const struct server *server, struct server_usage *usage, struct error *error)
{
    if (read_vcpus(server, &usage->vcpu, error) < 0)
        return -1;
    usage->emulator = difference(&usage->total, &usage->vcpu);
    if (runs_under_kvm(server))
        usage->kvm = qemu_inside_kvm_counters(server->qmp_path);
    return 0;
}

static int read_container(const struct server *server, struct server_usage *usage,
                          struct error *error)
{
    struct cgroup_usage cgroup;
    struct process_stat stat;
    uint64_t cpu_ns;
    if (cgroup_usage_read(&server->cgroup, &cgroup, error) < 0 ||
        process_stat_read(server->program.pid, &stat, error) < 0 ||
        process_cpu_ns(server->program.pid, &cpu_ns, error) < 0)
        return -1;
    usage->runtime = of_stat(&stat, cpu_ns); // alone: the container descends from it
    usage->total = (struct cpu_usage){cgroup.user_ticks, cgroup.system_ticks, 0, cgroup.cpu_ns};
    if (engine_chosen()->beside) {
        process_named_cpu(engine_chosen()->beside, &stat, &cpu_ns);
        usage->beside = of_stat(&stat, cpu_ns);
    }
    return 0;
}

int usage_read(const struct server *server, struct server_usage *usage, struct error *error)
{
    memset(usage, 0, sizeof *usage);
    if (read_processes(server->payload_pid, &usage->total, error) < 0)
        return -1;
    usage->throttled_ns = cgroup_limit_throttled_ns(server->id);
    if (server->environment->is_guest)
        return read_guest(server, usage, error);
    return server->has_cgroup ? read_container(server, usage, error) : 0;
}

void usage_release(struct server_usage *usage)
{
    json_decref(usage->kvm);
    usage->kvm = NULL;
}

static void add_number(json_t *json, const char *name, uint64_t value)
{
    json_object_set_new(json, name, json_integer((json_int_t)value));
}

static void add_cpu(json_t *json, const struct server *server, const struct cpu_usage *before,
                    const struct cpu_usage *after)
{
    struct cpu_usage used = difference(after, before);
    add_number(json, "user_ticks", used.user_ticks);
    add_number(json, "system_ticks", used.system_ticks);
    // Inside user_ticks, and only KVM accounts it: without KVM there is none to tell, not 0.
    json_object_set_new(json, "guest_ticks",
                        runs_under_kvm(server) ? json_integer((json_int_t)used.guest_ticks)
                                               : json_null());
    add_number(json, "cpu_ns", used.cpu_ns);
}

static void add_part(json_t *json, const char *name, const struct server *server,
                     const struct cpu_usage *before, const struct cpu_usage *after)
{
    json_t *part = json_object();
    add_cpu(part, server, before, after);
    json_object_set_new(json, name, part);
}

json_t *usage_json(const struct server *server, const struct server_usage *before,
                   const struct server_usage *after)
{
    json_t *json = json_object();
    json_object_set_new(json, "from", json_string(server->has_cgroup ? "cgroup" : "process"));
    add_cpu(json, server, &before->total, &after->total);
    if (server->environment->is_guest) {
        add_part(json, "vcpu", server, &before->vcpu, &after->vcpu);
        add_part(json, "emulator", server, &before->emulator, &after->emulator);
        json_t *kvm = qemu_inside_difference(before->kvm, after->kvm);
        json_object_set_new(json, "kvm", kvm ? kvm : json_null());
    }
    if (server->has_cgroup)
        add_part(json, "runtime", server, &before->runtime, &after->runtime);
    if (server->has_cgroup && engine_chosen()->beside)
        add_part(json, "daemons", server, &before->beside, &after->beside);
    add_number(json, "throttled_ns", less(after->throttled_ns, before->throttled_ns));
    return json;
}

static int add_guest_memory(json_t *json, const struct server *server, uint64_t rss_bytes,
                            struct error *error)
{
    uint64_t ram_bytes = (uint64_t)server->options.memory_mib << 20, touched_bytes;
    if (mapping_rss(server->payload_pid, ram_bytes, &touched_bytes, error) < 0)
        return -1;
    add_number(json, "guest_rss_bytes", touched_bytes);
    add_number(json, "own_rss_bytes", less(rss_bytes, touched_bytes));
    return 0;
}

static int add_charged_memory(json_t *json, const struct server *server, struct error *error)
{
    struct cgroup_usage cgroup;
    if (cgroup_usage_read(&server->cgroup, &cgroup, error) < 0)
        return -1;
    add_number(json, "charged_bytes", cgroup.memory_bytes);
    add_number(json, "anon_bytes", cgroup.anon_bytes);
    add_number(json, "file_bytes", cgroup.file_bytes);
    add_number(json, "kernel_bytes", cgroup.kernel_bytes);
    return 0;
}

// Beside the CPU time of these.
static void add_daemons_memory(json_t *json)
{
    json_t *daemons = json_object_get(json, "daemons");
    struct process_memory memory;
    if (!daemons)
        return;
    process_named_memory(engine_chosen()->beside, &memory);
    add_number(daemons, "rss_bytes", memory.rss_bytes);
    add_number(daemons, "pss_bytes", memory.pss_bytes);
}

int usage_add_memory(json_t *json, const struct server *server, struct error *error)
{
    struct process_memory memory;
    if (process_tree_memory(server->payload_pid, &memory, error) < 0)
        return -1;
    add_number(json, "rss_bytes", memory.rss_bytes);
    add_number(json, "pss_bytes", memory.pss_bytes);
    add_number(json, "private_dirty_bytes", memory.private_dirty_bytes);
    if (server->environment->is_guest)
        return add_guest_memory(json, server, memory.rss_bytes, error);
    add_daemons_memory(json);
    return server->has_cgroup ? add_charged_memory(json, server, error) : 0;
}
