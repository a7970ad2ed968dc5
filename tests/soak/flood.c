/* Frames that no decent client sends, at a rate, onto the wire (AF_PACKET).
 *
 *   syn         first segments from addresses all over the world that never answer
 *   near        the same from addresses of the guest's own network that nobody has
 *   rst         resets of connections that may or may not be there
 *   window      segments of real connections outside of their window, and overlapping behind a gap
 *   fragments   pieces of datagrams that never become whole, overlap, or end beyond 64 KiB
 *   ping        9 KiB echo requests, in fragments
 *   ethertypes  frames of protocols that nobody has
 *
 * Only in a network namespace that is neither process 1's nor that of whoever starts it: see
 * tests/e2e/inside. Anything else is refused.
 * Usage: flood KIND ADDRESS PORT RATE SECONDS; prints how many frames a second it came to
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    PAYLOAD_MAX = 1480, // of a packet on Ethernet
    VICTIMS = 8,        // real connections of the attack on windows
    VICTIM_FRAMES = 2000,
    PING_BYTES = 9000,
    RATE_MAX = 1000000,
    SECONDS_MAX = 600,
};

static struct {
    int fd;
    struct sockaddr_ll link;
    uint8_t client_mac[6], server_mac[6];
    in_addr_t client, server;
    uint16_t port;
} wire;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
    exit(3);
}

// The same numbers each time: an attack that broke something is to be repeated.
static uint32_t random32(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

// Of a process; false where that cannot be seen.
static bool network_of(const char *pid, char name[64])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
    ssize_t length = readlink(path, name, 63);
    name[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

// We have been started into another network than our parent's, and it is not that of process 1.
static void refuse_host_network(void)
{
    char own[64], other[64], parent[16];
    snprintf(parent, sizeof parent, "%d", (int)getppid());
    bool foreign = network_of("self", own) && network_of(parent, other) && strcmp(own, other) != 0;
    if (foreign && network_of("1", other))
        foreign = strcmp(own, other) != 0;
    if (!foreign) {
        fprintf(stderr, "flood: this is the network I was started from, which is not to be "
                        "loaded: start me by tests/e2e/inside\n");
        exit(3);
    }
}

// The interface whose network has the server, and our address on it.
static void find_interface(char name[IFNAMSIZ])
{
    struct ifaddrs *all;
    if (getifaddrs(&all) < 0)
        fail("getifaddrs");
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
            continue;
        in_addr_t address = ((struct sockaddr_in *)i->ifa_addr)->sin_addr.s_addr;
        in_addr_t mask = ((struct sockaddr_in *)i->ifa_netmask)->sin_addr.s_addr;
        if ((address & mask) == (wire.server & mask)) {
            wire.client = address;
            snprintf(name, IFNAMSIZ, "%s", i->ifa_name);
        }
    }
    freeifaddrs(all);
    if (!name[0]) {
        fprintf(stderr, "flood: no interface in the network of the server\n");
        exit(3);
    }
}

static void find_server_mac(int fd, const char *interface)
{
    struct arpreq ask = {.arp_pa.sa_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = wire.server;
    memcpy(&ask.arp_pa, &to, sizeof to);
    snprintf(ask.arp_dev, sizeof ask.arp_dev, "%s", interface);
    for (int tries = 0; tries < 50; tries++) {
        sendto(fd, "", 0, 0, (struct sockaddr *)&to, sizeof to); // makes the kernel ask
        if (ioctl(fd, SIOCGARP, &ask) == 0 && (ask.arp_flags & ATF_COM)) {
            memcpy(wire.server_mac, ask.arp_ha.sa_data, 6);
            return;
        }
        usleep(20000);
    }
    fail("the server's Ethernet address");
}

static void wire_open(const char *address, const char *port)
{
    struct in_addr server;
    struct ifreq interface = {0};
    if (inet_aton(address, &server) == 0)
        fail(address);
    wire.server = server.s_addr;
    wire.port = (uint16_t)atoi(port);
    find_interface(interface.ifr_name);
    wire.fd = socket(AF_PACKET, SOCK_RAW, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    if (wire.fd < 0 || udp < 0 || ioctl(wire.fd, SIOCGIFHWADDR, &interface) < 0)
        fail("socket");
    memcpy(wire.client_mac, interface.ifr_hwaddr.sa_data, 6);
    find_server_mac(udp, interface.ifr_name);
    close(udp);
    wire.link = (struct sockaddr_ll){.sll_family = AF_PACKET,
                                     .sll_ifindex = (int)if_nametoindex(interface.ifr_name),
                                     .sll_halen = 6};
}

// A frame that finds a queue full is gone, as on any wire.
static void frame_send(const uint8_t *to, uint16_t type, const void *data, size_t bytes)
{
    uint8_t frame[ETH_FRAME_LEN];
    struct ether_header *header = (struct ether_header *)frame;
    memcpy(header->ether_dhost, to, 6);
    memcpy(header->ether_shost, wire.client_mac, 6);
    header->ether_type = htons(type);
    memcpy(frame + sizeof *header, data, bytes);
    if (sendto(wire.fd, frame, sizeof *header + bytes, 0, (struct sockaddr *)&wire.link,
               sizeof wire.link) < 0 &&
        errno != ENOBUFS && errno != EAGAIN)
        fail("send");
}

static uint32_t sum_of(const void *data, size_t bytes, uint32_t sum)
{
    const uint8_t *byte = data;
    for (size_t i = 0; i < bytes; i++)
        sum += i % 2 ? byte[i] : (uint32_t)byte[i] << 8;
    return sum;
}

static uint16_t folded(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

// fragment: the field of the header, flags and offset.
static void packet_send(in_addr_t from, uint8_t protocol, uint16_t id, uint16_t fragment,
                        const void *data, size_t bytes)
{
    uint8_t packet[sizeof(struct iphdr) + PAYLOAD_MAX];
    struct iphdr ip = {.version = 4,
                       .ihl = sizeof ip / 4,
                       .tot_len = htons((uint16_t)(sizeof ip + bytes)),
                       .id = htons(id),
                       .frag_off = htons(fragment),
                       .ttl = 64,
                       .protocol = protocol,
                       .saddr = from,
                       .daddr = wire.server};
    ip.check = folded(sum_of(&ip, sizeof ip, 0));
    memcpy(packet, &ip, sizeof ip);
    memcpy(packet + sizeof ip, data, bytes);
    frame_send(wire.server_mac, ETHERTYPE_IP, packet, sizeof ip + bytes);
}

struct segment {
    in_addr_t from;
    uint16_t port;
    uint32_t sequence, acknowledged;
    bool syn, rst, ack;
    size_t bytes;
};

static void segment_send(const struct segment *segment)
{
    uint8_t text[sizeof(struct tcphdr) + PAYLOAD_MAX] = {0};
    struct tcphdr tcp = {.source = htons(segment->port),
                         .dest = htons(wire.port),
                         .seq = htonl(segment->sequence),
                         .ack_seq = htonl(segment->acknowledged),
                         .doff = sizeof tcp / 4,
                         .syn = segment->syn,
                         .rst = segment->rst,
                         .ack = segment->ack,
                         .window = htons(65535)};
    size_t bytes = sizeof tcp + segment->bytes;
    memcpy(text, &tcp, sizeof tcp);
    memset(text + sizeof tcp, 'x', segment->bytes);
    uint32_t sum = sum_of(&segment->from, 4, sum_of(&wire.server, 4, IPPROTO_TCP));
    tcp.check = folded(sum_of(text, bytes, sum + (uint32_t)bytes));
    memcpy(text, &tcp, sizeof tcp);
    packet_send(segment->from, IPPROTO_TCP, 0, 0, text, bytes);
}

static void syn_one(void)
{
    in_addr_t from = htonl((1 + random32() % 9) << 24 | (random32() & 0xffffff)); // 1. to 9.
    segment_send(&(struct segment){
        .from = from, .port = (uint16_t)random32(), .sequence = random32(), .syn = true});
}

// From those that neither the server nor the clients have (host/environment/network.c).
static void near_one(void)
{
    in_addr_t from = (wire.server & htonl(0xffffff00)) | htonl(100 + random32() % 140);
    segment_send(&(struct segment){
        .from = from, .port = (uint16_t)random32(), .sequence = random32(), .syn = true});
}

static void rst_one(void)
{
    segment_send(&(struct segment){.from = wire.client,
                                   .port = (uint16_t)(32768 + random32() % 28232),
                                   .sequence = random32(),
                                   .acknowledged = random32(),
                                   .rst = true,
                                   .ack = random32() & 1});
}

struct victim {
    int fd;
    in_addr_t from; // the interface may have several addresses
    uint16_t port;
    uint32_t sequence, acknowledged; // what we would send next, what we expect
    int frames_left;
};

static uint32_t queue_sequence(int fd, int queue)
{
    uint32_t sequence;
    socklen_t length = sizeof sequence;
    if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof queue) < 0 ||
        getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, &length) < 0)
        fail("TCP_QUEUE_SEQ");
    return sequence;
}

// A connection like any other, whose sequence numbers the kernel tells (TCP_REPAIR).
static void victim_open(struct victim *victim)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(wire.port)}, name;
    socklen_t length = sizeof name;
    int on = 1, off = -1; // off without a probe of the window
    if (victim->fd > 0)
        close(victim->fd);
    to.sin_addr.s_addr = wire.server;
    victim->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (victim->fd < 0 || connect(victim->fd, (struct sockaddr *)&to, sizeof to) < 0 ||
        getsockname(victim->fd, (struct sockaddr *)&name, &length) < 0 ||
        setsockopt(victim->fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) < 0)
        fail("a connection to attack");
    victim->from = name.sin_addr.s_addr;
    victim->port = ntohs(name.sin_port);
    victim->sequence = queue_sequence(victim->fd, TCP_SEND_QUEUE);
    victim->acknowledged = queue_sequence(victim->fd, TCP_RECV_QUEUE);
    victim->frames_left = VICTIM_FRAMES;
    setsockopt(victim->fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof off);
}

static void window_one(void)
{
    static struct victim victims[VICTIMS];
    struct victim *victim = &victims[random32() % VICTIMS];
    if (victim->frames_left-- <= 0)
        victim_open(victim);
    // Half of them anywhere in the numbers, half behind a gap of one byte, each over the last.
    uint32_t offset = random32() & 1 ? random32() : 1 + random32() % 60000;
    segment_send(&(struct segment){.from = victim->from,
                                   .port = victim->port,
                                   .sequence = victim->sequence + offset,
                                   .acknowledged = victim->acknowledged,
                                   .ack = true,
                                   .bytes = 1 + random32() % 1400});
}

static void fragment_one(void)
{
    static const uint8_t protocols[] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMP};
    uint8_t data[PAYLOAD_MAX] = {0};
    uint16_t offset = random32() % 8192; // of 8 bytes: up to the end of 64 KiB
    bool more = random32() % 4;
    packet_send(wire.client, protocols[random32() % 3], (uint16_t)(random32() % 64),
                (uint16_t)(offset | (more ? IP_MF : 0)), data, (1 + random32() % 184) * 8);
}

static void ping_one(void)
{
    static uint8_t ping[PING_BYTES] = {8}; // echo request, identifier and sequence number 0
    static uint16_t id;
    static size_t at = sizeof ping;
    if (at >= sizeof ping) {
        at = 0;
        id++;
        ping[2] = ping[3] = 0;
        uint16_t sum = folded(sum_of(ping, sizeof ping, 0));
        memcpy(ping + 2, &sum, sizeof sum);
    }
    size_t left = sizeof ping - at, piece = left < PAYLOAD_MAX ? left : PAYLOAD_MAX;
    packet_send(wire.client, IPPROTO_ICMP, id, (uint16_t)(at / 8 | (piece < left ? IP_MF : 0)),
                ping + at, piece);
    at += piece;
}

static void ethertype_one(void)
{
    static const uint8_t everybody[6] = {255, 255, 255, 255, 255, 255};
    uint8_t data[ETH_DATA_LEN] = {0};
    uint16_t type = (uint16_t)random32();
    if (type == ETHERTYPE_IP || type == ETHERTYPE_ARP || type == ETHERTYPE_IPV6)
        type = 0x88b5; // for experiments
    frame_send(random32() % 8 ? wire.server_mac : everybody, type, data, 46 + random32() % 1454);
}

static const struct kind {
    const char *name;
    void (*one)(void);
} kinds[] = {
    {"syn", syn_one},
    {"near", near_one},
    {"rst", rst_one},
    {"window", window_one},
    {"fragments", fragment_one},
    {"ping", ping_one},
    {"ethertypes", ethertype_one},
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run(const struct kind *kind, double rate, double seconds)
{
    double begun_s = now_s(), passed_s = 0;
    unsigned long sent = 0;
    while ((passed_s = now_s() - begun_s) < seconds) {
        if ((double)sent < passed_s * rate) {
            kind->one();
            sent++;
        } else {
            usleep(500);
        }
    }
    printf("%.0f\n", (double)sent / passed_s);
}

int main(int argc, char **argv)
{
    if (argc == 6 && atof(argv[4]) > 0 && atof(argv[4]) <= RATE_MAX && atof(argv[5]) > 0 &&
        atof(argv[5]) <= SECONDS_MAX)
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (strcmp(kinds[i].name, argv[1]) == 0) {
                refuse_host_network();
                wire_open(argv[2], argv[3]);
                run(&kinds[i], atof(argv[4]), atof(argv[5]));
                return 0;
            }
    fprintf(stderr, "usage: flood syn|near|rst|window|fragments|ping|ethertypes ADDRESS PORT RATE "
                    "SECONDS\n");
    return 2;
}
