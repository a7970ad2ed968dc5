/* What an LXC container is told alike by the engines lxc and lxd, in the words of
 * lxc.container.conf(5).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LXC_SETTINGS_H
#define THRICE_LXC_SETTINGS_H

#include <stdio.h>

#include "environment/server.h"

/* Writes the lines for the container's network namespace, its cgroups below ours and its disk. */
void lxc_settings_put(FILE *file, const struct server *server);

#endif
