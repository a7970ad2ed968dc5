/* Lines about the network's memory and losses on the console, now and then.
 *
 * stats=SECONDS on the command line asks for it. Figures that only ever grow, under a load that
 * does not, are a leak.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_NET_REPORT_H
#define THRICE_NET_REPORT_H

/* Starts the reports if the command line asks for them; after net_init(). */
void net_report_init(void);

#endif
