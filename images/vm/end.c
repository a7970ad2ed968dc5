/* end: tells QEMU how the payload ended, for the machine of the full VM ends with its payload.
 * systemd runs it when the service has stopped (systemd.exec(5): EXIT_CODE, EXIT_STATUS).
 *
 * QEMU's isa-debug-exit then ends QEMU with (status << 1) | 1. Without that device nobody listens,
 * and systemd powers the machine off.
 * SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>

enum {
    DEBUG_EXIT_PORT = 0xf4,
    KILLED = 127, // by a signal: as a panic of the unikernel
};

int main(void)
{
    const char *code = getenv("EXIT_CODE");
    const char *status = getenv("EXIT_STATUS");
    int value = KILLED;
    if (code && status && strcmp(code, "exited") == 0)
        value = atoi(status);
    if (ioperm(DEBUG_EXIT_PORT, 1, 1) == 0)
        outb((unsigned char)value, DEBUG_EXIT_PORT);
    return 0;
}
