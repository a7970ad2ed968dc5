// sources: tests/unit/tcp_by_hand.c net/transmit_queue.c net/segmentation.c net/checksum_offload.c guest/virtio/virtqueue.c $(TCP_SOURCES)
// flags: -Wl,--wrap=tcp_input,--wrap=tcp_tmr,--wrap=tcp_netif_ip_addr_changed
/* A stream from lwIP through the transmit queue to a NIC that cuts segments, holds frames and gives
 * them back late, and a client that loses some: what is sent, and when, and that all of it arrives.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tcp_by_hand.h"

#include "lwip/inet_chksum.h"
#include "netif/ethernet.h"

#include "checksum_offload.h"
#include "heap.h"
#include "slab.h"
#include "tcp_demux.h"
#include "time.h"
#include "transmit_queue.h"

#define MSS       536u /* of a client that says none */
#define STREAM    (256u * 1024)
#define WINDOW    65535
#define RING_MAX  64
#define NOT_LOST  UINT32_MAX
#define HEADERS   (SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN)
#define TOGETHER  8u /* segments: of a burst that is joined */
#define TICK_MS   100
#define NOTES_MAX 4096
#define TURNS_MAX 100000 /* far more than any stream takes */
#define NONE_KEPT (-1)
#define TRIALS    1000
#define TRIAL_MS  3600000 /* the client says when its window opens by chance alone */

/* Of the stream's bytes. */
static uint8_t letter(uint32_t at)
{
    return (uint8_t)(at ^ at >> 8 ^ at >> 16);
}

/* ---- the client ----------------------------------------------------------------------------- */

struct acknowledgement {
    uint32_t next, sack[2]; /* as bytes of the stream */
};

static uint16_t port = 2000; /* of each test its own */

static struct {
    struct acknowledgement notes[NOTES_MAX];
    unsigned note_count;
    uint32_t first;         /* the server's sequence number of the stream's first byte */
    uint32_t next, highest; /* received without a gap, and at all */
    bool has[STREAM];
    bool sack;
    bool silent;               /* acknowledges nothing */
    unsigned segments;         /* since the last look */
    uint32_t last, most_bytes; /* where the last began, how much has been sent of the stream */
    uint32_t lost;             /* the one that begins here is lost, once */
    unsigned lost_in_100;
    uint32_t ended_at; /* where a FIN stood, or 0 */
} client;

/* Notes an acknowledgement, which arrives with client_speak(). */
static void client_note(void)
{
    struct acknowledgement *note = &client.notes[client.note_count++];

    assert_true(client.note_count < NOTES_MAX);
    *note = (struct acknowledgement){.next = client.next};
    if (client.sack && client.highest > client.next) {
        note->sack[0] = note->sack[1] = client.highest;
        while (note->sack[0] > client.next && client.has[note->sack[0] - 1])
            note->sack[0]--;
    }
}

static bool client_speak(void)
{
    for (unsigned i = 0; i < client.note_count; i++) {
        const struct acknowledgement *note = &client.notes[i];
        client_sack[0] = client.first + note->sack[0];
        client_sack[1] = note->sack[1] ? client.first + note->sack[1] : 0;
        arrive(port, (struct segment){TCP_ACK, CLIENT_ISN + 1, client.first + note->next, 0});
    }
    bool spoke = client.note_count > 0;
    client.note_count = 0;
    return spoke;
}

static void client_acknowledge(void)
{
    client_note();
    client_speak();
}

/* Less than it has, and possibly less than it has said. */
static void client_acknowledge_in_part(void)
{
    uint32_t next = client.next;

    client.next -= (uint32_t)rand() % (LWIP_MIN(next, 3 * MSS) + 1);
    client_acknowledge();
    client.next = next;
}

static void client_reset(void)
{
    arrive(port, (struct segment){.flags = TCP_RST, .sequence = CLIENT_ISN + 1});
}

static void client_receive(uint32_t at, const uint8_t *data, uint32_t bytes)
{
    client.segments++;
    client.last = at;
    client.most_bytes = LWIP_MAX(client.most_bytes, at + bytes);
    assert_true(at + bytes <= STREAM);
    for (uint32_t i = 0; i < bytes; i++)
        assert_int_equal(data[i], letter(at + i));
    if (at == client.lost || (unsigned)rand() % 100 < client.lost_in_100) {
        client.lost = NOT_LOST;
        return;
    }
    memset(client.has + at, true, bytes);
    client.highest = LWIP_MAX(client.highest, at + bytes);
    while (client.next < STREAM && client.has[client.next])
        client.next++;
}

