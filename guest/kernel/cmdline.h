/* The command line: options for the guest, then `--`, then the payload's own arguments.
 *
 *   ip=10.0.0.2/24 gw=10.0.0.1 -- --port 80
 *
 * An option is name=value or a bare name. QEMU's microvm appends its
 * virtio_mmio.device=SIZE@ADDRESS:IRQ items at the very end, behind the payload's
 * arguments: they are taken out wherever they stand. Double quotes keep spaces together.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_CMDLINE_H
#define THRICE_CMDLINE_H

#define CMDLINE_ITEMS_MAX 128 /* options; and arguments, the first of which is the name */

/* Splits text (copied). payload_name becomes argv[0]. Too long a line is a panic. */
void cmdline_init(const char *text, const char *payload_name);

/* The value of an option, "" for a bare name, or NULL where it is not given. */
const char *cmdline_option(const char *name);

/* What cannot be meant ends the machine with a line on the console, and QEMU with 5: a value that
 * this option cannot have, as it has that of the example; an option that has none of these names
 * (their list ends in NULL): misspelt, it would else be missing, and nobody would know.
 */
_Noreturn void cmdline_refuse(const char *name, const char *value, const char *example);
void cmdline_refuse_unknown(const char *const *known);

/* The payload's argument vector, NULL-terminated. */
int cmdline_argc(void);
char **cmdline_argv(void);

#endif
