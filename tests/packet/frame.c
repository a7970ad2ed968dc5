/* Frames to and from bytes (frame.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETHERNET_BYTES 14
#define IP4_BYTES      20
#define IP6_BYTES      40
#define FRAGMENT_BYTES 8 /* IPv6's fragment header */
#define TCP_BYTES      20
#define UDP_BYTES      8
#define ICMP_BYTES     8
#define ARP_BYTES      28

#define NEXT_FRAGMENT 44

static const uint8_t our_mac[6] = {0x52, 0x54, 0, 0, 0, 1};
static const uint8_t guest_mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const uint8_t our_ip4[4] = {10, 0, 2, 2};
static const uint8_t guest_ip4[4] = {10, 0, 2, 15};
static uint8_t our_ip6[ADDRESS6_BYTES] = {0xfe, 0x80, [15] = 1};
static uint8_t guest_ip6[ADDRESS6_BYTES] = {
    0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x50, 0x54, 0x00, 0xff, 0xfe, 0x12, 0x34, 0x56,
};

void frame_addresses6(const uint8_t ours[ADDRESS6_BYTES], const uint8_t guests[ADDRESS6_BYTES])
{
    memcpy(our_ip6, ours, ADDRESS6_BYTES);
    memcpy(guest_ip6, guests, ADDRESS6_BYTES);
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* ---- checksums (RFC 1071) ----------------------------------------------------------------- */

static uint32_t sum(const uint8_t *bytes, size_t length, uint32_t start)
{
    for (size_t i = 0; i < length; i++)
        start += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    return start;
}

static uint16_t fold(uint32_t total)
{
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

static uint8_t ip_protocol(const struct packet *packet)
{
    switch (packet->protocol) {
    case PROTOCOL_TCP:
        return 6;
    case PROTOCOL_UDP:
        return 17;
    default:
        return packet->v6 ? 58 : 1;
    }
}

/* Over pseudo-header and packet; ICMP of IPv4 has no pseudo-header. */
static uint16_t checksum(bool v6, uint8_t protocol, const uint8_t *source, const uint8_t *target,
                         const uint8_t *bytes, size_t length)
{
    size_t address_bytes = v6 ? 16 : 4;
    uint32_t total = 0;

    if (v6 || protocol != 1) {
        total = sum(source, address_bytes, 0);
        total = sum(target, address_bytes, total);
        total += protocol + (uint32_t)length;
    }
    return fold(sum(bytes, length, total));
}

/* ---- to the wire ---------------------------------------------------------------------------- */

static size_t transport_encode(const struct packet *packet, uint8_t *at)
{
    const uint8_t *source = packet->v6 ? our_ip6 : our_ip4;
    const uint8_t *target = packet->v6 ? guest_ip6 : guest_ip4;
    size_t header, checksum_at;

    if (packet->protocol == PROTOCOL_TCP) {
        header = TCP_BYTES + packet->options_bytes;
        checksum_at = 16;
        put16(at, packet->from_port);
        put16(at + 2, packet->to_port);
        put32(at + 4, packet->seq);
        put32(at + 8, packet->ack);
        at[12] = (uint8_t)(header / 4 << 4);
        at[13] = packet->flags;
        put16(at + 14, packet->window);
        put16(at + 18, packet->urgent);
        memcpy(at + TCP_BYTES, packet->options, packet->options_bytes);
    } else if (packet->protocol == PROTOCOL_UDP) {
        header = UDP_BYTES;
        checksum_at = 6;
        put16(at, packet->from_port);
        put16(at + 2, packet->to_port);
        put16(at + 4, UDP_BYTES + (uint32_t)packet->length);
    } else {
        header = ICMP_BYTES;
        checksum_at = 2;
        at[0] = packet->type;
        at[1] = packet->code;
        put32(at + 4, packet->rest);
    }
    put16(at + checksum_at, 0);
    if (packet->length > 0)
        memcpy(at + header, packet->data, packet->length);
    uint16_t found = checksum(packet->v6, ip_protocol(packet), packet->spoofed ? target : source,
                              target, at, header + packet->length);
    put16(at + checksum_at, packet->protocol == PROTOCOL_UDP && found == 0 ? 0xffff : found);
    return header + packet->length;
}

/* Ethernet and IP headers in front of a piece of a packet; their length. */
static size_t ip_encode(const struct packet *packet, uint8_t *frame, size_t offset, size_t bytes,
                        bool more, uint16_t id)
{
    bool fragmented = more || offset > 0;
    uint8_t *ip = frame + ETHERNET_BYTES;

    memcpy(frame, guest_mac, 6);
    memcpy(frame + 6, our_mac, 6);
    put16(frame + 12, packet->v6 ? 0x86dd : 0x0800);
    if (!packet->v6) {
        memset(ip, 0, IP4_BYTES);
        ip[0] = 0x45;
        put16(ip + 2, (uint32_t)(IP4_BYTES + bytes));
        put16(ip + 4, id);
        put16(ip + 6, (uint32_t)(offset / 8) | (more ? 0x2000 : 0));
        ip[8] = 64;
        ip[9] = ip_protocol(packet);
        memcpy(ip + 12, packet->spoofed ? guest_ip4 : our_ip4, 4);
        memcpy(ip + 16, guest_ip4, 4);
        put16(ip + 10, fold(sum(ip, IP4_BYTES, 0)));
        return ETHERNET_BYTES + IP4_BYTES;
    }
    put32(ip, 0x60000000);
    put16(ip + 4, (uint32_t)(bytes + (fragmented ? FRAGMENT_BYTES : 0)));
    ip[6] = fragmented ? NEXT_FRAGMENT : ip_protocol(packet);
    ip[7] = packet->protocol == PROTOCOL_ICMP ? 255 : 64;
    memcpy(ip + 8, packet->spoofed ? guest_ip6 : our_ip6, 16);
    memcpy(ip + 24, guest_ip6, 16);
    if (!fragmented)
        return ETHERNET_BYTES + IP6_BYTES;
    put16(ip + IP6_BYTES, (uint32_t)ip_protocol(packet) << 8);
    put16(ip + IP6_BYTES + 2, (uint32_t)offset | more);
    put32(ip + IP6_BYTES + 4, id);
    return ETHERNET_BYTES + IP6_BYTES + FRAGMENT_BYTES;
}

static void arp_send(const struct packet *packet, frame_sink *sink, void *to)
{
    static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t start[8] = {0, 1, 8, 0, 6, 4, 0, 0};
    uint8_t frame[ETHERNET_BYTES + ARP_BYTES] = {0}, *arp = frame + ETHERNET_BYTES;

    memcpy(frame, packet->type == 1 ? all : guest_mac, 6);
    memcpy(frame + 6, our_mac, 6);
    put16(frame + 12, 0x0806);
    memcpy(arp, start, sizeof start);
    arp[7] = packet->type;
    memcpy(arp + 8, our_mac, 6);
    memcpy(arp + 14, our_ip4, 4);
    memcpy(arp + 18, guest_mac, packet->type == 1 ? 0 : 6);
    memcpy(arp + 24, guest_ip4, 4);
    sink(to, frame, sizeof frame);
}

void packet_send(const struct packet *packet, const struct cut *cut, frame_sink *sink, void *to)
{
    static uint8_t whole[PACKET_MAX_BYTES + TCP_BYTES + OPTIONS_BYTES];
    static uint16_t id;
    uint8_t frame[FRAME_MAX_BYTES];

    if (packet->protocol == PROTOCOL_ARP) {
        arp_send(packet, sink, to);
        return;
    }
    size_t total = transport_encode(packet, whole);
    if (cut->corrupt)
        whole[total - 1] ^= 0x55;
    size_t piece = cut->fragment_bytes ? cut->fragment_bytes : total;
    size_t count = (total + piece - 1) / piece + cut->empty;
    id++;
    for (size_t i = 0; i < count; i++) {
        size_t index = cut->reversed ? count - 1 - i : i;
        size_t offset = index * piece < total ? index * piece : total;
        size_t bytes = offset + piece < total ? piece : total - offset;
        size_t header = ip_encode(packet, frame, offset, bytes, index + 1 < count, id);
        if ((int)index == cut->missing)
            continue;
        memcpy(frame + header, whole + offset, bytes);
        sink(to, frame, header + bytes);
    }
}

/* ---- from the wire -------------------------------------------------------------------------- */

bool frame_is_ours(const uint8_t *frame)
{
    return memcmp(frame + 6, our_mac, 6) == 0;
}

static bool wrong(const char **fault, const char *what)
{
    *fault = what;
    return false;
}

static bool transport_decode(struct packet *packet, uint8_t protocol, const uint8_t *source,
                             const uint8_t *target, const uint8_t *at, size_t length,
                             const char **fault)
{
    size_t header = protocol == 6 ? TCP_BYTES : UDP_BYTES;

    if (protocol != 6 && protocol != 17 && protocol != (packet->v6 ? 58 : 1))
        return true;
    if (length < header)
        return wrong(fault, "shorter than its header");
    if (!(protocol == 17 && !packet->v6 && get16(at + 6) == 0) &&
        checksum(packet->v6, protocol, source, target, at, length) != 0)
        return wrong(fault, "wrong checksum");
    if (protocol == 6) {
        packet->protocol = PROTOCOL_TCP;
        header = (size_t)(at[12] >> 4) * 4;
        if (header < TCP_BYTES || header > length)
            return wrong(fault, "wrong TCP header length");
        packet->seq = get32(at + 4);
        packet->ack = get32(at + 8);
        packet->flags = at[13];
        packet->window = get16(at + 14);
        packet->urgent = get16(at + 18);
        packet->options_bytes = header - TCP_BYTES;
        memcpy(packet->options, at + TCP_BYTES, packet->options_bytes);
    } else if (protocol == 17) {
        packet->protocol = PROTOCOL_UDP;
        if (get16(at + 4) != length)
            return wrong(fault, "wrong UDP length");
    } else {
        packet->protocol = PROTOCOL_ICMP;
        packet->type = at[0];
        packet->code = at[1];
        packet->rest = get32(at + 4);
    }
    if (protocol != 1 && protocol != 58) {
        packet->from_port = get16(at);
        packet->to_port = get16(at + 2);
    }
    packet->data = at + header;
    packet->length = length - header;
    return true;
}

/* The fragments of one packet, in the order in which the guest sends them. */
static struct {
    uint8_t bytes[PACKET_MAX_BYTES];
    size_t length;
} gathered;

/* Takes a piece; true when it was the last and *at, *length are the whole. */
static bool gather(const uint8_t **at, size_t *length, size_t offset, bool more, const char **fault)
{
    if (offset != (offset == 0 ? 0 : gathered.length) || offset + *length > PACKET_MAX_BYTES)
        return wrong(fault, "fragments out of order");
    memcpy(gathered.bytes + offset, *at, *length);
    gathered.length = offset + *length;
    *at = gathered.bytes;
    *length = gathered.length;
    return !more;
}

static bool ip4_decode(const uint8_t *ip, size_t length, struct packet *packet, const char **fault)
{
    if (length < IP4_BYTES || ip[0] != 0x45 || get16(ip + 2) > length)
        return wrong(fault, "wrong IPv4 length");
    if (fold(sum(ip, IP4_BYTES, 0)) != 0)
        return wrong(fault, "wrong IPv4 checksum");
    const uint8_t *at = ip + IP4_BYTES;
    size_t bytes = get16(ip + 2) - (size_t)IP4_BYTES, offset = (get16(ip + 6) & 0x1fffu) * 8;
    bool more = get16(ip + 6) & 0x2000;
    packet->ip = ip;
    packet->ip_bytes = get16(ip + 2);
    if ((more || offset > 0) && !gather(&at, &bytes, offset, more, fault))
        return false;
    return transport_decode(packet, ip[9], ip + 12, ip + 16, at, bytes, fault);
}

static bool ip6_decode(const uint8_t *ip, size_t length, struct packet *packet, const char **fault)
{
    if (length < IP6_BYTES || ip[0] >> 4 != 6 || (size_t)get16(ip + 4) + IP6_BYTES > length)
        return wrong(fault, "wrong IPv6 length");
    const uint8_t *at = ip + IP6_BYTES;
    size_t bytes = get16(ip + 4);
    uint8_t next = ip[6];
    packet->v6 = true;
    packet->ip = ip;
    packet->ip_bytes = IP6_BYTES + bytes;
    if (next == NEXT_FRAGMENT && bytes >= FRAGMENT_BYTES) {
        size_t offset = get16(at + 2) & 0xfff8u;
        bool more = at[3] & 1;
        next = at[0];
        at += FRAGMENT_BYTES;
        bytes -= FRAGMENT_BYTES;
        if (!gather(&at, &bytes, offset, more, fault))
            return false;
    }
    return transport_decode(packet, next, ip + 8, ip + 24, at, bytes, fault);
}

bool packet_decode(const uint8_t *frame, size_t length, struct packet *packet, const char **fault)
{
    *fault = NULL;
    memset(packet, 0, sizeof *packet);
    if (length < ETHERNET_BYTES)
        return wrong(fault, "shorter than an Ethernet header");
    const uint8_t *inner = frame + ETHERNET_BYTES;
    length -= ETHERNET_BYTES;
    switch (get16(frame + 12)) {
    case 0x0800:
        return ip4_decode(inner, length, packet, fault);
    case 0x86dd:
        return ip6_decode(inner, length, packet, fault);
    case 0x0806:
        if (length < ARP_BYTES)
            return wrong(fault, "short ARP");
        packet->protocol = PROTOCOL_ARP;
        packet->type = inner[7];
        packet->code = memcmp(inner + 24, our_ip4, 4) == 0; /* about us */
        return true;
    default:
        return true;
    }
}

/* ---- TCP options ------------------------------------------------------------------------------
 */

static void blocks_print(const uint8_t *block, const uint8_t *end, uint32_t isn, char *text,
                         size_t room)
{
    size_t used = (size_t)snprintf(text, room, "sack");

    for (; block < end && used < room; block += 8)
        used += (size_t)snprintf(text + used, room - used, " %u:%u", get32(block) - isn,
                                 get32(block + 4) - isn);
}

static size_t option_print(const uint8_t *option, size_t left, uint32_t isn, char *text,
                           size_t room)
{
    size_t bytes = option[0] < 2 ? 1 : left < 2 ? 0 : option[1];

    if (bytes == 0 || bytes > left || (option[0] >= 2 && bytes < 2)) {
        snprintf(text, room, "malformed");
        return left;
    }
    if (option[0] == 0)
        snprintf(text, room, "eol");
    else if (option[0] == 1)
        snprintf(text, room, "nop");
    else if (option[0] == 2 && bytes == 4)
        snprintf(text, room, "mss %u", get16(option + 2));
    else if (option[0] == 3 && bytes == 3)
        snprintf(text, room, "ws %u", option[2]);
    else if (option[0] == 4 && bytes == 2)
        snprintf(text, room, "sackok");
    else if (option[0] == 5 && bytes % 8 == 2)
        blocks_print(option + 2, option + bytes, isn, text, room);
    else
        snprintf(text, room, "%u:%zu bytes", option[0], bytes);
    return option[0] == 0 ? left : bytes;
}

void options_print(const uint8_t *options, size_t bytes, uint32_t isn, char *text,
                   size_t text_bytes)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < bytes && used + 2 < text_bytes;) {
        if (i > 0)
            text[used++] = ',';
        i += option_print(options + i, bytes - i, isn, text + used, text_bytes - used);
        used += strlen(text + used);
    }
}

