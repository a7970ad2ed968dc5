/* Frames as the scripts speak of them: one decoded packet, to and from the bytes on the wire.
 *
 * Ethernet II; IPv4 (RFC 791), IPv6 (RFC 8200), ARP (RFC 826), TCP (RFC 9293), UDP (RFC 768),
 * ICMP (RFC 792), ICMPv6 with neighbour discovery (RFC 4443, 4861). The wire has two hosts:
 *
 *            MAC                 IPv4        IPv6
 *   we       52:54:00:00:00:01   10.0.2.2    fe80::1
 *   guest    52:54:00:12:34:56   10.0.2.15   fe80::5054:ff:fe12:3456
 *
 * Those of IPv6 can be changed.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TEST_FRAME_H
#define THRICE_TEST_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX_BYTES  1514
#define PACKET_MAX_BYTES 65535
#define OPTIONS_BYTES    40

enum {
    FLAG_FIN = 1,
    FLAG_SYN = 2,
    FLAG_RST = 4,
    FLAG_PSH = 8,
    FLAG_ACK = 16,
    FLAG_URG = 32,
};

enum {
    ICMP_PONG = 0,
    ICMP_UNREACHABLE = 3,
    ICMP_PING = 8,
    ICMP6_PING = 128,
    ICMP6_PONG = 129,
    ICMP6_ROUTER_ADVERTISEMENT = 134,
    ICMP6_SOLICITATION = 135,
    ICMP6_ADVERTISEMENT = 136,
};

enum protocol {
    PROTOCOL_OTHER,
    PROTOCOL_ARP,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
    PROTOCOL_ICMP,
    PROTOCOL_DHCP, /* of scripts alone: on the wire it is UDP */
};

#define ADDRESS6_BYTES 16

struct packet {
    enum protocol protocol;
    bool v6;
    bool spoofed;                   /* to be sent with the guest's own address as its source */
    uint16_t from_port, to_port;    /* TCP, UDP */
    uint32_t seq, ack;              /* TCP, as on the wire */
    uint8_t flags;                  /* TCP: FLAG_* */
    uint16_t window, urgent;        /* TCP, as on the wire */
    uint8_t options[OPTIONS_BYTES]; /* TCP */
    size_t options_bytes;           /* a multiple of 4 */
    uint8_t type, code;             /* ICMP; ARP: type is the operation */
    uint32_t rest;                  /* ICMP: what follows the checksum */
    const uint8_t *data;            /* behind the header */
    size_t length;
    const uint8_t *ip; /* decoded: the whole IP packet, for an ICMP error to quote */
    size_t ip_bytes;
};

/* How a packet is put on the wire: whole, or in fragments of so many bytes (a multiple of 8). */
struct cut {
    size_t fragment_bytes; /* 0: whole */
    bool reversed;         /* the last fragment first */
    int missing;           /* this one, from 0, is not sent; -1: all are */
    bool empty;            /* the last fragment has no bytes, all bytes are in those before */
    bool corrupt;          /* a byte of the packet is flipped behind the checksum's back */
};

typedef void frame_sink(void *to, const uint8_t *frame, size_t length);

/* Gives the frames of one packet to a sink, with right checksums, padded to nothing. */
void packet_send(const struct packet *packet, const struct cut *cut, frame_sink *sink, void *to);

/* From here on packets of IPv6 are between these. */
void frame_addresses6(const uint8_t ours[ADDRESS6_BYTES], const uint8_t guests[ADDRESS6_BYTES]);

/* Decodes a frame, collecting the fragments of one packet at a time. True: *packet is a whole
 * packet, its pointers good until the next call. False: nothing yet, or, with *fault set to a
 * text, something that no host may send (a wrong checksum or length).
 */
bool packet_decode(const uint8_t *frame, size_t length, struct packet *packet, const char **fault);

/* Whether a frame was sent by us (and only seen again). */
bool frame_is_ours(const uint8_t *frame);

/* TCP options as text, "mss 1460,nop,ws 3,sackok": of `bytes`, into text; the blocks of "sack 1:5
 * 9:11" counted from isn. Options without a name
 * here are KIND:HEX, and what cannot be read is "malformed".
 */
void options_print(const uint8_t *options, size_t bytes, uint32_t isn, char *text,
                   size_t text_bytes);

/* The reverse: the number of bytes, padded with zeros to a multiple of 4, or -1. "raw HEX" stands
 * for any bytes.
 */
int options_parse(const char *text, uint32_t isn, uint8_t options[OPTIONS_BYTES]);

#endif
