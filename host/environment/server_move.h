/* A running server saved and brought back, ended and started again in its place, or moved to a
 * second one beside it while it serves.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SERVER_MOVE_H
#define THRICE_SERVER_MOVE_H

#include "environment/network.h"
#include "environment/qemu_migration.h"
#include "environment/server.h"
#include "error.h"

/* Saves a server that was started with options.checkpoint to that folder, and ends it; its port
 * stays. It is to be given to server_restore(), or to server_stop(). Returns 0, or -1 and an error:
 * it is to be stopped.
 */
int server_checkpoint(struct server *server, struct error *error);

/* Brings it back once, on its port, and waits until it answers: boot_ns is then the time from exec
 * to that. On failure it has been stopped.
 */
int server_restore(struct server *server, struct network *network, uint64_t timeout_ns,
                   struct error *error);

/* Ends a process or container that serves, as stopping it does, and starts it again on its port, by
 * another id: what the reset button is to a guest (server_reset()).
 * *restart_ns: from asking it to end to the first answer. Returns 0, or -1 and an error, on which
 * it has been stopped.
 */
int server_restart(struct server *server, struct network *network, uint64_t timeout_ns,
                   uint64_t *restart_ns, struct error *error);

/* Moves what runs in `from`, which was started with options.movable, to a new server with a port of
 * its own: a guest while it serves, a container (options.checkpoint) by saving it, copying what was
 * saved and restoring that; then to->boot_ns is the time from exec to the second's first answer.
 * On success `to` has it, and both are to be stopped. On failure `to` is not there; a guest serves
 * on in `from`, unless it was lost on its way, and a container that was saved does not.
 */
int server_migrate(struct server *from, struct server *to, struct network *network,
                   uint64_t patience_ns, struct qemu_migration *report, struct error *error);

#endif