static void client_has_lost(uint32_t from, uint32_t to)
{
    memset(client.has + from, false, to - from);
    client.next = LWIP_MIN(client.next, from);
    while (client.highest > 0 && !client.has[client.highest - 1])
        client.highest--;
}

/* ---- the NIC -------------------------------------------------------------------------------- */

static struct {
    struct virtio_net net;
    void *memory;
    uint16_t seen, given_back;
    bool stalls; /* looks at nothing */
    bool keeps;  /* sends, and gives nothing back */
    int kept;    /* the one that it does not give back, by its number; NONE_KEPT */
    unsigned frames;
} nic;

void virtio_net_flush(struct virtio_net *net, bool send)
{
    if (send)
        virtqueue_publish(&net->transmit);
}

static void nic_start(uint16_t ring)
{
    memset(&nic, 0, sizeof nic);
    nic.kept = NONE_KEPT;
    nic.memory = aligned_alloc(VIRTQUEUE_ALIGN, 4 * VIRTQUEUE_ALIGN);
    assert_true(virtqueue_bytes(ring) <= 4 * VIRTQUEUE_ALIGN);
    virtqueue_init(&nic.net.transmit, ring, nic.memory, false);
    nic.net.header_bytes = VIRTIO_NET_HEADER_BYTES_MAX;
    nic.net.checksum_offload = nic.net.segmentation_offload4 = true;
    transmit_queue_init(&nic.net);
}

/* The chain, header first; returns its bytes. */
static size_t gather(uint16_t id, uint8_t *bytes, size_t room)
{
    const struct virtq_desc *desc = &nic.net.transmit.desc[id];
    size_t at = 0;

    for (;; desc = &nic.net.transmit.desc[desc->next]) {
        assert_true(at + desc->length <= room);
        memcpy(bytes + at, (void *)(uintptr_t)desc->address, desc->length);
        at += desc->length;
        if (!(desc->flags & VIRTQ_DESC_F_NEXT))
            return at;
    }
}

static uint16_t sum(const uint8_t *bytes, size_t length, uint32_t start)
{
    for (size_t i = 0; i < length; i++)
        start += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (start >> 16)
        start = (start & 0xffff) + (start >> 16);
    return (uint16_t)start;
}

/* What a device makes of the partial sum and a piece of the data, as the receiver checks it. */
static void check_sum(const uint8_t *packet, uint32_t tcp_bytes, uint32_t piece_at,
                      uint32_t piece_bytes)
{
    const struct tcp_hdr *tcp = (const void *)(packet + IP_HLEN);
    uint32_t piece = TCP_HLEN + piece_bytes;
    uint32_t partial = lwip_ntohs(tcp->chksum);

    partial += (uint16_t)~tcp_bytes + piece; /* the pseudo header has the length of the whole */
    uint32_t pseudo = IP_PROTO_TCP + piece;
    assert_int_equal(sum(packet + 12, 8, pseudo), sum(NULL, 0, partial));
    assert_true(piece_at + piece_bytes <= tcp_bytes - TCP_HLEN);
}

static void nic_send(uint16_t id)
{
    static uint8_t bytes[70000];
    size_t length = gather(id, bytes, sizeof bytes);
    const struct virtio_net_header *header = (const void *)bytes;
    const uint8_t *packet = bytes + sizeof *header + SIZEOF_ETH_HDR;
    const struct tcp_hdr *tcp = (const void *)(packet + IP_HLEN);
    uint32_t ip_bytes = (uint32_t)(length - sizeof *header - SIZEOF_ETH_HDR);
    uint32_t data_bytes = ip_bytes - IP_HLEN - TCP_HLEN;
    uint32_t cut = header->gso_type ? header->gso_size : data_bytes;

    nic.frames++;
    assert_int_equal(inet_chksum(packet, IP_HLEN), 0);
    assert_int_equal(lwip_ntohs(IPH_LEN((const struct ip_hdr *)packet)), ip_bytes);
    assert_int_equal(header->flags, VIRTIO_NET_HEADER_F_NEEDS_CSUM);
    if (lwip_ntohs(tcp->dest) != port) /* a test before could not end it */
        return;
    if (TCPH_FLAGS(tcp) & TCP_FIN)
        client.ended_at = lwip_ntohl(tcp->seqno) - client.first + data_bytes;
    for (uint32_t at = 0; at < data_bytes; at += cut) {
        uint32_t piece = LWIP_MIN(cut, data_bytes - at);
        check_sum(packet, ip_bytes - IP_HLEN, at, piece);
        client_receive(lwip_ntohl(tcp->seqno) - client.first + at, packet + IP_HLEN + TCP_HLEN + at,
                       piece);
        if (!client.silent)
            client_note();
    }
}

