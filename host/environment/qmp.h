/* QEMU's machine protocol, QMP: commands and replies as lines of JSON on a Unix socket
 * (docs/interop/qmp-spec).
 *
 * A connection is opened to ask, and closed again: while a load runs QEMU has nothing to do for it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_QMP_H
#define THRICE_QMP_H

#include <jansson.h>
#include <stddef.h>

#include "error.h"

enum { QMP_LINE_BYTES = 65536 };

struct qmp {
    int fd;
    json_int_t last_id; /* of the commands sent */
    size_t used;        /* bytes of text: what came and was not consumed */
    char text[QMP_LINE_BYTES];
};

/* Connects to QEMU's socket, waits for its greeting, and leaves the negotiation of capabilities.
 * Returns 0, or -1 and an error (EXIT_FAILED); then nothing is open.
 */
int qmp_open(struct qmp *qmp, const char *path, struct error *error);

/* The same on a socket that is connected already, which it owns from here on. */
int qmp_begin(struct qmp *qmp, int fd, struct error *error);

/* Executes a command; arguments (or NULL) are consumed. Events, replies to others, and lines that
 * are no JSON are skipped. Returns what the command returned, owned by the caller, or NULL and an
 * error: QEMU refused, ended, or did not reply in ten seconds.
 */
json_t *qmp_execute(struct qmp *qmp, const char *command, json_t *arguments, struct error *error);

void qmp_close(struct qmp *qmp);

#endif
