/* The table of TCP connections by their four-tuple, keyed so that nobody can aim at a bucket.
 *
 * It holds entries of two kinds: live connections (their addresses are those of the pcb) and
 * closed ones in TIME_WAIT. Either starts with a struct tcp_entry followed by the two
 * addresses in lwIP's order, which is all the table knows of them.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_TABLE_H
#define THRICE_TCP_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/ip_addr.h"

struct tcp_tuple {
    const ip_addr_t *local, *remote;
    uint16_t local_port, remote_port;
};

struct tcp_entry {
    struct tcp_entry *next; /* in the bucket */
    uint32_t hash;
    uint32_t ports; /* local << 16 | remote; 0 while not in the table */
    bool time_wait; /* a struct tcp_time_wait, else a struct tcp_connection */
};

/* Local and remote address: the two ip_addr_t that follow. */
static inline const ip_addr_t *tcp_entry_addresses(const struct tcp_entry *entry)
{
    return (const ip_addr_t *)(entry + 1);
}

/* Allocates net_limits.hash_buckets buckets. */
void tcp_table_init(void);

struct tcp_entry *tcp_table_find(const struct tcp_tuple *tuple);

/* Puts an entry, whose addresses are set, into the table. */
void tcp_table_insert(struct tcp_entry *entry, uint16_t local_port, uint16_t remote_port);

/* Takes it out; nothing to do for one that is not in. */
void tcp_table_remove(struct tcp_entry *entry);

#endif
