/* The table of TCP connections by their four-tuple: buckets of single-linked entries. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_table.h"

#include <string.h>

#include "memory.h"
#include "net_limits.h"
#include "panic.h"
#include "random.h"

static struct tcp_entry **buckets;
static uint32_t bucket_mask;
static uint64_t key[4];

void tcp_table_init(void)
{
    size_t bytes = net_limits.hash_buckets * sizeof(*buckets);
    size_t pages = (bytes + PAGE_SIZE - 1) / PAGE_SIZE;

    buckets = page_alloc(pages);
    if (!buckets)
        panic("no memory for a table of %u connections", net_limits.connections);
    memset(buckets, 0, pages * PAGE_SIZE);
    bucket_mask = net_limits.hash_buckets - 1;
    random_bytes(key, sizeof(key));
}

/* A 128-bit product folded: every input bit reaches every output bit. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint32_t hash(const ip_addr_t *local, const ip_addr_t *remote, uint32_t ports)
{
    uint64_t addresses;

    if (IP_IS_V6(remote)) {
        uint64_t half[4];
        memcpy(&half[0], ip_2_ip6(local)->addr, 16);
        memcpy(&half[2], ip_2_ip6(remote)->addr, 16);
        addresses =
            mix(half[0] ^ key[0], half[1] ^ key[1]) + mix(half[2] ^ key[2], half[3] ^ key[3]);
    } else {
        addresses = (uint64_t)ip_2_ip4(local)->addr << 32 | ip_2_ip4(remote)->addr;
    }
    return (uint32_t)mix(addresses ^ key[0], ports ^ key[1]);
}

struct tcp_entry *tcp_table_find(const struct tcp_tuple *tuple)
{
    uint32_t ports = (uint32_t)tuple->local_port << 16 | tuple->remote_port;
    struct tcp_entry *entry = buckets[hash(tuple->local, tuple->remote, ports) & bucket_mask];

    for (; entry; entry = entry->next) {
        const ip_addr_t *addresses = tcp_entry_addresses(entry);
        if (entry->ports == ports && ip_addr_cmp(&addresses[1], tuple->remote) &&
            ip_addr_cmp(&addresses[0], tuple->local))
            return entry;
    }
    return NULL;
}

void tcp_table_insert(struct tcp_entry *entry, uint16_t local_port, uint16_t remote_port)
{
    const ip_addr_t *addresses = tcp_entry_addresses(entry);

    entry->ports = (uint32_t)local_port << 16 | remote_port;
    entry->hash = hash(&addresses[0], &addresses[1], entry->ports);
    struct tcp_entry **bucket = &buckets[entry->hash & bucket_mask];
    entry->next = *bucket;
    *bucket = entry;
}

void tcp_table_remove(struct tcp_entry *entry)
{
    if (entry->ports == 0)
        return;
    struct tcp_entry **link = &buckets[entry->hash & bucket_mask];
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    entry->ports = 0;
}
