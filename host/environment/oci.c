/* The configuration of an OCI container; see oci.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/oci.h"

#include <errno.h>
#include <string.h>

enum { CPU_PERIOD_US = 100000 };

static json_t *limits(const struct oci_options *options)
{
    return json_pack("{s:{s:I, s:I}, s:{s:I}}", "cpu", "quota",
                     (json_int_t)options->cpus * CPU_PERIOD_US, "period", (json_int_t)CPU_PERIOD_US,
                     "memory", "limit", (json_int_t)options->memory_bytes);
}

static json_t *resource_limit(const char *type, uint64_t limit)
{
    return json_pack("{s:s, s:I, s:I}", "type", type, "hard", (json_int_t)limit, "soft",
                     (json_int_t)limit);
}

static json_t *resource_limits(const struct oci_options *options)
{
    json_t *limits = json_array();
    json_array_append_new(limits, resource_limit("RLIMIT_NOFILE", options->descriptors));
    if (options->data_bytes)
        json_array_append_new(limits, resource_limit("RLIMIT_DATA", options->data_bytes));
    return limits;
}

static void join_network(json_t *namespaces, const char *netns)
{
    size_t i;
    json_t *namespace;
    json_array_foreach(namespaces, i, namespace)
    {
        const char *type = json_string_value(json_object_get(namespace, "type"));
        if (type && strcmp(type, "network") == 0)
            json_object_set_new(namespace, "path", json_string(netns));
    }
}

static json_t *disk_mount(const char *path)
{
    return json_pack("{s:s, s:s, s:s, s:[s, s]}", "destination", "/dev/vda", "type", "bind",
                     "source", path, "options", "bind", "rw");
}

int oci_amend(json_t *config, const struct oci_options *options, struct error *error)
{
    json_t *process = json_object_get(config, "process");
    json_t *arguments = json_object_get(process, "args");
    json_t *root = json_object_get(config, "root");
    json_t *platform = json_object_get(config, "linux");
    json_t *namespaces = json_object_get(platform, "namespaces");

    if (!json_is_array(arguments) || !json_is_object(root) || !json_is_array(namespaces))
        return error_set(error, EXIT_LACKING,
                         "%s/config.json is not an OCI configuration (run `make`)",
                         options->bundle);
    if (options->disk)
        json_array_append_new(json_object_get(config, "mounts"), disk_mount(options->disk));
    for (const char *const *word = options->arguments; *word; word++)
        json_array_append_new(arguments, json_string(*word));
    json_object_set_new(process, "rlimits", resource_limits(options));
    json_object_set_new(root, "path", json_sprintf("%s/rootfs", options->bundle));
    if (options->writable)
        json_object_set_new(root, "readonly", json_false());
    join_network(namespaces, options->netns);
    if (options->cgroup) {
        json_object_set_new(platform, "cgroupsPath", json_string(options->cgroup));
        json_object_set_new(platform, "resources", limits(options));
    }
    return 0;
}

int oci_write(const char *path, const struct oci_options *options, struct error *error)
{
    json_error_t where;
    json_t *source = json_sprintf("%s/config.json", options->bundle);
    json_t *config = json_load_file(json_string_value(source), 0, &where);
    int result = 0;

    if (!config)
        result = error_set(error, EXIT_LACKING, "%s: %s (run `make`)", json_string_value(source),
                           where.text);
    else if ((result = oci_amend(config, options, error)) == 0 &&
             json_dump_file(config, path, JSON_INDENT(2)) < 0)
        result = error_set_errno(error, EXIT_FAILED, errno, "writing %s", path);
    json_decref(config);
    json_decref(source);
    return result;
}
