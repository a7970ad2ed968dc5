/* study.json; see manifest.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "study/manifest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "artefact.h"
#include "environment/foreign.h"
#include "environment/engine.h"
#include "environment/program.h"
#include "sha256.h"
#include "study/experiment.h"
#include "study/results.h"

static json_t *first_line_of(FILE *stream)
{
    char line[256] = "";
    if (!stream || !fgets(line, sizeof line, stream))
        return json_null();
    line[strcspn(line, "\n")] = '\0';
    return json_string(line);
}

// What the program says first of its version; null when it is not there. Not by popen(): a shell
// would outlive a driver that is killed.
static json_t *version_of(const char *name)
{
    const char *const argv[] = {name, "--version", NULL};
    struct program program;
    struct error ignored;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return json_null();
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = ends[1]};
    bool started = program_start(&program, &options, &ignored) == 0;
    close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    json_t *line = first_line_of(stream);
    if (stream)
        fclose(stream);
    if (started)
        program_stop(&program);
    return line;
}

static json_t *cpu_model(void)
{
    char line[256];
    json_t *model = NULL;
    FILE *cpuinfo = fopen("/proc/cpuinfo", "re");
    while (cpuinfo && !model && fgets(line, sizeof line, cpuinfo)) {
        if (strncmp(line, "model name", 10) != 0 || !strchr(line, ':'))
            continue;
        line[strcspn(line, "\n")] = '\0';
        model = json_string(strchr(line, ':') + 2);
    }
    if (cpuinfo)
        fclose(cpuinfo);
    return model ? model : json_null();
}

static json_t *host_json(void)
{
    struct utsname name;
    uname(&name);
    json_t *host = json_object();
    json_object_set_new(host, "kernel", json_sprintf("%s %s", name.sysname, name.release));
    json_object_set_new(host, "architecture", json_string(name.machine));
    json_object_set_new(host, "cpu", cpu_model());
    json_object_set_new(host, "cpus", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
    json_object_set_new(host, "memory_bytes",
                        json_integer((json_int_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE)));
    json_object_set_new(host, "ticks_per_s", json_integer(sysconf(_SC_CLK_TCK)));
    return host;
}

static json_t *versions_json(bool via_libvirt)
{
    json_t *versions = json_object();
    json_object_set_new(versions, "thrice", json_string(THRICE_VERSION));
    json_object_set_new(versions, "qemu", version_of("qemu-system-x86_64"));
    if (via_libvirt)
        json_object_set_new(versions, "libvirt", version_of("libvirtd"));
    if (engine_chosen()->programs[0] != engine_crun.programs[0])
        json_object_set_new(versions, engine_chosen()->name,
                            version_of(engine_chosen()->programs[0]));
    json_object_set_new(versions, "crun", version_of("crun"));
    return versions;
}

static json_t *settings_of(const struct experiment *experiment, const void *settings)
{
    json_t *json = json_pack("{s:s}", "kind", experiment->kind);
    settings_json(experiment->settings, settings, json);
    return json;
}

static json_t *scenarios_json(const struct plan *plan)
{
    json_t *all = json_array();
    for (unsigned int i = 0; i < plan->scenario_count; i++) {
        const struct scenario *scenario = plan->scenarios[i];
        const struct experiment *experiment = scenario->experiment;
        json_t *arguments = json_array();
        for (const char *const *word = scenario->arguments; *word; word++)
            json_array_append_new(arguments, json_string(*word));
        json_t *one = json_pack("{s:s, s:s, s:o, s:i, s:i, s:i, s:o}", "name", scenario->name,
                                "payload", scenario->payload, "arguments", arguments, "guests",
                                (int)scenario->guests, "vcpus", (int)scenario->vcpus, "memory_mib",
                                (int)plan_memory_mib(plan, scenario), "load",
                                settings_of(experiment, plan_settings(plan, scenario)));
        if (scenario->warm_up)
            json_object_set_new(one, "warm_up",
                                settings_of(experiment->warm_up, scenario->warm_up));
        json_array_append_new(all, one);
    }
    return all;
}

// Of records that have any.
static json_t *figures_json(const struct study *study)
{
    static const char *const better[] = {
        [BETTER_LOWER] = "lower", [BETTER_HIGHER] = "higher", [BETTER_NEITHER] = "neither"};
    json_t *all = json_array();
    for (size_t i = 0; i < study->figure_count; i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s}", "name", study->figures[i].name,
                                             "title", study->figures[i].title, "unit",
                                             study->figures[i].unit, "better",
                                             better[study->figures[i].better]));
    return all;
}

static json_t *environments_json(const struct plan *plan)
{
    json_t *names = json_array();
    for (unsigned int i = 0; i < plan->environment_count; i++)
        json_array_append_new(names, json_string(plan->environments[i]->name));
    return names;
}

static json_t *order_json(const struct plan *plan)
{
    json_t *order = json_array();
    for (unsigned int i = 0; i < plan->order_count; i++) {
        const struct schedule_entry *entry = &plan->order[i];
        json_array_append_new(order, json_pack("[i, s, s]", (int)entry->block,
                                               plan->scenarios[entry->scenario]->name,
                                               plan->environments[entry->environment]->name));
    }
    return order;
}

// What each environment is made of; the object file is the same in all of them. A reference server
// has none: it is known by its start, its bundle, and the packages in there.
static int hash_files(json_t *hashes, const struct plan *plan, const char *payload,
                      struct error *error)
{
    static const struct {
        const struct environment *environment; // NULL: of every one
        const char *format;
        enum { OF_PAYLOAD = 1, OF_REFERENCE = 2, OF_BOTH = 3 } of;
    } files[] = {
        {NULL, "payload/%s.o", OF_PAYLOAD},
        {&environment_native, "images/%s.oci/rootfs/usr/lib/thrice/%s", OF_REFERENCE},
        {&environment_native, "images/%s.oci/rootfs/var/lib/dpkg/status", OF_REFERENCE},
        {&environment_container, "images/%s.oci/config.json", OF_REFERENCE},
        {&environment_container, "images/%s.oci/rootfs/usr/lib/thrice/%s", OF_REFERENCE},
        {&environment_container, "images/%s.oci/rootfs/var/lib/dpkg/status", OF_REFERENCE},
        {&environment_native, "images/%s.oci/rootfs/%s", OF_PAYLOAD},
        {&environment_container, "images/%s.oci/rootfs/%s", OF_PAYLOAD},
        {&environment_unikernel, "images/%s.elf", OF_PAYLOAD},
        {&environment_microvm, "images/%s.microvm.cpio", OF_PAYLOAD},
        {&environment_microvm, "images/vmlinux", OF_PAYLOAD},
        {&environment_vm, "images/%s.vm.ext4", OF_PAYLOAD},
        {&environment_vm, "vm/vm.qcow2", OF_BOTH},
        {&environment_vm, "vm/vmlinuz", OF_BOTH},
        {&environment_vm, "vm/initrd", OF_BOTH},
    };
    struct error ignored;
    const struct payload *server = payload_find(payload, &ignored);
    int of = server && server->is_reference ? OF_REFERENCE : OF_PAYLOAD;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char name[128], path[PATH_MAX], text[SHA256_TEXT_BYTES];
        bool used = !files[i].environment;
        for (unsigned int e = 0; e < plan->environment_count; e++)
            used = used || plan->environments[e] == files[i].environment;
        if (!used || !(files[i].of & of))
            continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(name, sizeof name, files[i].format, payload, payload);
#pragma GCC diagnostic pop
        artefact_path(path, "%s", name);
        if (sha256_file(path, text, error) < 0)
            return -1;
        json_object_set_new(hashes, name, json_string(text));
    }
    return 0;
}

// The descriptions, from which --resume has the guests again, and what these boot.
static json_t *guests_json(const struct plan *plan, struct error *error)
{
    json_t *guests = json_array();
    for (unsigned int e = 0; e < plan->environment_count; e++) {
        const struct foreign *guest = plan->environments[e]->foreign;
        json_t *hashes = guest ? foreign_hashes(guest, error) : NULL;
        if (hashes)
            json_array_append_new(guests, json_pack("{s:s, s:s, s:o}", "name", guest->file.name,
                                                    "file", guest->path, "sha256", hashes));
        else if (guest) {
            json_decref(guests);
            return NULL;
        }
    }
    return guests;
}

static json_t *cpus_json(const struct cpu_division *cpus)
{
    char server[CPU_LIST_BYTES], load[CPU_LIST_BYTES];
    cpu_list_format(&cpus->server, server, sizeof server);
    cpu_list_format(&cpus->load, load, sizeof load);
    return json_pack("{s:s, s:s, s:b}", "server", server, "load", load, "shared",
                     (int)cpu_list_shared(cpus));
}

json_t *manifest_json(const struct plan *plan, int argc, char **argv, struct error *error)
{
    char study_hash[SHA256_TEXT_BYTES];
    json_t *hashes = json_object();
    for (unsigned int i = 0; i < plan->scenario_count; i++)
        if (hash_files(hashes, plan, plan->scenarios[i]->payload, error) < 0) {
            json_decref(hashes);
            return NULL;
        }
    json_t *guests = guests_json(plan, error);
    if (!guests) {
        json_decref(hashes);
        return NULL;
    }
    json_t *command = json_array();
    for (int i = 0; i < argc; i++)
        json_array_append_new(command, json_string(argv[i]));
    json_t *study = json_object();
    json_object_set_new(study, "schema", json_integer(RESULTS_SCHEMA));
    json_object_set_new(study, "study", json_string(plan->study->name));
    sha256_text(plan->study->file.text, study_hash);
    json_object_set_new(study, "study_sha256", json_string(study_hash));
    json_object_set_new(study, "command", command);
    json_object_set_new(study, "quick", json_boolean(plan->quick));
    json_object_set_new(study, "runs", json_integer(plan->runs));
    json_object_set_new(study, "duration_ns",
                        plan->duration_ns ? json_integer((json_int_t)plan->duration_ns)
                                          : json_null());
    json_object_set_new(study, "ramp",
                        plan->ramp[2]
                            ? json_pack("[I, I, I]", (json_int_t)plan->ramp[0],
                                        (json_int_t)plan->ramp[1], (json_int_t)plan->ramp[2])
                            : json_null());
    json_object_set_new(study, "seed", json_integer((json_int_t)plan->seed));
    json_object_set_new(
        study, "memory_mib",
        json_integer(plan->memory_mib ? plan->memory_mib : plan->study->memory_mib));
    json_object_set_new(study, "memory_asked", json_boolean(plan->memory_mib > 0));
    json_object_set_new(study, "machine", json_string(plan->machine));
    json_object_set_new(study, "via", json_string(plan->via_libvirt ? "libvirt" : "qemu"));
    json_object_set_new(study, "engine",
                        plan_has_container(plan) ? json_string(engine_chosen()->name)
                                                 : json_null());
    json_object_set_new(study, "accelerator",
                        plan_has_guests(plan)
                            ? json_pack("{s:s, s:s}", "name", accelerator_name(&plan->accelerator),
                                        "reason", plan->accelerator.reason)
                            : json_null());
    json_object_set_new(study, "cpus", cpus_json(&plan->cpus));
    json_object_set_new(study, "host", host_json());
    json_object_set_new(study, "versions", versions_json(plan->via_libvirt));
    json_object_set_new(study, "sha256", hashes);
    json_object_set_new(study, "scenarios", scenarios_json(plan));
    json_object_set_new(study, "figures", figures_json(plan->study));
    json_object_set_new(study, "environments", environments_json(plan));
    json_object_set_new(study, "guests", guests);
    json_object_set_new(study, "order", order_json(plan));
    return study;
}
