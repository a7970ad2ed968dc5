/* What the unikernel itself counted, from its console: the words of the last line "stats:
 * name=value name=value ..." (net/net_report.h names them).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_COUNTERS_H
#define THRICE_COUNTERS_H

#include <jansson.h>

/* {"received": 12, ...} of one such line; words that are no name=value are skipped. NULL where the
 * line is another one. The caller owns it.
 */
json_t *counters_parse(const char *line);

/* Of the last such line of a console, or NULL when it has none. The caller owns it. */
json_t *counters_read(const char *console_path);

#endif
