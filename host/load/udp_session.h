/* What the ways of loading a UDP server share: the socket, the account of replies, the batch that
 * they are received in. Private to host/load.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_UDP_SESSION_H
#define THRICE_UDP_SESSION_H

#include "load/udp.h"
#include "load/udp_replies.h"

#include <sys/socket.h>

#define UDP_BATCH          32
#define UDP_DATAGRAM_BYTES 2048

struct udp_session {
    const struct udp_load_options *options;
    struct udp_load_result *result;
    int fd; /* connected; receiving waits at most UDP_WAIT_NS */
    uint64_t start_ns;
    uint64_t timeout_ns;
    uint64_t next_report_ns;
    struct udp_replies replies;
    struct mmsghdr messages[UDP_BATCH];
    struct iovec vectors[UDP_BATCH];
    char datagrams[UDP_BATCH][UDP_DATAGRAM_BYTES];
};

/* So long receiving waits, so that timeouts and a stop are soon seen. */
#define UDP_WAIT_NS (20 * UINT64_C(1000000))

/* Waits for datagrams and takes those that are there. Returns how many, 0 when none came in time;
 * datagram i is session->datagrams[i], of session->messages[i].msg_len bytes. */
int udp_session_receive(struct udp_session *session);

/* Sends one datagram, once more if the kernel only had an old ICMP error to tell. Returns whether
 * it was sent; if not, or not at first, *errors is counted up. */
bool udp_session_send(const struct udp_session *session, const char *bytes, size_t length,
                      uint64_t *errors);

bool udp_session_stopped(const struct udp_session *session);

/* Calls the progress function once a second. */
void udp_session_report(struct udp_session *session, uint64_t now_ns, uint64_t sent);

/* The two ways; each runs the whole load. 0, or -1 and an error. */
int udp_stream(struct udp_session *session, struct error *error);
int udp_pingpong(struct udp_session *session, struct error *error);

#endif
