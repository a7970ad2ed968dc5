/* The table of container engines, and what they share; see engine.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "artefact.h"
#include "clock.h"
#include "environment/argv.h"
#include "environment/console.h"
#include "environment/program.h"
#include "environment/reference.h"
#include "environment/server.h"
#include "nearest.h"

const struct engine *const engines[] = {
    &engine_crun, &engine_runc, &engine_podman,      &engine_docker,
    &engine_lxc,  &engine_lxd,  &engine_libvirt_lxc,
};
enum { ENGINES = sizeof engines / sizeof engines[0], PAYLOADS_MAX = 32 };
const size_t engine_count = ENGINES;

static const uint64_t RUN_PATIENCE_NS = 30 * NS_PER_S;
#define RUN_OUTPUT ENGINE_FOLDER "/output"

static const struct engine *chosen = &engine_crun;

int engine_choose(const char *name, struct error *error)
{
    const char *names[ENGINES + 1] = {NULL};
    for (size_t i = 0; i < engine_count; i++) {
        if (strcmp(engines[i]->name, name) == 0) {
            chosen = engines[i];
            return 0;
        }
        names[i] = engines[i]->name;
    }
    return nearest_unknown(error, "engine", name, names);
}

const struct engine *engine_chosen(void)
{
    return chosen;
}

static int check_payload(const struct engine *engine, const struct payload *payload,
                         struct error *error)
{
    char path[PATH_MAX];
    if (payload->archive && !engine->takes_archive)
        return error_set(
            error, EXIT_USAGE,
            "%.200s is loaded by engines that take archives: --engine podman or docker",
            payload->archive);
    if (payload->archive)
        return 0; // seen when it was described
    if (payload->is_reference && !engine->makes_cgroup)
        return error_set(error, EXIT_USAGE, "%s is no image: it runs by the engines crun and runc",
                         payload->name);
    if (payload->is_reference)
        return reference_check(payload, error);
    if (engine->takes_archive)
        return artefact_require(error, path, "images/%s.oci.tar", payload->name);
    return artefact_require(error, path, "images/%s.oci/config.json", payload->name);
}

int engine_check(const struct engine *engine, const struct payload *payload, struct error *error)
{
    for (const char *const *program = engine->programs; *program; program++)
        if (program_find(*program, engine->package, error) < 0)
            return -1;
    if (engine->needs_root && geteuid() != 0)
        return error_set(error, EXIT_LACKING, "the engine %s needs root (sudo, or --engine crun)",
                         engine->name);
    return payload ? check_payload(engine, payload, error) : 0;
}

static int make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, EXIT_FAILED, errno, "creating %s", path);
    return 0;
}

int engine_prepare(const struct server *server, struct error *error)
{
    char path[PATH_MAX];
    engine_path(path, sizeof path, server, "");
    return make_folder(ENGINE_FOLDER, error) < 0 ? -1 : make_folder(path, error);
}

void engine_path(char *path, size_t size, const struct server *server, const char *name)
{
    snprintf(path, size, ENGINE_FOLDER "/%s%s%s", server->id, name[0] ? "/" : "", name);
}

void engine_netns_path(char *path, size_t size, const struct server *server)
{
    snprintf(path, size, "/proc/%d/fd/%d", (int)getpid(), server->port.netns_fd);
}

int engine_hide(const char *folder, struct error *error)
{
    if (access(folder, F_OK) == 0 && mount("thrice", folder, "tmpfs", 0, NULL) < 0)
        return error_set_errno(error, EXIT_LACKING, errno, "hiding %s", folder);
    return 0;
}

int engine_start_program(struct server *server, struct error *error)
{
    const struct program_options options = {
        .argv = (const char *const *)server->argv.word,
        .netns_fd = -1,
        .inherited_fd = -1,
        .output_fd = server->console_fd,
        .cpus = server->options.cpus, // its child inherits them
    };
    return program_start(&server->program, &options, error);
}

int engine_run(const char *const *argv, struct error *error)
{
    struct program program;
    char last[CONSOLE_LINE_BYTES];
    int output = open(RUN_OUTPUT, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    const struct program_options options = {
        .argv = argv, .netns_fd = -1, .inherited_fd = -1, .output_fd = output};
    int started = output < 0 ? error_set_errno(error, EXIT_FAILED, errno, "creating " RUN_OUTPUT)
                             : program_start(&program, &options, error);
    if (output >= 0)
        close(output);
    if (started < 0)
        return -1;
    if (!program_wait(&program, RUN_PATIENCE_NS)) {
        program_kill(&program);
        return error_set(error, EXIT_FAILED, "%s takes longer than 30 s", argv[0]);
    }
    if (WIFEXITED(program.status) && WEXITSTATUS(program.status) == 0)
        return 0;
    console_last_line(RUN_OUTPUT, last);
    return error_set(error, EXIT_FAILED, "%s: %s", argv[0], last);
}

int engine_load_file(const struct payload *payload, const char *const *command, const char *file,
                     struct error *error)
{
    static const struct payload *loaded[PAYLOADS_MAX];
    size_t count = 0;
    struct argv argv = {0};
    struct error why;

    while (count < PAYLOADS_MAX && loaded[count] && loaded[count] != payload)
        count++;
    if (count < PAYLOADS_MAX && loaded[count])
        return 0;
    argv_add_list(&argv, command);
    argv_add(&argv, "%s", file);
    int code = engine_run((const char *const *)argv.word, &why);
    argv_free(&argv);
    if (code == 0 && count < PAYLOADS_MAX)
        loaded[count] = payload;
    if (code == 0)
        return 0;
    return error_set(error, EXIT_LACKING, "%.200s is refused%s: %.200s", file,
                     payload->archive ? "" : " (run `make`)", why.text);
}

int engine_load(const struct server *server, const char *const *command, struct error *error)
{
    const struct payload *payload = server->options.payload;
    char archive[PATH_MAX];
    artefact_path(archive, "images/%s.oci.tar", payload->name);
    return engine_load_file(payload, command, payload->archive ? payload->archive : archive, error);
}

void engine_add_image(struct argv *argv, const struct payload *payload)
{
    if (payload->image)
        argv_add(argv, "%s", payload->image);
    else
        argv_add(argv, ENGINE_IMAGE, payload->name);
}

static uint64_t hard_limit(int resource, uint64_t otherwise)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0 || limit.rlim_max == RLIM_INFINITY)
        return otherwise;
    return limit.rlim_max;
}

uint64_t engine_descriptors(void)
{
    return hard_limit(RLIMIT_NOFILE, 1 << 20);
}

uint64_t engine_processes(void)
{
    return hard_limit(RLIMIT_NPROC, 1 << 20);
}
