/* The client beyond the NIC; see client.h. It keeps `parallel` exchanges going, each begun anew
 * when it is answered, lets the first WARM_UP pass, and counts the next COUNTED.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "nic.h"
#include "panic.h"

#define WARM_UP       1000
#define COUNTED       2000
#define PARALLEL_MAX  64
#define PORT_FIRST    10000
#define WEB_PORT      80
#define UDP_PORT      8081
#define UDP_BYTES     64
#define PAGE_BYTES    1000
#define WINDOW        65535
#define QUEUE_MAX     256
#define FRAME_MAX     256
#define SEQUENCE_OURS 1000000u

#define ETHERTYPE_IP  0x0800
#define ETHERTYPE_ARP 0x0806
#define PROTOCOL_TCP  6
#define PROTOCOL_UDP  17

enum { FIN = 1, SYN = 2, PUSH = 8, ACK = 16 };

#define WIRE __attribute__((packed, aligned(2)))

struct ethernet {
    uint8_t to[6], from[6];
    uint16_t type;
} WIRE;

struct arp {
    uint16_t hardware, protocol;
    uint8_t hardware_bytes, protocol_bytes;
    uint16_t operation;
    uint8_t sender_mac[6];
    uint32_t sender_ip;
    uint8_t target_mac[6];
    uint32_t target_ip;
} WIRE;

struct ip {
    uint8_t version, service;
    uint16_t total_bytes, id, fragment;
    uint8_t ttl, protocol;
    uint16_t checksum;
    uint32_t from, to;
} WIRE;

struct tcp {
    uint16_t from, to;
    uint32_t sequence, acknowledged;
    uint8_t offset, flags;
    uint16_t window, checksum, urgent;
} WIRE;

struct udp {
    uint16_t from, to, bytes, checksum;
} WIRE;

struct frame {
    uint16_t bytes;
    unsigned char data[FRAME_MAX];
};

struct exchange {
    uint16_t port;
    uint32_t sequence, expected; /* next of ours, next of the server's */
    uint32_t body_left;          /* of the answer under way; 0 before its first segment */
};

static const uint8_t client_mac[6] = {0x52, 0x54, 0, 0, 0, 1};
static const uint8_t server_mac[6] = {0x52, 0x54, 0, 0, 0, 2};
static const char request[] = "GET / HTTP/1.1\r\nHost: 10.0.0.2\r\n\r\n";
static const char request_close[] = "GET / HTTP/1.0\r\nHost: 10.0.0.2\r\n\r\n";

static struct frame queue[QUEUE_MAX];
static unsigned queued;
static struct exchange exchanges[PARALLEL_MAX];
static unsigned parallel;
static unsigned long answered;
static enum { KEEPALIVE, CLOSE, UDP } kind;
static uint16_t next_port = PORT_FIRST;

static uint16_t swap16(uint16_t value)
{
    return __builtin_bswap16(value);
}

static uint32_t swap32(uint32_t value)
{
    return __builtin_bswap32(value);
}

static uint32_t client_ip(void)
{
    return swap32(0x0a000001);
}

static uint32_t server_ip(void)
{
    return swap32(0x0a000002);
}

