/* A guest as a domain of libvirt's; see domain.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/domain.h"

#include <errno.h>
#include <fcntl.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "environment/cpu_list.h"
#include "environment/domain_xml.h"
#include "environment/libvirt.h"
#include "environment/reaper.h"
#include "environment/server.h"

struct domain {
    virDomainPtr pointer;
    virStreamPtr console; /* or NULL: it is a file */
    int console_fd;
    pthread_t console_thread;
};

static void *copy_console(void *state)
{
    struct domain *domain = state;
    char text[4096];
    int got;
    while ((got = virStreamRecv(domain->console, text, sizeof text)) > 0)
        for (int put = 0, written; put < got; put += written) {
            written = (int)write(domain->console_fd, text + put, (size_t)(got - put));
            if (written <= 0)
                return NULL;
        }
    return NULL;
}

// The guest still stands still: nothing that it prints is missed.
static int open_console(struct domain *domain, virConnectPtr connection, int fd,
                        struct error *error)
{
    domain->console_fd = fd >= 0 ? fd : STDOUT_FILENO;
    domain->console = virStreamNew(connection, 0);
    if (!domain->console ||
        virDomainOpenConsole(domain->pointer, NULL, domain->console, VIR_DOMAIN_CONSOLE_FORCE) < 0)
        return libvirt_error(error, EXIT_FAILED, "the domain's console");
    int failure = pthread_create(&domain->console_thread, NULL, copy_console, domain);
    if (failure == 0)
        return 0;
    virStreamFree(domain->console);
    domain->console = NULL;
    return error_set_errno(error, EXIT_FAILED, failure, "a thread for the console");
}

int domain_vcpus(const struct server *server, pid_t threads[], struct error *error)
{
    char *reply = NULL;
    if (virDomainQemuMonitorCommand(server->domain->pointer, "{\"execute\":\"query-cpus-fast\"}",
                                    &reply, 0) < 0)
        return libvirt_error(error, EXIT_FAILED, "the domain's vCPUs");
    json_t *json = json_loads(reply, 0, NULL);
    int count = qemu_inside_parse_vcpus(json_object_get(json, "return"), threads);
    json_decref(json);
    free(reply);
    return count > 0 ? count : error_set(error, EXIT_FAILED, "libvirt names no thread of a vCPU");
}

// The process that a thread is of.
static pid_t process_of(pid_t thread)
{
    char path[64], line[128];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)thread);
    FILE *status = fopen(path, "re");
    while (status && pid == 0 && fgets(line, sizeof line, status))
        if (strncmp(line, "Tgid:", 5) == 0)
            pid = (int)strtol(line + 5, NULL, 10);
    if (status)
        fclose(status);
    return (pid_t)pid;
}

// What runs, in libvirt's words: for the record.
static void read_argv(struct argv *argv, pid_t pid)
{
    char path[64], text[32768];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[length] = '\0';
    for (size_t at = 0; at < length && argv->count < ARGV_MAX - 1; at += strlen(text + at) + 1)
        argv_add(argv, "%s", text + at);
}

static int adopt(struct server *server, struct error *error)
{
    pid_t threads[QEMU_VCPUS_MAX] = {0};
    if (domain_vcpus(server, threads, error) < 0)
        return -1;
    server->payload_pid = process_of(threads[0]);
    read_argv(&server->argv, server->payload_pid);
    return program_adopt(&server->program, server->payload_pid,
                         server->options.libvirt->uri ? NULL : reaper_status, error);
}

static int join_cgroups(const struct server *server, struct error *error)
{
    for (const char *const *path = server->confinement.joins.list; *path; path++) {
        FILE *file = fopen(*path, "we");
        int put = file ? fprintf(file, "%d", (int)server->payload_pid) : -1;
        if (!file || fclose(file) == EOF || put < 0)
            return error_set_errno(error, EXIT_FAILED, errno, "%s", *path);
    }
    return 0;
}

static int set_off(struct server *server, struct error *error)
{
    struct domain *domain = server->domain;
    if (adopt(server, error) < 0 || join_cgroups(server, error) < 0)
        return -1;
    if (!server->options.console_path &&
        open_console(domain, server->options.libvirt->connection, server->console_fd, error) < 0)
        return -1;
    if (virDomainResume(domain->pointer) < 0)
        return libvirt_error(error, EXIT_FAILED, "the domain");
    return 0;
}

static int refuse(const struct server *server, const char *name, struct error *error)
{
    const char *uri = server->options.libvirt->uri;
    virErrorPtr failure = virGetLastError();
    if (failure && failure->code == VIR_ERR_OPERATION_FAILED && strstr(failure->message, "exists"))
        return error_set(error, EXIT_USAGE, "%s: there is a domain '%s' already (--name NAME)",
                         uri ? uri : "libvirt", name);
    return libvirt_error(error, EXIT_FAILED, uri ? uri : "libvirt");
}

int domain_start(struct server *server, const struct qemu_options *qemu, struct error *error)
{
    char cpus[CPU_LIST_BYTES];
    const char *name = server->options.domain ? server->options.domain : server->id;
    const struct domain_options options = {
        .name = name,
        .console_path = server->options.console_path,
        .cpus = server->options.cpus ? cpus : NULL,
        .qemu = qemu,
    };
    if (server->options.cpus)
        cpu_list_format(server->options.cpus, cpus, sizeof cpus);
    if (domain_xml_check(qemu, error) < 0)
        return -1;
    char *xml = domain_xml(&options);
    struct domain *domain = calloc(1, sizeof *domain);
    if (!xml || !domain) {
        free(xml);
        free(domain);
        return error_set(error, EXIT_FAILED, "out of memory for a domain");
    }
    server->domain = domain;
    uint64_t asked_ns = clock_now_ns();
    domain->pointer = virDomainCreateXML(server->options.libvirt->connection, xml,
                                         VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY);
    free(xml);
    int code = domain->pointer ? set_off(server, error) : refuse(server, name, error);
    server->program.started_ns = asked_ns;
    if (code < 0)
        domain_end(server);
    return code;
}

bool domain_power_button(const struct server *server)
{
    return virDomainShutdownFlags(server->domain->pointer, VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN) == 0;
}

void domain_end(struct server *server)
{
    static const uint64_t PATIENCE_NS = 10 * NS_PER_S;
    struct domain *domain = server->domain;
    if (!domain)
        return;
    if (domain->pointer) {
        virDomainDestroy(domain->pointer); // it may have ended by itself
        program_wait(&server->program, PATIENCE_NS);
    }
    if (domain->console) {
        pthread_join(domain->console_thread, NULL);
        virStreamFree(domain->console);
    }
    if (domain->pointer)
        virDomainFree(domain->pointer);
    free(domain);
    server->domain = NULL;
}
