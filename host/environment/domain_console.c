/* A domain's console, copied; see domain_console.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/domain_console.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "environment/libvirt.h"

static void *copy(void *state)
{
    struct domain_console *console = state;
    char text[4096];
    int got;
    while ((got = virStreamRecv(console->stream, text, sizeof text)) > 0)
        for (int put = 0, written; put < got; put += written) {
            written = (int)write(console->fd, text + put, (size_t)(got - put));
            if (written <= 0)
                return NULL;
        }
    return NULL;
}

static int start_copying(struct domain_console *console, struct error *error)
{
    int failure = pthread_create(&console->thread, NULL, copy, console);
    if (failure != 0)
        return error_set_errno(error, EXIT_FAILED, failure, "a thread for the console");
    console->copies = true;
    return 0;
}

int domain_console_open(struct domain_console *console, virDomainPtr domain, int fd,
                        struct error *error)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    char *uri = virConnectGetURI(virDomainGetConnect(domain));
    memset(console, 0, sizeof *console);
    console->fd = fd >= 0 ? fd : STDOUT_FILENO;
    console->connection = uri ? virConnectOpen(uri) : NULL;
    free(uri);
    if (!console->connection)
        return libvirt_error(error, EXIT_FAILED, "a connection for the domain's console");
    virDomainGetUUIDString(domain, uuid);
    console->domain = virDomainLookupByUUIDString(console->connection, uuid);
    console->stream = virStreamNew(console->connection, 0);
    if (!console->domain || !console->stream ||
        virDomainOpenConsole(console->domain, NULL, console->stream, 0) < 0)
        return libvirt_error(error, EXIT_FAILED, "the domain's console");
    return start_copying(console, error);
}

void domain_console_close(struct domain_console *console)
{
    if (console->copies)
        pthread_join(console->thread, NULL);
    if (console->stream)
        virStreamFree(console->stream);
    if (console->domain)
        virDomainFree(console->domain);
    if (console->connection)
        virConnectClose(console->connection);
    memset(console, 0, sizeof *console);
}