static void nic_give_back_one(uint16_t number)
{
    struct virtqueue *queue = &nic.net.transmit;
    uint16_t id = queue->avail->ring[number % queue->size];

    queue->used->ring[queue->used->index++ % queue->size] = (struct virtq_used_element){id, 0};
}

static void nic_give_back(void)
{
    for (; nic.given_back != nic.seen; nic.given_back++)
        if (nic.given_back != nic.kept)
            nic_give_back_one(nic.given_back);
}

/* Whether it did anything. As the event loop of the guest: reclaims, takes in, then sends. */
static bool nic_run(void)
{
    struct virtqueue *queue = &nic.net.transmit;
    bool worked = false;

    transmit_queue_reclaim();
    transmit_queue_flush();
    while (!nic.stalls && nic.seen != queue->avail->index) {
        nic_send(queue->avail->ring[nic.seen++ % queue->size]);
        if (!nic.keeps)
            nic_give_back();
        worked = true;
    }
    transmit_queue_reclaim();
    return client_speak() || worked;
}

/* ---- the server ------------------------------------------------------------------------------ */

static err_t to_nic(struct netif *out, struct pbuf *p, const ip4_addr_t *to)
{
    static const struct eth_addr mac;
    (void)to;
    return ethernet_output(out, p, &mac, &mac, ETHTYPE_IP);
}

static uint32_t written;

static void begin(uint16_t ring)
{
    memset(&client, 0, sizeof client);
    client.lost = NOT_LOST;
    client_window_bytes = WINDOW;
    written = 0;
    client.first = open_connection(++port, CLIENT_ISN);
    tcp_nagle_disable(owners[port].pcb);
    nic_start(ring);
    netif.output = to_nic;
    netif.linkoutput = transmit_queue_add;
    netif.hwaddr_len = ETH_HWADDR_LEN;
    NETIF_SET_CHECKSUM_CTRL(&netif, NETIF_CHECKSUM_ENABLE_ALL & ~NETIF_CHECKSUM_GEN_TCP);
}

static void server_write(uint32_t until)
{
    static uint8_t data[STREAM];
    struct tcp_pcb *pcb = owners[port].pcb;

    if (!pcb || written == until)
        return;
    uint32_t bytes = LWIP_MIN(until - written, LWIP_MIN(tcp_sndbuf(pcb), 0xffff));
    for (uint32_t i = 0; i < bytes; i++)
        data[i] = letter(written + i);
    tcp_demux_touch(pcb);
    if (bytes > 0 && tcp_write(pcb, data, (uint16_t)bytes, TCP_WRITE_FLAG_COPY) == ERR_OK)
        written += bytes;
    tcp_output(pcb);
}

/* So that the next segments leave together. */
static void window_open(void)
{
    owners[port].pcb->cwnd = WINDOW;
}

static void run(uint32_t until)
{
    for (unsigned turns = 0; client.next < until; turns++) {
        assert_in_range(turns, 0, TURNS_MAX);
        server_write(until);
        if (!nic_run())
            let_pass(TICK_MS);
    }
}

static int set_up_wire(void **state)
{
    srand(1);
    return set_up(state);
}

