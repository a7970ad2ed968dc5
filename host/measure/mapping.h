/* The mappings of a process, one by one (/proc/PID/smaps). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_MAPPING_H
#define THRICE_MAPPING_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "error.h"

/* How much is resident of the mappings that have no file behind them and are exactly so large: as
 * the RAM that QEMU gives a guest is. 0 when there is none. Returns 0, or -1 and an error when the
 * process is gone.
 */
int mapping_rss(pid_t pid, uint64_t size_bytes, uint64_t *rss_bytes, struct error *error);

/* The parser of it. */
uint64_t mapping_rss_parse(FILE *smaps, uint64_t size_bytes);

#endif
