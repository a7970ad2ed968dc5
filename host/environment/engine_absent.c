/* Engines that the studies and their readers know, and thrice does not support: their names are
 * taken, and answered by what to use in their place.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "environment/engine.h"

static const char *const no_programs[] = {NULL};

const struct engine engine_lxd = {
    .name = "lxd",
    .summary = "LXD; not supported: lxc has the same containers",
    .programs = no_programs,
    .absent = "the engine lxd is not supported: --engine lxc has the same containers, by the "
              "same library, without its daemon",
};
