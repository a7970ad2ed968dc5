/* What a server is confined to; see confinement.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/confinement.h"

#include <stdio.h>

#include "environment/cgroup_tree.h"
#include "environment/cpu_list.h"
#include "environment/server.h"

static void set_limit(struct server *server, uint64_t overhead_bytes)
{
    struct confinement *confinement = &server->confinement;
    confinement->overhead_bytes = overhead_bytes;
    confinement->limit.cpus = server->options.vcpus;
    confinement->limit.memory_bytes = ((uint64_t)server->options.memory_mib << 20) + overhead_bytes;
    snprintf(confinement->lacking, sizeof confinement->lacking, "%s", cgroup_tree_lacking());
}

void confinement_make(struct server *server, uint64_t overhead_bytes)
{
    struct confinement *confinement = &server->confinement;
    struct error error;
    set_limit(server, overhead_bytes);
    if (confinement->lacking[0] == '\0' &&
        cgroup_limit_create(server->id, &confinement->limit, &confinement->joins, &error) < 0)
        snprintf(confinement->lacking, sizeof confinement->lacking, "%s", error.text);
}

void confinement_describe(struct server *server)
{
    set_limit(server, 0);
}

void confinement_apply(const struct server *server, struct program_options *options)
{
    options->cpus = server->options.cpus;
    options->cgroups = server->confinement.joins.list;
}

uint64_t confinement_data_bytes(const struct server *server)
{
    const struct confinement *confinement = &server->confinement;
    if (confinement->lacking[0] || server->options.payload->is_reference)
        return 0;
    return confinement->limit.memory_bytes / 8 * 7;
}

void confinement_remove(const struct server *server)
{
    if (server->confinement.joins.list[0])
        cgroup_limit_remove(server->id);
}

static json_t *cpus_of(pid_t pid)
{
    cpu_set_t cpus;
    char text[CPU_LIST_BYTES];
    if (sched_getaffinity(pid, sizeof cpus, &cpus) < 0)
        return json_null();
    cpu_list_format(&cpus, text, sizeof text);
    return json_string(text);
}

json_t *confinement_json(const struct server *server)
{
    const struct confinement *confinement = &server->confinement;
    json_t *json = json_object();
    json_object_set_new(json, "cpus", cpus_of(server->payload_pid));
    if (confinement->lacking[0]) {
        json_object_set_new(json, "lacking", json_string(confinement->lacking));
        return json;
    }
    json_object_set_new(json, "cpu_quota", json_integer(confinement->limit.cpus));
    json_object_set_new(json, "memory_bytes",
                        json_integer((json_int_t)confinement->limit.memory_bytes));
    json_object_set_new(json, "overhead_bytes",
                        json_integer((json_int_t)confinement->overhead_bytes));
    json_object_set_new(json, "lacking", json_null());
    return json;
}
