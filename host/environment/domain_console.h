/* The console of a domain, as libvirt streams it: copied to a file descriptor for as long as the
 * domain runs.
 *
 * A stream waits for as long as the domain is silent, and libvirt 9 loses the wakeup of a thread
 * that calls while another waits on the same connection: so the console has one of its own.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_DOMAIN_CONSOLE_H
#define THRICE_DOMAIN_CONSOLE_H

#include <libvirt/libvirt.h>
#include <pthread.h>
#include <stdbool.h>

#include "error.h"

struct domain_console {
    virConnectPtr connection;
    virDomainPtr domain; /* on that connection */
    virStreamPtr stream;
    pthread_t thread;
    bool copies;
    int fd;
};

/* Copies the domain's console to fd (-1: standard output), which is to stay open. Returns 0, or -1
 * and an error; the console is to be closed in either case.
 */
int domain_console_open(struct domain_console *console, virDomainPtr domain, int fd,
                        struct error *error);

/* Once the domain has ended: waits for its last words. Harmless on one of all zeros. */
void domain_console_close(struct domain_console *console);

#endif
