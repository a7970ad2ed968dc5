/* The network's sizes from the machine's memory (net_limits.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "net_limits.h"

#include "memory.h"

#define BYTES_PER_CONNECTION (4 * 1024)
#define TCP_BUFFER_MIN_BYTES (16 * 1024)
#define HALF_OPEN_MAX        4096

struct net_limits net_limits;
uint32_t net_tcp_buffer_cut_bytes;

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static uint32_t power_of_two_above(uint32_t value)
{
    return value <= 1 ? 1 : 1u << (32 - __builtin_clz(value - 1));
}

void net_limits_init(void)
{
    uint64_t total = memory_total_bytes();
    uint64_t buffer = clamp(total / 1024, TCP_BUFFER_MIN_BYTES, NET_TCP_BUFFER_MAX_BYTES);

    net_tcp_buffer_cut_bytes = NET_TCP_BUFFER_MAX_BYTES - (uint32_t)buffer;
    net_limits.connections = (uint32_t)clamp(total / BYTES_PER_CONNECTION, 256, 4u << 20);
    net_limits.time_wait = net_limits.connections;
    net_limits.half_open = (uint32_t)clamp(net_limits.connections / 4, 0, HALF_OPEN_MAX);
    net_limits.hash_buckets = power_of_two_above(net_limits.connections);
    net_limits.heap_bytes = memory_free_bytes() / 4 * 3;
}
