/* Initial sequence numbers (RFC 6528): clock plus a keyed hash of the addresses.
 *
 * The clock makes the numbers of one pair of addresses grow, so that a peer can tell a new
 * connection from an old one; the hash makes those of another pair unpredictable.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "hooks.h"

#include <stdbool.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"

#include "random.h"
#include "siphash.h"
#include "time.h"

#define ISN_TICK_NS 4096 /* RFC 9293, 3.4.1: about 4 us */

#define ISN_GAP 65536 /* above whatever may still be under way of an old connection */

static uint64_t isn_key[2];
static bool has_floor;
static u32_t isn_floor;

void tcp_isn_exceed(u32_t sequence_number)
{
    has_floor = true;
    isn_floor = sequence_number + ISN_GAP;
}

void tcp_isn_reset(void)
{
    has_floor = false;
}

u32_t tcp_initial_sequence_number(const ip_addr_t *local_address, u16_t local_port,
                                  const ip_addr_t *remote_address, u16_t remote_port)
{
    uint64_t tuple[5] = {0};

    if (isn_key[0] == 0)
        random_bytes(isn_key, sizeof(isn_key));
    if (IP_IS_V6(remote_address)) {
        memcpy(&tuple[0], ip_2_ip6(local_address)->addr, 16);
        memcpy(&tuple[2], ip_2_ip6(remote_address)->addr, 16);
    } else {
        tuple[0] = ip_2_ip4(local_address)->addr;
        tuple[2] = ip_2_ip4(remote_address)->addr;
    }
    tuple[4] = (uint64_t)local_port << 16 | remote_port;
    u32_t isn = (u32_t)siphash(isn_key, tuple, 5) + (u32_t)(time_monotonic_ns() / ISN_TICK_NS);
    if (has_floor && TCP_SEQ_LT(isn, isn_floor))
        isn = isn_floor;
    tcp_isn_reset();
    return isn;
}
