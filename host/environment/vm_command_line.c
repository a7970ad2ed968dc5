/* The kernel command line of the full VM; see vm_command_line.h. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/vm_command_line.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static size_t write_network(const struct server *server, char *text, size_t size)
{
    const char *address = QEMU_USER_ADDRESS, *gateway = QEMU_USER_GATEWAY;
    const struct in_addr mask = {htonl(UINT32_MAX << (32 - NETWORK_PREFIX_BITS))};
    char mask_text[INET_ADDRSTRLEN];

    if (server->port.name[0]) {
        address = server->port.address_text;
        gateway = NETWORK_CLIENT_ADDRESS;
    }
    inet_ntop(AF_INET, &mask, mask_text, sizeof mask_text);
    return (size_t)snprintf(text, size, "root=LABEL=root console=ttyS0 ip=%s::%s:%s:::off", address,
                            gateway, mask_text);
}

int vm_command_line(const struct server *server, char text[VM_COMMAND_LINE_BYTES],
                    struct error *error)
{
    const size_t size = VM_COMMAND_LINE_BYTES;
    size_t used = write_network(server, text, size);

    used += (size_t)snprintf(text + used, size - used, " thrice.payload=%s",
                             server->options.payload->name);
    if (server->options.payload->is_reference) // its disk, which is not there, is not waited for
        used += (size_t)snprintf(text + used, size - used, " systemd.mask=payload.mount");
    for (const char *const *word = server->options.arguments; *word && used < size; word++) {
        if (strpbrk(*word, "\"\n"))
            return error_set(error, EXIT_USAGE,
                             "'%.40s': a double quote or a line end does not reach a VM's payload",
                             *word);
        const char *quote = strpbrk(*word, " \t") ? "\"" : "";
        used +=
            (size_t)snprintf(text + used, size - used, " %sthrice.arg=%s%s", quote, *word, quote);
    }
    if (used >= size)
        return error_set(error, EXIT_USAGE,
                         "the payload's arguments are longer than the %zu bytes "
                         "of a guest's command line",
                         size);
    return 0;
}
