/* A container engine: what starts and keeps a payload's container. One table of functions each;
 * adding one is adding one file.
 *
 * All of an engine's own, state, images, sockets, daemon, lies in the private /run of the driver's
 * mount namespace and in its PID namespace, and vanishes with them: an engine that the machine
 * itself may be running is neither asked nor disturbed. Every container is behind the same veth,
 * and below a cgroup with the same limits.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ENGINE_H
#define THRICE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "environment/argv.h"
#include "environment/payload.h"
#include "error.h"

struct server;

struct engine {
    const char *name;
    const char *summary;
    const char *package;         /* Debian's, of the programs */
    const char *const *programs; /* that it is made of; NULL-terminated */
    const char *const *beside;   /* names of the processes that it keeps beside its containers,
                                    accounted apart: its daemon; NULL-terminated, or NULL */
    bool takes_archive;          /* images/NAME.oci.tar; else the bundle's folder */
    bool needs_root;             /* and cgroups */
    bool hides_status;           /* its program's exit status is not the payload's */
    bool makes_cgroup;           /* with the limits in it; else its own is below one of ours */

    /* Starts the container: fills server->argv and server->program, which ends with the container
     * and, unless hides_status, with its exit status. The server's folder is there (engine_path()).
     */
    int (*start)(struct server *server, struct error *error);

    /* Saves the container to the folder server->options.checkpoint, and ends it; and starts it from
     * there as start() does. Whether the program can, is asked first. Or NULL, all three.
     */
    int (*check_checkpoint)(struct error *error);
    int (*checkpoint)(struct server *server, struct error *error);
    int (*restore)(struct server *server, struct error *error);

    /* Ends a container whose process never came to be known. */
    void (*remove)(struct server *server);

    /* After the end of a container: gives up what the engine kept for it; or NULL. */
    void (*release)(struct server *server);
};

extern const struct engine engine_crun;
extern const struct engine engine_runc;
extern const struct engine engine_podman;
extern const struct engine engine_docker;
extern const struct engine engine_lxc;
extern const struct engine engine_lxd;
extern const struct engine engine_libvirt_lxc;

/* The first is the default. */
extern const struct engine *const engines[];
extern const size_t engine_count;

/* Has this driver's containers be of the engine of that name. Returns 0, or -1 and an error
 * (EXIT_USAGE) that names those there are.
 */
int engine_choose(const char *name, struct error *error);
const struct engine *engine_chosen(void);

/* Is it installed, and may we use it? With a payload: may it run that? Errors are EXIT_LACKING (of
 * a payload that it cannot run, EXIT_USAGE), with the remedy.
 */
int engine_check(const struct engine *engine, const struct payload *payload, struct error *error);

/* ---- for the engines' own files ---- */

#define ENGINE_FOLDER "/run/engine"
#define ENGINE_IMAGE  "localhost/thrice/%s:latest" /* what an archive calls its image */

/* Before a command: it runs with the folder read-only, where it would leave something of its own.
 */
#define ENGINE_READ_ONLY(folder)                                                                   \
    "unshare", "--mount", "sh", "-c", "mount -o bind,ro " folder " " folder " && exec \"$@\"", "sh"

/* Adds the name by which an engine knows the payload's image, once its archive is loaded. */
void engine_add_image(struct argv *argv, const struct payload *payload);

/* Makes the folder that the server's files lie in. */
int engine_prepare(const struct server *server, struct error *error);
void engine_path(char *path, size_t size, const struct server *server, const char *name);

/* Where the container's network namespace can be found, by whoever is in our PID namespace. */
void engine_netns_path(char *path, size_t size, const struct server *server);

/* Covers a folder of the machine's, if it is there, with an empty one, for the driver and all that
 * it starts: what an engine keeps there is to vanish with it, and another's is not to be touched.
 */
int engine_hide(const char *folder, struct error *error);

/* Starts server->argv as the server's program, on the server's CPUs. */
int engine_start_program(struct server *server, struct error *error);

/* Runs a program of the engine's to its end; the error has what it said last. */
int engine_run(const char *const *argv, struct error *error);

/* Has the engine take the payload's archive, once: by the command, which lacks only its path. */
int engine_load(const struct server *server, const char *const *command, struct error *error);

/* The same of an image that the engine's own file has made of the payload. */
int engine_load_file(const struct payload *payload, const char *const *command, const char *file,
                     struct error *error);

/* Limits of a process, which a container is to have as well: the hard ones of ours, for more may
 * need a capability.
 */
uint64_t engine_descriptors(void);
uint64_t engine_processes(void);

#endif
