/* lwIP's pools as the rest of the net layer sees them: who counts what is used. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_POOLS_H
#define THRICE_POOLS_H

#include "lwip/memp.h"

#include "slab.h"

/* The object cache behind a kind of lwIP's objects. */
const struct slab_cache *memp_pool(memp_t type);

#endif