static int hex_parse(const char *text, uint8_t *to, size_t room)
{
    size_t count = 0;

    for (; isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]); text += 2) {
        char pair[3] = {text[0], text[1], '\0'};
        if (count == room)
            return -1;
        to[count++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return *text == '\0' ? (int)count : -1;
}

static int option_parse(const char *text, uint32_t isn, uint8_t *to, size_t room)
{
    unsigned value, right;
    char end;

    if (room < 4)
        return -1;
    if (strcmp(text, "nop") == 0 || strcmp(text, "eol") == 0) {
        to[0] = text[0] == 'n';
        return 1;
    }
    if (strcmp(text, "sackok") == 0) {
        memcpy(to, (uint8_t[]){4, 2}, 2);
        return 2;
    }
    if (sscanf(text, "mss %u%c", &value, &end) == 1 && value <= 65535) {
        memcpy(to, (uint8_t[]){2, 4, (uint8_t)(value >> 8), (uint8_t)value}, 4);
        return 4;
    }
    if (sscanf(text, "ws %u%c", &value, &end) == 1 && value <= 255) {
        memcpy(to, (uint8_t[]){3, 3, (uint8_t)value}, 3);
        return 3;
    }
    if (sscanf(text, "sack %u:%u%c", &value, &right, &end) == 2 && room >= 10) {
        memcpy(to, (uint8_t[]){5, 10}, 2);
        put32(to + 2, isn + value);
        put32(to + 6, isn + right);
        return 10;
    }
    return strncmp(text, "raw ", 4) == 0 ? hex_parse(text + 4, to, room) : -1;
}

int options_parse(const char *text, uint32_t isn, uint8_t options[OPTIONS_BYTES])
{
    char copy[256], *save = NULL;
    int total = 0;

    memset(options, 0, OPTIONS_BYTES);
    if (strlen(text) >= sizeof copy)
        return -1;
    strcpy(copy, text);
    for (char *one = strtok_r(copy, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
        int bytes = option_parse(one, isn, options + total, OPTIONS_BYTES - (size_t)total);
        if (bytes < 0)
            return -1;
        total += bytes;
    }
    return (total + 3) / 4 * 4;
}
