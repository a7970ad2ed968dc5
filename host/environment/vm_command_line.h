/* The kernel command line of the full VM, as images/vm reads it:
 *
 *   root=LABEL=root console=ttyS0 ip=10.0.0.2::10.0.0.1:255.255.255.0:::off
 *       thrice.payload=web thrice.arg=--port "thrice.arg=two words"
 *
 * The address is in the form of systemd-network-generator(8). The payload's arguments do not stand
 * behind `--` as the other guests have them: systemd would read them as its own, and take a bare
 * 1 for the wish to be in single-user mode (kernel-command-line(7)).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_VM_COMMAND_LINE_H
#define THRICE_VM_COMMAND_LINE_H

#include "environment/server.h"
#include "error.h"

/* Linux on x86 reads no more, the final NUL included (COMMAND_LINE_SIZE). */
enum { VM_COMMAND_LINE_BYTES = 2048 };

/* Writes it for the server's port and options. Returns 0, or -1 and an error (EXIT_USAGE) when the
 * arguments are too long, or one holds what the kernel cannot hand on: a double quote, a line end.
 */
int vm_command_line(const struct server *server, char text[VM_COMMAND_LINE_BYTES],
                    struct error *error);

#endif
