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
#include "environment/domain_console.h"
#include "environment/domain_xml.h"
#include "environment/libvirt.h"
#include "environment/reaper.h"
#include "environment/server.h"

// libvirt 9 loses the wakeup of a thread that calls while another waits for an answer on the same
// connection, and both wait for ever: so calls go one after the other.
static pthread_mutex_t calls = PTHREAD_MUTEX_INITIALIZER;

struct domain {
    virDomainPtr pointer;
    struct domain_console console;
};

int domain_vcpus(const struct server *server, pid_t threads[], struct error *error)
{
    char *reply = NULL;
    pthread_mutex_lock(&calls);
    int code = virDomainQemuMonitorCommand(server->domain->pointer,
                                           "{\"execute\":\"query-cpus-fast\"}", &reply, 0);
    pthread_mutex_unlock(&calls);
    if (code < 0)
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

// A daemon in another PID namespace names processes by numbers that are others' here.
static bool is_of_domain(const struct argv *argv, const char *name)
{
    size_t length = strlen(name);
    for (int i = 0; i < argv->count; i++) {
        const char *word = argv->word[i];
        if (strncmp(word, "guest=", 6) == 0 && strncmp(word + 6, name, length) == 0 &&
            (word[6 + length] == ',' || word[6 + length] == '\0'))
            return true;
    }
    return false;
}

static int adopt(struct server *server, struct error *error)
{
    pid_t threads[QEMU_VCPUS_MAX] = {0};
    const char *name = virDomainGetName(server->domain->pointer);
    if (domain_vcpus(server, threads, error) < 0)
        return -1;
    server->payload_pid = process_of(threads[0]);
    argv_add_running(&server->argv, server->payload_pid); // in libvirt's words: for the record
    if (strchr(name, ',') == NULL && !is_of_domain(&server->argv, name))
        return error_set(error, EXIT_LACKING,
                         "%s: its QEMU is not in sight: is the daemon in a container?",
                         server->options.libvirt->uri);
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

// It stands still until the end: nothing that it prints is missed.
static int set_off(struct server *server, struct error *error)
{
    if (adopt(server, error) < 0 || join_cgroups(server, error) < 0)
        return -1;
    if (!server->options.console_path && domain_copy_console(server, error) < 0)
        return -1;
    if (virDomainResume(server->domain->pointer) < 0)
        return libvirt_error(error, EXIT_FAILED, "the domain");
    return 0;
}

// In words that do not depend on the language of the daemon.
static int refuse(const struct server *server, const char *name, struct error *error)
{
    const char *uri = server->options.libvirt->uri;
    virDomainPtr other = virDomainLookupByName(server->options.libvirt->connection, name);
    if (!other)
        return -1;
    virDomainFree(other);
    return error_set(error, EXIT_USAGE, "%s: there is a domain '%s' already (--name NAME)",
                     uri ? uri : "libvirt", name);
}

int domain_create(struct server *server, virConnectPtr connection, char *xml, unsigned int flags,
                  struct error *error)
{
    struct domain *domain = calloc(1, sizeof *domain);
    server->domain = domain;
    if (domain)
        domain->pointer = virDomainCreateXML(connection, xml, flags);
    free(xml);
    if (!domain)
        return error_set(error, EXIT_FAILED, "out of memory for a domain");
    const char *uri = server->options.libvirt ? server->options.libvirt->uri : NULL;
    return domain->pointer ? 0 : libvirt_error(error, EXIT_FAILED, uri ? uri : "libvirt");
}

virDomainPtr domain_pointer(const struct server *server)
{
    return server->domain->pointer;
}

int domain_take_over(struct server *server, virDomainPtr pointer, struct error *error)
{
    server->domain = calloc(1, sizeof *server->domain);
    if (!server->domain) {
        virDomainDestroy(pointer);
        virDomainFree(pointer);
        return error_set(error, EXIT_FAILED, "out of memory for a domain");
    }
    server->domain->pointer = pointer;
    if (adopt(server, error) == 0 && join_cgroups(server, error) == 0)
        return 0;
    domain_end(server);
    return -1;
}

int domain_copy_console(const struct server *server, struct error *error)
{
    struct domain *domain = server->domain;
    return domain_console_open(&domain->console, domain->pointer, server->console_fd, error);
}

pid_t domain_process(const struct server *server)
{
    unsigned int number = virDomainGetID(server->domain->pointer);
    return number == (unsigned int)-1 ? 0 : (pid_t)number;
}

// libvirt moves none that it is to destroy; then it is a daemon of ours, and ends with the driver.
static unsigned int destroyed_with_us(const struct server *server)
{
    return server->options.movable ? 0 : VIR_DOMAIN_START_AUTODESTROY;
}

int domain_start(struct server *server, const struct qemu_options *qemu, struct error *error)
{
    char cpus[CPU_LIST_BYTES];
    const char *name = server->options.domain ? server->options.domain : server->id;
    const struct domain_options options = {
        .name = name,
        .console_path = server->options.console_path,
        .cpus = server->options.cpus ? cpus : NULL,
        .has_exit_device = server->options.libvirt->uri == NULL,
        .qemu = qemu,
    };
    if (server->options.cpus)
        cpu_list_format(server->options.cpus, cpus, sizeof cpus);
    if (domain_xml_check(qemu, error) < 0)
        return -1;
    char *xml = domain_xml(&options, error);
    if (!xml)
        return -1;
    uint64_t asked_ns = clock_now_ns();
    int code = domain_create(server, server->options.libvirt->connection, xml,
                             VIR_DOMAIN_START_PAUSED | destroyed_with_us(server), error);
    code = code == 0 ? set_off(server, error) : refuse(server, name, error);
    server->program.started_ns = asked_ns; // and not when it was adopted
    if (code < 0)
        domain_end(server);
    return code;
}

// Of a guest that obeys at once QEMU is gone before libvirt has its answer: a failure in its words.
bool domain_power_button(const struct server *server)
{
    pthread_mutex_lock(&calls);
    int code = virDomainShutdownFlags(server->domain->pointer, VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN);
    bool heard = code == 0 || virConnectIsAlive(virDomainGetConnect(server->domain->pointer)) == 1;
    pthread_mutex_unlock(&calls);
    return heard;
}

static bool destroy(virDomainPtr pointer)
{
    pthread_mutex_lock(&calls);
    int code = virDomainDestroy(pointer);
    pthread_mutex_unlock(&calls);
    return code == 0;
}

// A daemon of ours clears up behind its guest by itself, and looks again after 200 ms whether the
// process is gone: they are none of the guest's end. With another's, the name is to be free at
// once.
static bool is_over(struct server *server)
{
    return server->environment->is_guest && !server->options.libvirt->uri &&
           program_ended(&server->program);
}

void domain_end(struct server *server)
{
    static const uint64_t PATIENCE_NS = 10 * NS_PER_S;
    struct domain *domain = server->domain;
    if (!domain)
        return;
    // It may have ended by itself; and the daemon may be gone, and QEMU not.
    if (domain->pointer && !is_over(server) && destroy(domain->pointer))
        program_wait(&server->program, PATIENCE_NS);
    if (!program_ended(&server->program))
        program_kill(&server->program);
    domain_console_close(&domain->console);
    if (domain->pointer)
        virDomainFree(domain->pointer);
    free(domain);
    server->domain = NULL;
}