/* The client goes away, and whatever the NIC still has comes back. */
static int tear_down_wire(void **state)
{
    client.silent = true;
    nic.stalls = nic.keeps = false;
    client_reset();
    nic_run();
    nic_give_back();
    transmit_queue_reclaim();
    while (nic_run())
        ;
    assert_int_equal(nic.net.transmit.outstanding, 0);
    assert_int_equal(nic.net.transmit.free_count, nic.net.transmit.size);
    netif_start(&netif);
    NETIF_SET_CHECKSUM_CTRL(&netif, NETIF_CHECKSUM_ENABLE_ALL);
    free(nic.memory);
    return tear_down(state);
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* A burst of segments leaves as one frame; the third is lost. */
static void lose_one(bool sack)
{
    begin(RING_MAX);
    client.sack = sack;
    window_open();
    client.lost = 2 * MSS;
    server_write(TOGETHER * MSS);
    nic_run();
    assert_int_equal(nic.frames, 1);
    assert_int_equal(client.segments, TOGETHER);
    assert_int_equal(client.next, 2 * MSS);
    client.segments = 0;
    uint64_t before_ns = time_monotonic_ns();
    nic_run();
    assert_int_equal(client.segments, 1); /* that one alone, and at once */
    assert_int_equal(client.last, 2 * MSS);
    assert_int_equal(client.next, TOGETHER * MSS);
    assert_int_equal(time_monotonic_ns(), before_ns);
    assert_false(nic_run());
}

static void test_tcp_transmit_loss_within_what_was_joined(void **state)
{
    (void)state;
    lose_one(true);
}

static void test_tcp_transmit_loss_within_what_was_joined_without_sack(void **state)
{
    (void)state;
    lose_one(false);
}

/* The client acknowledges up to the middle of a segment that the NIC still has. */
static void test_tcp_transmit_acknowledged_in_the_middle(void **state)
{
    (void)state;
    begin(RING_MAX);
    client.silent = nic.keeps = true;
    window_open();
    server_write(TOGETHER * MSS);
    nic_run();
    assert_int_equal(nic.frames, 1);
    client_has_lost(2 * MSS + 100, STREAM);
    client_acknowledge();
    assert_false(nic_run());
    client.segments = 0;
    client.silent = nic.keeps = false;
    nic_give_back();
    run(TOGETHER * MSS);
    assert_int_equal(client.segments, TOGETHER - 2);
}

/* What is lost is not sent again while the NIC still has it, and at the next chance when not. */
static void test_tcp_transmit_lost_and_still_in_the_ring(void **state)
{
    (void)state;
    begin(RING_MAX);
    client.sack = nic.keeps = true;
    window_open();
    client.lost = 2 * MSS;
    server_write(TOGETHER * MSS);
    nic_run();
    assert_int_equal(client.segments, TOGETHER);
    assert_false(nic_run());
    assert_int_equal(client.segments, TOGETHER);
    nic.keeps = false;
    nic_give_back();
    transmit_queue_reclaim();
    client_acknowledge();
    assert_true(nic_run());
    assert_int_equal(client.segments, TOGETHER + 1);
    assert_int_equal(client.last, 2 * MSS);
    assert_int_equal(client.next, TOGETHER * MSS);
}

/* The second loss of a window shows while the NIC still has that segment. */
static void test_tcp_transmit_second_loss_still_in_the_ring(void **state)
{
    (void)state;
    begin(RING_MAX);
    nic.net.segmentation_offload4 = false;
    client.silent = true;
    nic.kept = 2;
    window_open();
    server_write(TOGETHER * MSS);
    nic_run();
    assert_int_equal(nic.frames, TOGETHER);
    client_has_lost(0, MSS);
    client_has_lost(2 * MSS, 3 * MSS);
    for (int i = 0; i < 3; i++)
        client_acknowledge();
    client.silent = false;
    assert_true(nic_run());
    assert_int_equal(client.last, 0);
    assert_int_equal(client.next, 2 * MSS);
    assert_false(nic_run());
    nic_give_back_one((uint16_t)nic.kept);
    nic.kept = NONE_KEPT;
    transmit_queue_reclaim();
    client.next += 10; /* whatever makes it say something again */
    client_acknowledge();
    assert_true(nic_run());
    assert_int_equal(client.next, TOGETHER * MSS);
}

/* Nothing new goes beyond a window that has shrunk, and what is missing comes when it grows. */
static void test_tcp_transmit_window_shrinks_while_frames_wait(void **state)
{
    (void)state;
    begin(RING_MAX);
    client.silent = true;
    window_open();
    server_write(TOGETHER * MSS);
    nic_run();
    nic.stalls = true;
    server_write(2 * TOGETHER * MSS);
    client_window_bytes = 2 * MSS;
    client_acknowledge();
    server_write(4 * TOGETHER * MSS);
    nic.stalls = false;
    nic_run();
    assert_int_equal(client.most_bytes, 2 * TOGETHER * MSS);
    client_has_lost((TOGETHER + 2) * MSS, STREAM);
    client.most_bytes = 0;
    for (int i = 0; i < 20; i++) {
        let_pass(TICK_MS);
        nic_run();
    }
    assert_int_equal(client.most_bytes, (TOGETHER + 1) * MSS); /* a window of one (RFC 5681) */
    client.silent = false;
    client_window_bytes = WINDOW;
    client_acknowledge();
    run(4 * TOGETHER * MSS);
}

/* What is to be sent again and does not fit the window is not taken for the end of the stream. */
static void repeat_beyond_the_window(bool close)
{
    const uint32_t part = MSS - 100, all = TOGETHER * part; /* lwIP would fill a segment up */

    begin(RING_MAX);
    client.silent = true;
    window_open();
    for (uint32_t until = part; until <= all; until += part)
        server_write(until);
    nic_run();
    assert_int_equal(client.segments, TOGETHER);
    client_has_lost(part, 2 * part);
    client_window_bytes = part / 2;
    for (int i = 0; i < 4; i++)
        client_acknowledge();
    if (close)
        server_close(port);
    server_write(all + 50);
    client_window_bytes = WINDOW;
    client.silent = false;
    client_acknowledge();
    run(close ? all : all + 50);
    nic_run();
    assert_int_equal(client.ended_at, close ? all : 0);
}

static void test_tcp_transmit_written_behind_what_does_not_fit(void **state)
{
    (void)state;
    repeat_beyond_the_window(false);
}

static void test_tcp_transmit_closed_behind_what_does_not_fit(void **state)
{
    (void)state;
    repeat_beyond_the_window(true);
}

/* Whatever lwIP has freed has other bytes from here on. */
static void spoil_free_memory(void)
{
    static void *taken[1000];

    for (unsigned i = 0; i < 1000; i++) {
        taken[i] = heap_alloc(i % 2 ? 672 : HEAP_BLOCK_MAX_BYTES);
        assert_non_null(taken[i]);
        memset(taken[i], 0xee, i % 2 ? 672 : HEAP_BLOCK_MAX_BYTES);
    }
    for (unsigned i = 0; i < 1000; i++)
        heap_free(taken[i]);
}

/* A reset or a close leaves what the NIC still has as it is. */
static void end_with_frames_in_the_ring(bool reset)
{
    begin(RING_MAX);
    nic.stalls = true;
    window_open();
    server_write(TOGETHER * MSS);
    assert_false(nic_run());
    if (reset)
        client_reset();
    else
        server_close(port);
    assert_null(owners[port].pcb);
    spoil_free_memory();
    nic.stalls = false;
    client.silent = reset;
    nic_run();
    assert_int_equal(client.next, TOGETHER * MSS); /* unharmed */
}

static void test_tcp_transmit_reset_while_frames_wait(void **state)
{
    (void)state;
    end_with_frames_in_the_ring(true);
}

static void test_tcp_transmit_closed_while_frames_wait(void **state)
{
    (void)state;
    end_with_frames_in_the_ring(false);
}

/* A ring that is too small for what is under way costs neither data nor time. */
static void test_tcp_transmit_full_ring(void **state)
{
    (void)state;
    begin(4);
    window_open();
    client.silent = nic.stalls = true;
    server_write(WINDOW / MSS * MSS);
    nic_run();
    assert_true(transmit_queue_waiting());
    nic.stalls = client.silent = false;
    uint64_t before_ns = time_monotonic_ns();
    while (nic_run())
        ;
    assert_int_equal(client.next, WINDOW / MSS * MSS);
    assert_int_equal(client.segments, WINDOW / MSS);
    assert_int_equal(time_monotonic_ns(), before_ns);
}

/* All of it together, by chance: but nothing is wrong, nothing is lost and nothing stands still. */
static void trial(unsigned seed)
{
    static const uint16_t rings[] = {4, 8, 16, RING_MAX};
    uint64_t end_ns;

    srand(seed);
    begin(rings[rand() % 4]);
    nic.net.segmentation_offload4 = rand() % 4 != 0;
    client.sack = rand() % 2;
    client.lost_in_100 = (unsigned)rand() % 8;
    end_ns = time_monotonic_ns() + TRIAL_MS * 1000000ull;
    uint32_t total = (uint32_t)rand() % STREAM, end_at = rand() % 4 ? total : total / 2;
    while (client.next < end_at && time_monotonic_ns() < end_ns) {
        for (int i = rand() % 4; i >= 0; i--) {
            uint32_t until = written + (uint32_t)rand() % 4000;
            server_write(until < total ? until : total);
        }
        nic.stalls = rand() % 8 == 0;
        nic.keeps = rand() % 4 == 0;
        client_window_bytes = (uint16_t)(rand() % 8 ? WINDOW : rand() % 2 * (rand() % 4000));
        if (rand() % 16 == 0)
            client_acknowledge();
        if (rand() % 16 == 0)
            client_acknowledge_in_part();
        if (!nic_run() || rand() % 32 == 0)
            let_pass(TICK_MS);
        if (!nic.keeps)
            nic_give_back();
    }
    if (client.next < end_at)
        fail_msg("trial %u: stuck at %u of %u", seed, client.next, end_at);
}

static void test_tcp_transmit_whatever_happens(void **state)
{
    for (unsigned seed = 1; seed <= TRIALS; seed++) {
        trial(seed);
        if (rand() % 2)
            server_close(port);
        tear_down_wire(state);
    }
    begin(RING_MAX);
}

/* A client that says anything, near what would be right: the stream is what it was, or ended. */
static void say_anything(void)
{
    static const uint8_t flags[] = {
        TCP_ACK,           TCP_ACK, TCP_ACK, TCP_ACK, TCP_ACK,           TCP_FIN | TCP_ACK, TCP_SYN,
        TCP_PSH | TCP_ACK, TCP_RST, 0,       TCP_FIN, TCP_SYN | TCP_ACK, TCP_URG | TCP_ACK};
    uint8_t flag = flags[(unsigned)rand() % sizeof flags];
    uint32_t around = (uint32_t)rand() % (4 * MSS) - (uint32_t)rand() % (4 * MSS);
    uint32_t sent = client.first + client.most_bytes;

    if (!owners[port].pcb && flag == TCP_SYN) /* it would be another connection */
        return;
    client_window_bytes = (uint16_t)(rand() % 3 ? WINDOW : rand() % 2 * (rand() % 2000));
    client_sack[0] = client.first + client.next + (uint32_t)rand() % 4000;
    client_sack[1] = rand() % 3 ? 0 : client_sack[0] + (uint32_t)rand() % 4000;
    client_mss = (uint16_t)(rand() % 8 ? 0 : rand() % 600);
    struct segment segment = {
        .flags = flag,
        .sequence = CLIENT_ISN + 1 + (rand() % 2 ? 0 : around),
        .acknowledgement = rand() % 2 ? sent : sent - (uint32_t)rand() % (4 * MSS),
        .payload_bytes = (uint16_t)(rand() % 3 ? 0 : rand() % 600),
    };
    for (int times = rand() % 2 ? 1 : 5; times > 0; times--)
        arrive(port, segment);
    client_mss = 0;
}

static void hostile_trial(unsigned seed)
{
    srand(seed);
    begin((uint16_t)(4 << rand() % 5));
    nic.net.segmentation_offload4 = rand() % 2;
    client.silent = true;
    for (int i = 0; i < 200 && owners[port].pcb; i++) {
        uint32_t until = written + (uint32_t)rand() % 3000;
        server_write(until < STREAM ? until : STREAM);
        nic.stalls = rand() % 8 == 0;
        nic.keeps = rand() % 4 == 0;
        nic_run();
        for (int j = rand() % 4; j > 0; j--)
            say_anything();
        nic_run();
        if (!nic.keeps)
            nic_give_back();
        if (rand() % 4 == 0)
            let_pass(TICK_MS * (1 + (unsigned)rand() % 20));
        if (rand() % 200 == 0 && owners[port].pcb)
            server_close(port);
    }
    for (int i = 0; i < 50; i++) {
        say_anything();
        nic_run();
        let_pass(TICK_MS);
    }
}

static void test_tcp_transmit_whatever_a_client_says(void **state)
{
    for (unsigned seed = 1; seed <= TRIALS / 4; seed++) {
        hostile_trial(seed);
        tear_down_wire(state);
    }
    begin(RING_MAX);
}

#define WIRE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_wire, tear_down_wire)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WIRE_TEST(test_tcp_transmit_loss_within_what_was_joined),
        WIRE_TEST(test_tcp_transmit_loss_within_what_was_joined_without_sack),
        WIRE_TEST(test_tcp_transmit_acknowledged_in_the_middle),
        WIRE_TEST(test_tcp_transmit_lost_and_still_in_the_ring),
        WIRE_TEST(test_tcp_transmit_second_loss_still_in_the_ring),
        WIRE_TEST(test_tcp_transmit_window_shrinks_while_frames_wait),
        WIRE_TEST(test_tcp_transmit_written_behind_what_does_not_fit),
        WIRE_TEST(test_tcp_transmit_closed_behind_what_does_not_fit),
        WIRE_TEST(test_tcp_transmit_reset_while_frames_wait),
        WIRE_TEST(test_tcp_transmit_closed_while_frames_wait),
        WIRE_TEST(test_tcp_transmit_full_ring),
        WIRE_TEST(test_tcp_transmit_whatever_happens),
        WIRE_TEST(test_tcp_transmit_whatever_a_client_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