static uint16_t header_sum(const struct ip *ip)
{
    const uint16_t *word = (const void *)ip;
    uint32_t sum = 0;

    for (unsigned i = 0; i < sizeof *ip / 2; i++)
        sum += word[i];
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

/* A frame in the queue with its Ethernet header; returns what follows. */
static void *frame_new(uint16_t type, size_t bytes)
{
    if (queued == QUEUE_MAX || sizeof(struct ethernet) + bytes > FRAME_MAX)
        panic("profile: the client has too much to say");
    struct frame *frame = &queue[queued++];
    struct ethernet *ethernet = (void *)frame->data;

    frame->bytes = (uint16_t)(sizeof *ethernet + bytes);
    memset(frame->data, 0, frame->bytes);
    memcpy(ethernet->to, server_mac, sizeof server_mac);
    memcpy(ethernet->from, client_mac, sizeof client_mac);
    ethernet->type = swap16(type);
    return ethernet + 1;
}

/* An IP packet in the queue; returns what follows its header. */
static void *packet_new(uint8_t protocol, size_t bytes)
{
    struct ip *ip = frame_new(ETHERTYPE_IP, sizeof *ip + bytes);

    *ip = (struct ip){
        .version = 0x45,
        .total_bytes = swap16((uint16_t)(sizeof *ip + bytes)),
        .ttl = 64,
        .protocol = protocol,
        .from = client_ip(),
        .to = server_ip(),
    };
    ip->checksum = header_sum(ip);
    return ip + 1;
}

static void tcp_send(struct exchange *exchange, uint8_t flags, const char *text)
{
    size_t bytes = strlen(text);
    struct tcp *tcp = packet_new(PROTOCOL_TCP, sizeof *tcp + bytes);

    *tcp = (struct tcp){
        .from = swap16(exchange->port),
        .to = swap16(WEB_PORT),
        .sequence = swap32(exchange->sequence),
        .acknowledged = swap32(exchange->expected),
        .offset = sizeof *tcp / 4 << 4,
        .flags = flags,
        .window = swap16(WINDOW),
    };
    memcpy(tcp + 1, text, bytes);
    exchange->sequence += (uint32_t)bytes + ((flags & (SYN | FIN)) != 0);
}

static void datagram_send(const struct exchange *exchange)
{
    struct udp *udp = packet_new(PROTOCOL_UDP, sizeof *udp + UDP_BYTES);

    udp->from = swap16(exchange->port);
    udp->to = swap16(UDP_PORT);
    udp->bytes = swap16(sizeof *udp + UDP_BYTES);
}

static void exchange_begin(struct exchange *exchange)
{
    *exchange = (struct exchange){.port = next_port++, .sequence = SEQUENCE_OURS};
    if (kind == UDP)
        datagram_send(exchange);
    else
        tcp_send(exchange, SYN, "");
}

static void one_answered(void)
{
    answered++;
    if (answered == WARM_UP)
        nic_begin_count();
    if (answered == WARM_UP + COUNTED)
        nic_end_count(COUNTED);
}

static void arp_hear(const struct arp *arp)
{
    if (arp->operation != swap16(1) || arp->target_ip != client_ip())
        return;
    struct arp *reply = frame_new(ETHERTYPE_ARP, sizeof *reply);
    *reply = *arp;
    reply->operation = swap16(2);
    memcpy(reply->sender_mac, client_mac, sizeof client_mac);
    reply->sender_ip = client_ip();
    memcpy(reply->target_mac, server_mac, sizeof server_mac);
    reply->target_ip = server_ip();
}

/* How much of the answer's body is still to come, given a part of the answer from its start on. */
static uint32_t body_left(const char *text, size_t bytes)
{
    const char *end = bytes ? memmem(text, bytes, "\r\n\r\n", 4) : NULL;

    if (end == NULL)
        panic("profile: no head of an answer in %lu bytes", bytes);
    return PAGE_BYTES - (uint32_t)(bytes - (size_t)(end + 4 - text));
}

/* Returns whether the answer is complete. */
static bool take(struct exchange *exchange, const char *text, size_t bytes)
{
    exchange->expected += (uint32_t)bytes;
    if (exchange->body_left == 0)
        exchange->body_left = body_left(text, bytes);
    else
        exchange->body_left -= (uint32_t)bytes;
    return exchange->body_left == 0;
}

static void tcp_hear(const struct tcp *tcp, size_t bytes)
{
    size_t head = (size_t)(tcp->offset >> 4) * 4;
    struct exchange *exchange = exchanges;

    while (exchange < exchanges + parallel && exchange->port != swap16(tcp->to))
        exchange++;
    if (exchange == exchanges + parallel)
        return; /* the last ACK of an exchange that is over */
    if (tcp->flags & SYN) {
        exchange->expected = swap32(tcp->sequence) + 1;
        tcp_send(exchange, ACK, "");
        tcp_send(exchange, ACK | PUSH, kind == CLOSE ? request_close : request);
    } else if (bytes > head && take(exchange, (const char *)tcp + head, bytes - head)) {
        one_answered();
        if (kind == KEEPALIVE)
            tcp_send(exchange, ACK | PUSH, request);
    }
    if (tcp->flags & FIN) {
        exchange->expected++;
        tcp_send(exchange, ACK | FIN, "");
        exchange_begin(exchange);
    }
}

static void udp_hear(const struct udp *udp)
{
    for (unsigned i = 0; i < parallel; i++)
        if (exchanges[i].port == swap16(udp->to)) {
            one_answered();
            datagram_send(&exchanges[i]);
        }
}

void client_hear(const unsigned char *frame, size_t bytes)
{
    const struct ethernet *ethernet = (const void *)frame;
    const struct ip *ip = (const void *)(ethernet + 1);

    if (bytes >= sizeof *ethernet + sizeof(struct arp) && ethernet->type == swap16(ETHERTYPE_ARP))
        return arp_hear((const void *)(ethernet + 1));
    if (bytes < sizeof *ethernet + sizeof *ip + sizeof(struct udp) ||
        ethernet->type != swap16(ETHERTYPE_IP) || ip->to != client_ip())
        return;
    if (ip->protocol == PROTOCOL_TCP)
        tcp_hear((const void *)(ip + 1), swap16(ip->total_bytes) - sizeof *ip);
    if (ip->protocol == PROTOCOL_UDP)
        udp_hear((const void *)(ip + 1));
}

/* client= and parallel= are ours: the guest is not to refuse them. */
void __wrap_cmdline_refuse_unknown(const char *const *known);
void __wrap_cmdline_refuse_unknown(const char *const *known)
{
    (void)known;
}

static void start(void)
{
    const char *name = cmdline_option("client"), *many = cmdline_option("parallel");

    if (name == NULL)
        panic("profile: client= is missing on the command line");
    kind = strcmp(name, "udp") == 0 ? UDP : strcmp(name, "close") == 0 ? CLOSE : KEEPALIVE;
    parallel = many ? (unsigned)strtoul(many, NULL, 10) : 1;
    if (parallel > PARALLEL_MAX)
        panic("profile: parallel=%u is more than %u", parallel, PARALLEL_MAX);
    for (unsigned i = 0; i < parallel; i++)
        exchange_begin(&exchanges[i]);
}

bool client_speak(void)
{
    if (parallel == 0)
        start(); /* the server sleeps: it listens */
    if (queued == 0)
        return false;
    for (unsigned i = 0; i < queued; i++)
        nic_deliver(queue[i].data, queue[i].bytes);
    queued = 0;
    return true;
}
