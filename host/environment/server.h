/* A payload running in an environment: its life from start to stop, and what it uses. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SERVER_H
#define THRICE_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "environment/accelerator.h"
#include "environment/argv.h"
#include "environment/confinement.h"
#include "environment/environment.h"
#include "environment/network.h"
#include "environment/program.h"
#include "environment/qemu_command.h"
#include "environment/qemu_inside.h"
#include "error.h"
#include "measure/cgroup_usage.h"

struct domain;
struct libvirt;

struct server_options {
    const struct payload *payload;
    const char *const *arguments; /* the payload's, without its name; NULL-terminated */
    uint16_t port;                /* where these make it listen */
    unsigned int memory_mib;      /* of the guest; and the limit of the container */
    unsigned int vcpus;           /* of the guest; and processors' worth of time for each; 0: 1 */
    const char *machine;          /* of a guest */
    const struct accelerator *accelerator;
    const char *console_path; /* file for its output, or NULL: ours */
    int console_fd; /* of a guest, without a path: its console, closed at its end; or 0: ours */
    const struct qemu_forward *forward; /* a guest without a port: the user network */
    const cpu_set_t *cpus;              /* it runs on these alone; or NULL: on ours */
    bool uefi;                          /* a unikernel: booted by UEFI firmware */
    bool trace;                         /* a unikernel: the image that tells a packet's steps */
    const char *disk_path;              /* file or device for the payload to overwrite, or NULL */
    const struct server *copy_of;       /* one that serves, of whose disk, where it has one of its
                                           own beside disk_path, it begins with a copy; or NULL */
    struct inspection inspection;       /* of a guest */
    const struct libvirt *libvirt;      /* a guest: started by libvirt; or NULL: by us */
    FILE *definition;                   /* a guest: only defined there (domain_xml.h); else NULL */
    const char *domain;                 /* its name there; NULL: the server's id */
    uint64_t poll_ns;       /* between attempts to reach it while it boots; 0: ready.h's own */
    const char *checkpoint; /* folder for what server_checkpoint() saves, or NULL: it is not to be
                               saved. A guest's memory is a file in it from the start */
    bool movable;           /* server_migrate() is to come */
    const char *stats; /* a unikernel: seconds between reports of its counters, "0": one at its end,
                          NULL: none */
};

struct server {
    const struct environment *environment;
    struct server_options options; /* what it points to is borrowed, and outlives the server */
    struct network_port port;      /* all zero when there is none */
    struct network *network;       /* that the port is on, or NULL */
    char id[32];                   /* unique among the servers of this driver; with a dot */
    char origin[32];               /* of the server whose disk it has taken over; else its own id */
    char incoming[96];             /* of a guest that does not boot: where its state comes from, as
                                      QEMU writes it; "": it boots */
    int console_fd;
    struct program program; /* the payload, QEMU, or the container's runtime */
    struct argv argv;       /* its command */
    pid_t payload_pid;      /* the process to account where there is no cgroup */
    bool has_cgroup;
    struct cgroup_paths cgroup;
    struct confinement confinement;
    struct domain *domain;      /* of a guest that libvirt has started; else NULL */
    char qmp_path[64];          /* of a guest */
    pid_t vcpu[QEMU_VCPUS_MAX]; /* of a guest: the threads that are its vCPUs */
    int vcpus;
    uint64_t connect_ns;  /* exec to the first SYN-ACK; 0: of UDP */
    uint64_t boot_ns;     /* exec to the first answer */
    uint64_t shutdown_ns; /* of a stopped one: from the request to its end; 0: it was killed */
};

enum { SERVERS_MAX = 64 }; /* that are waited for or stopped together */

/* Starts the payload on a new port of the network (NULL: none, the user network of a guest), and
 * does not wait for it: it is to be given to server_await() next. Returns 0, or -1 and an error
 * with nothing left behind.
 */
int server_begin(struct server *server, const struct environment *environment,
                 const struct server_options *options, struct network *network,
                 struct error *error);

/* Gives the server an id. For server_move.h. */
void server_identify(struct server *server);

/* Waits until each of the servers, begun before, has answered, at most timeout_ns from its start.
 * All are asked in turn, so that each has the time of its own answer in boot_ns. On failure all of
 * them are stopped, and the error ends with the last line of the console of the one it is about.
 */
int server_await(struct server *servers, size_t count, struct network *network, uint64_t timeout_ns,
                 struct error *error);

/* The two, of one server. */
int server_start(struct server *server, const struct environment *environment,
                 const struct server_options *options, struct network *network, uint64_t timeout_ns,
                 struct error *error);

/* Presses the reset button of a guest that serves, and waits, at most timeout_ns, until it serves
 * again. *reset_ns: from the button to the first answer. Returns 0, or -1 and an error
 * (EXIT_FAILED); the server is then still to be stopped.
 */
int server_reset(struct server *server, uint64_t timeout_ns, uint64_t *reset_ns,
                 struct error *error);

/* How long a start in that environment is to be waited for: well beyond what it takes. */
uint64_t server_patience_ns(const struct environment *environment);

/* How the server, whose program has ended by itself, ended: "exit status 2". */
void server_describe_end(const struct server *server, char *text, size_t size);

/* Ends the servers, all asked at the same moment, and removes their ports. */
void server_stop_all(struct server *servers, size_t count, struct network *network);
void server_stop(struct server *server, struct network *network);

#endif
