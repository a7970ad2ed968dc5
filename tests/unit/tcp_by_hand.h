/* TCP by hand, for tests of net/tcp_*.c with the real lwIP behind them: segments of a client are
 * written and given to its IP layer, what it answers is caught at the netif, and a server takes
 * what arrives. The clock is the test's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TCP_BY_HAND_H
#define THRICE_TCP_BY_HAND_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"

#define SERVER_PORT 80
#define CLIENT_ISN  1000u

/* ---- the wire -------------------------------------------------------------------------------- */

struct segment {
    uint8_t flags;
    uint32_t sequence, acknowledgement;
    uint16_t payload_bytes;
};

/* How the header of a segment is wrong, if it is. */
struct damage {
    uint16_t checksum;
    uint8_t header_words; /* what the header says of its length; 0 is the truth */
};

extern struct netif netif;
extern ip4_addr_t server_address, client_address;
extern uint16_t client_window_bytes; /* what the client's segments say */
extern uint32_t client_sack[2];      /* the block of SACK that they tell of, if not 0 */
extern uint16_t client_mss;          /* the MSS that they tell of, if not 0 */
extern struct segment answer;        /* the last that lwIP sent */
extern unsigned answers;             /* how many it sent to the last segment */

/* For netif_add(): what it sends becomes `answer`. */
err_t netif_start(struct netif *started);

/* Writes an IPv4 header at the start of `p`, from the client to the server. */
void write_ip4_header(struct pbuf *p, uint8_t protocol);

/* A segment from the client's port arrives. */
void arrive(uint16_t port, struct segment segment);
void arrive_damaged(uint16_t port, struct segment segment, struct damage damage);

/* The clock goes forward, and lwIP's timers run. */
void let_pass(unsigned ms);

/* ---- the server ------------------------------------------------------------------------------ */

/* What the server has of a connection. */
struct owner {
    struct tcp_pcb *pcb;
    uint32_t received_bytes;
    bool ended;
    err_t error;
};

extern struct owner owners[65536]; /* by the client's port */

void server_listen(void);
void server_listen_end(void);
void server_close(uint16_t port);

/* A handshake; returns the server's sequence number after it. */
uint32_t open_connection(uint16_t port, uint32_t isn);

/* Opens and closes, the server first, which is left in TIME_WAIT; returns its next number. */
uint32_t into_time_wait(uint16_t port, uint32_t isn);

/* Fails unless the list of active connections holds together; returns its length. */
unsigned list_check(void);

/* ---- around each test: whatever it leaves behind has timed out before the next ----------------
 */

int set_up(void **state);
int tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
