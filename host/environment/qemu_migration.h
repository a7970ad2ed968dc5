/* Moving a guest's state out of a QEMU and into another, by QMP (docs/devel/migration): to a file
 * and back, or from one running QEMU to the next.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_QEMU_MIGRATION_H
#define THRICE_QEMU_MIGRATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "environment/program.h"
#include "error.h"

/* What QEMU reports of a migration that has completed (query-migrate). */
struct qemu_migration {
    uint64_t total_ns;          /* from the command until the state is over there */
    uint64_t downtime_ns;       /* of it, with the guest stopped */
    uint64_t transferred_bytes; /* of memory, and what describes it */
    uint64_t rounds;            /* over the memory: what the guest wrote meanwhile goes again */
};

/* Has QEMU look at all of an emulated guest's memory for the first time, and no more: a migration
 * that is cancelled when it has begun to send. To QEMU all pages are written at first, and under
 * TCG each costs it some microseconds in which the guest cannot reach its devices (7.2; 0.2 s of
 * 128 MiB); what comes later are the pages written since. Returns 0, or -1 and an error
 * (EXIT_FAILED).
 */
int qemu_migration_prepare(const char *qmp_path, struct error *error);

/* Sends the state of the running guest to the address ("unix:PATH", "exec:COMMAND"), and waits, at
 * most patience_ns, until it is there; the guest is stopped then. Memory that is a file which both
 * share (shared_memory) is not sent. Returns 0, or -1 and an error (EXIT_FAILED), with the
 * migration given up and the guest running where it was.
 */
int qemu_migration_out(const char *qmp_path, const char *address, bool shared_memory,
                       uint64_t patience_ns, struct qemu_migration *report, struct error *error);

/* Tells a QEMU just started with "-incoming defer" where its state is to come from; an address
 * that is a socket can be sent to from then on. The guest runs as soon as all of it has come. An
 * error when the program ends before it takes commands.
 */
int qemu_migration_in(struct program *program, const char *qmp_path, const char *address,
                      bool shared_memory, struct error *error);

enum qemu_migration_status { QEMU_MIGRATION_ACTIVE, QEMU_MIGRATION_DONE, QEMU_MIGRATION_FAILED };

/* Reads a reply to query-migrate; the report is filled where it is done. */
enum qemu_migration_status qemu_migration_parse(const json_t *reply, struct qemu_migration *report);

#endif
