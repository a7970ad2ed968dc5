/* Playing a script: numbers its segments, keeps the neighbours informed, compares the answers. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dhcp.h"
#include "wire.h"

#define PATIENCE_MS 60000 /* an answer comes at once, or never */
#define PAUSE_MS    10    /* between looks at the guest's clock */
#define FLOWS_MAX   64
#define PING_ID     0x7e570000u /* in whose answer nobody but us is interested */
#define TICK_S      0.3         /* how coarse the guest's timers are */
#define TIMER_US    90000       /* no timer of the guest's is due earlier */

/* One TCP connection. Numbers are relative to the two initial ones. */
struct flow {
    uint16_t our_port, guest_port;
    bool v6;
    uint32_t our_isn, guest_isn;
    uint32_t our_next;   /* behind what we have sent, up to the first gap */
    uint32_t guest_next; /* behind what the guest has sent, up to the first gap */
    uint32_t guest_most; /* behind the last that it has sent */
    uint64_t guest_us;   /* when it last sent something of these numbers */
};

static struct {
    const struct script *script;
    bool verbose;
    const struct step *step;
    struct flow flows[FLOWS_MAX];
    size_t flow_count;
    struct flow *flow;
    uint32_t pings;
    uint8_t quote[PACKET_MAX_BYTES]; /* the guest's last packet */
    size_t quote_bytes;
    enum dhcp_type asked; /* by the guest's last packet, if that was DHCP */
    char hostname[DHCP_NAME_BYTES];
    uint64_t last_us,
        gap_us; /* when the guest's last frame came, and how long after the one before */
} now;

static bool fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%u: ", now.script->name, now.step->line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return false;
}

/* ---- what a packet looks like -----------------------------------------------------------------
 */

static void print_flags(uint8_t flags, char text[8])
{
    for (int bit = 0; bit < 6; bit++)
        if (flags & 1 << bit)
            *text++ = "FSRPAU"[bit];
    *text = '\0';
}

static const char *print(const struct packet *packet)
{
    static char text[512];
    char flags[8], options[128];
    const char *six = packet->v6 ? "6" : "";

    if (packet->protocol == PROTOCOL_TCP && now.flow) {
        uint32_t first = packet->seq - now.flow->guest_isn;
        print_flags(packet->flags, flags);
        options_print(packet->options, packet->options_bytes, now.flow->our_isn, options,
                      sizeof options);
        snprintf(text, sizeof text, "%s %u:%zu ack %u win %u urg %u <%s> (port %u to %u)", flags,
                 first, first + packet->length, packet->ack - now.flow->our_isn, packet->window,
                 packet->urgent, options, packet->from_port, packet->to_port);
    } else if (now.asked != DHCP_NONE) {
        snprintf(text, sizeof text, "dhcp %s \"%s\"", dhcp_name_of(now.asked), now.hostname);
    } else if (packet->protocol == PROTOCOL_UDP) {
        snprintf(text, sizeof text, "udp%s %u %u %zu", six, packet->to_port, packet->from_port,
                 packet->length);
    } else if (packet->protocol == PROTOCOL_ICMP) {
        snprintf(text, sizeof text, "icmp%s %u/%u, %zu bytes", six, packet->type, packet->code,
                 packet->length);
    } else {
        snprintf(text, sizeof text, "%s",
                 packet->protocol == PROTOCOL_ARP ? "arp" : "something else");
    }
    return text;
}

/* ---- to the guest -----------------------------------------------------------------------------
 */

static const uint8_t *letters(uint32_t first, size_t length)
{
    static uint8_t bytes[PACKET_MAX_BYTES];

    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)('a' + (first + i) % 26);
    return bytes;
}

static const uint8_t our_mac[6] = {0x52, 0x54, 0, 0, 0, 1};

/* A neighbour's question, or our answer to one about this address of ours. */
static void send_neighbour(uint8_t type, const uint8_t *us)
{
    static const uint8_t guest[16] = {0xfe, 0x80, 0, 0,    0,    0,    0,    0,
                                      0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56};
    static const struct cut whole = {.missing = -1};
    uint8_t body[24];
    bool solicits = type == ICMP6_SOLICITATION;

    memcpy(body, solicits ? guest : us, 16);
    body[16] = solicits ? 1 : 2; /* link-layer address of the source, or of the target */
    body[17] = 1;
    memcpy(body + 18, our_mac, 6);
    struct packet packet = {
        .protocol = PROTOCOL_ICMP,
        .v6 = true,
        .type = type,
        .rest = solicits ? 0 : 0x60000000, /* solicited, override */
        .data = body,
        .length = sizeof body,
    };
    packet_send(&packet, &whole, wire_send, NULL);
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* We are a router (RFC 4861, 4.2): for how long, what prefix is on this link, and what MTU. */
static void send_router(const struct step *step)
{
    static const struct cut whole = {.missing = -1};
    static const uint8_t start[8 + 6] = {[8] = 1, 1}, prefix[6] = {3, 4, 64, 0xc0};
    static const uint8_t mtu[4] = {5, 1};
    uint8_t body[56] = {0};
    struct packet packet = {.protocol = PROTOCOL_ICMP, .v6 = true, .type = step->type};

    packet.rest = 64u << 24 | step->lifetime_s; /* hop limit */
    packet.data = body;
    packet.length = sizeof body;
    memcpy(body, start, sizeof start);
    memcpy(body + 10, our_mac, sizeof our_mac);
    memcpy(body + 16, prefix, sizeof prefix);
    put16(body + 22, step->lifetime_s); /* valid, preferred: seconds in 32 bits */
    put16(body + 26, step->lifetime_s);
    memcpy(body + 32, step->prefix6, ADDRESS6_BYTES);
    memcpy(body + 48, mtu, sizeof mtu);
    put16(body + 54, step->mtu);
    if (step->mtu == 0)
        packet.length -= 8;
    packet_send(&packet, &whole, wire_send, NULL);
}

static void send_dhcp(const struct step *step)
{
    static const struct cut whole = {.missing = -1};
    const struct packet packet = {
        .protocol = PROTOCOL_UDP,
        .from_port = DHCP_SERVER_PORT,
        .to_port = DHCP_CLIENT_PORT,
        .data = dhcp_answer((enum dhcp_type)step->type, step->lifetime_s),
        .length = DHCP_BYTES,
    };

    packet_send(&packet, &whole, wire_send, NULL);
}

static void fill_segment(struct packet *packet, const struct step *step)
{
    struct flow *flow = now.flow;
    uint32_t first = step->has_sequence ? step->first : flow->our_next;
    uint32_t end = first + (uint32_t)step->length;
    uint32_t ack = step->has_ack ? step->ack : flow->guest_next;

    packet->v6 = flow->v6;
    packet->from_port = flow->our_port;
    packet->to_port = flow->guest_port;
    packet->flags = step->flags;
    packet->seq = flow->our_isn + first;
    packet->ack = step->flags & FLAG_ACK ? flow->guest_isn + ack : 0;
    packet->window = step->has_window ? step->window : 65535;
    packet->urgent = step->urgent;
    int bytes = options_parse(step->options, flow->guest_isn, packet->options);
    packet->options_bytes = bytes < 0 ? 0 : (size_t)bytes;
    packet->data = step->text ? (const uint8_t *)step->text : letters(first - 1, step->length);
    end += (step->flags & FLAG_SYN ? 1 : 0) + (step->flags & FLAG_FIN ? 1 : 0);
    bool joins = (int32_t)(first - flow->our_next) <= 0;
    if (!(step->flags & FLAG_RST) && joins && (int32_t)(end - flow->our_next) > 0)
        flow->our_next = end;
}

static bool play_send(const struct step *step)
{
    struct packet packet = {
        .protocol = step->protocol,
        .v6 = step->v6,
        .spoofed = step->spoofed,
        .from_port = step->our_port,
        .to_port = step->guest_port,
        .type = step->type,
        .code = step->code,
        .data = step->text ? (const uint8_t *)step->text : letters(0, step->length),
        .length = step->length,
    };

    if (step->protocol == PROTOCOL_ICMP && step->type == ICMP6_SOLICITATION && step->v6) {
        send_neighbour(ICMP6_SOLICITATION, NULL);
        return true;
    }
    if (step->protocol == PROTOCOL_ICMP && step->type == ICMP6_ROUTER_ADVERTISEMENT && step->v6) {
        send_router(step);
        return true;
    }
    if (step->protocol == PROTOCOL_DHCP) {
        send_dhcp(step);
        return true;
    }
    if (step->protocol == PROTOCOL_TCP) {
        if (!now.flow)
            return fail("a segment of no flow");
        fill_segment(&packet, step);
    } else if (step->protocol == PROTOCOL_ICMP && step->length == 0 && step->type != ICMP_PING) {
        packet.data = now.quote;
        packet.length = now.quote_bytes > 548 ? 548 : now.quote_bytes;
        packet.rest = step->mtu;
    }
    for (unsigned i = 0; i < step->times; i++)
        packet_send(&packet, &step->cut, wire_send, NULL);
    return true;
}

/* ---- from the guest -----------------------------------------------------------------------------
 */

/* Frames that no script is about: questions for our addresses, answered here, and what the guest
 * tells all the world when it boots.
 */
static bool is_background(const struct packet *packet)
{
    static const struct cut whole = {.missing = -1};

    if (packet->protocol == PROTOCOL_ARP && packet->type == 1) {
        struct packet answer = {.protocol = PROTOCOL_ARP, .type = 2};
        if (packet->code && !now.script->silent_arp)
            packet_send(&answer, &whole, wire_send, NULL);
        return true;
    }
    if (packet->protocol == PROTOCOL_ICMP && packet->v6) {
        if (packet->type == ICMP6_SOLICITATION && packet->length >= 16 && packet->data[15] == 1)
            send_neighbour(ICMP6_ADVERTISEMENT, packet->data);
        return packet->type >= 130 && packet->type != ICMP6_ADVERTISEMENT;
    }
    now.asked = dhcp_question(packet, now.hostname);
    if (now.asked != DHCP_NONE) /* asked again and again while a script is about something else */
        return now.step->statement == STATEMENT_EXPECT && now.step->type != now.asked;
    return packet->protocol == PROTOCOL_OTHER; /* MLD behind a hop-by-hop option */
}

static uint32_t sequence_bytes(const struct packet *packet)
{
    return (uint32_t)packet->length + (packet->flags & FLAG_SYN ? 1 : 0) +
           (packet->flags & FLAG_FIN ? 1 : 0);
}

static bool is_of_flow(const struct packet *packet)
{
    return now.flow && packet->protocol == PROTOCOL_TCP && packet->v6 == now.flow->v6 &&
           packet->to_port == now.flow->our_port &&
           (packet->from_port == now.flow->guest_port || now.flow->guest_port == 0);
}

/* The connection that it belongs to, which a script may have left for another; NULL: none. */
static struct flow *flow_of(const struct packet *packet)
{
    for (struct flow *flow = now.flows + now.flow_count; flow-- > now.flows;)
        if (packet->protocol == PROTOCOL_TCP && packet->v6 == flow->v6 &&
            packet->to_port == flow->our_port && packet->from_port == flow->guest_port)
            return flow;
    return NULL;
}

/* Sent before, and again because a timer of the guest's was due: its clock has jumped, or a busy
 * machine held our answer up.
 */
static bool is_repeated_by_timer(const struct packet *packet)
{
    struct flow *flow = is_of_flow(packet) ? now.flow : flow_of(packet);
    uint32_t bytes = sequence_bytes(packet);

    if (!flow || bytes == 0 ||
        (int32_t)(packet->seq - flow->guest_isn + bytes - flow->guest_most) > 0)
        return false;
    bool due = now.last_us - flow->guest_us >= TIMER_US;
    flow->guest_us = now.last_us;
    return due || now.script->virtual_clock;
}

/* The acknowledgement of all we sent, where it is to come with data or FIN: the guest's timer for
 * those that wait was due as ours arrived, or a busy machine let its payload think.
 */
static bool is_early_acknowledgement(const struct step *step, const struct packet *packet)
{
    uint32_t all = step->has_ack ? step->ack : now.flow->our_next;

    return (step->length > 0 || step->flags & FLAG_FIN) && is_of_flow(packet) &&
           packet->flags == FLAG_ACK && packet->length == 0 &&
           packet->ack - now.flow->our_isn == all;
}

/* The guest's numbers start anew with a SYN; what follows fills them up. */
static void flow_follow(const struct packet *packet)
{
    struct flow *flow = now.flow;

    if (packet->flags & FLAG_SYN) {
        flow->guest_isn = packet->seq;
        flow->guest_port = packet->from_port;
        flow->guest_next = flow->guest_most = 1;
    }
    uint32_t first = packet->seq - flow->guest_isn, end = first + sequence_bytes(packet);
    if ((int32_t)(first - flow->guest_next) <= 0 && (int32_t)(end - flow->guest_next) > 0)
        flow->guest_next = end;
    if ((int32_t)(end - flow->guest_most) > 0)
        flow->guest_most = end;
    if (end != first)
        flow->guest_us = now.last_us;
}

/* The guest's next packet that a script could be about. */
static bool receive(struct packet *packet, int patience_ms)
{
    struct wire_frame frame;
    const char *fault;

    while (wire_receive(&frame, patience_ms)) {
        if (!packet_decode(frame.bytes, frame.length, packet, &fault)) {
            if (fault)
                return fail("the guest has sent a frame that is wrong: %s", fault);
            continue;
        }
        if (is_background(packet))
            continue;
        if (now.verbose)
            fprintf(stderr, "%10.6f < %s\n", (double)frame.time_us / 1e6, print(packet));
        if (packet->ip && packet->ip_bytes <= sizeof now.quote) {
            memcpy(now.quote, packet->ip, packet->ip_bytes);
            now.quote_bytes = packet->ip_bytes;
        }
        now.gap_us = frame.time_us - now.last_us;
        now.last_us = frame.time_us;
        return true;
    }
    return fail(wire_guest_lives() ? "the guest says nothing" : "the guest has ended");
}

/* NULL if the segment is the expected one, else what differs. */
static const char *segment_differs(const struct step *step, const struct packet *packet)
{
    uint32_t first = packet->seq - now.flow->guest_isn;
    char options[256];

    if ((packet->flags | FLAG_PSH) != (step->flags | FLAG_PSH) ||
        (step->flags & FLAG_PSH && !(packet->flags & FLAG_PSH)))
        return "flags";
    if (step->has_sequence && (first != step->first || packet->length != step->length))
        return "sequence number or length";
    if (step->has_ack && packet->ack - now.flow->our_isn != step->ack)
        return "ack";
    if (step->has_window && packet->window != step->window)
        return "window";
    if (step->has_urgent && packet->urgent != step->urgent)
        return "urgent pointer";
    options_print(packet->options, packet->options_bytes, now.flow->our_isn, options,
                  sizeof options);
    if (step->has_options && strcmp(options, step->options) != 0)
        return "options";
    return NULL;
}

/* Bytes given as text, or those of a datagram and an echo, which are a..z. */
static bool data_differs(const struct step *step, const struct packet *packet)
{
    const void *data = step->text ? (const uint8_t *)step->text : letters(0, step->length);

    if (step->protocol == PROTOCOL_TCP && !step->has_text)
        return false;
    return packet->length != step->length || memcmp(packet->data, data, step->length) != 0;
}

static const char *differs(const struct step *step, const struct packet *packet)
{
    if (step->protocol == PROTOCOL_DHCP) {
        if (now.asked != (enum dhcp_type)step->type)
            return "protocol or message";
        return step->has_text && strcmp(step->text, now.hostname) != 0 ? "host's name" : NULL;
    }
    if (packet->protocol != step->protocol)
        return "protocol";
    if (step->protocol == PROTOCOL_TCP) {
        if (!is_of_flow(packet))
            return "ports or protocol";
        const char *what = segment_differs(step, packet);
        return what ? what : data_differs(step, packet) ? "data" : NULL;
    }
    if (packet->v6 != step->v6)
        return "protocol";
    if (packet->type != step->type || packet->code != step->code)
        return step->protocol == PROTOCOL_ARP ? NULL : "type or code";
    if (step->protocol == PROTOCOL_UDP &&
        (packet->to_port != step->our_port || packet->from_port != step->guest_port))
        return "ports";
    bool echo = packet->type == (packet->v6 ? ICMP6_PONG : ICMP_PONG);
    return (step->protocol == PROTOCOL_UDP || echo) && data_differs(step, packet) ? "data" : NULL;
}

static bool is_timely(const struct step *step, uint64_t before_us)
{
    double gap_s = (double)now.gap_us / 1e6, before_s = (double)before_us / 1e6;

    if (!step->timed)
        return true;
    if (step->twice)
        return (gap_s >= 2 * before_s - TICK_S && gap_s <= 2 * before_s + TICK_S) ||
               fail("after %.3f s, which is not twice %.3f s", gap_s, before_s);
    return (gap_s >= step->after_s[0] && gap_s <= step->after_s[1]) ||
           fail("after %.3f s, not %g to %g", gap_s, step->after_s[0], step->after_s[1]);
}

static bool play_expect(const struct step *step)
{
    uint64_t last_us = now.last_us, gap_us = now.gap_us;
    struct packet packet;
    const char *what;
    bool early = false;

    if (step->protocol == PROTOCOL_TCP && !now.flow)
        return fail("a segment of no flow");
    for (;;) {
        if (!receive(&packet, PATIENCE_MS))
            return false;
        if (is_of_flow(&packet) && step->protocol == PROTOCOL_TCP && step->flags & FLAG_SYN &&
            packet.flags & FLAG_SYN)
            flow_follow(&packet);
        what = differs(step, &packet);
        if (!what)
            break;
        if (!early && now.flow && is_early_acknowledgement(step, &packet))
            early = true;
        else if (!is_repeated_by_timer(&packet))
            return fail("the %s of %s is another", what, print(&packet));
        now.last_us = last_us;
        now.gap_us = gap_us;
    }
    if (packet.protocol == PROTOCOL_TCP)
        flow_follow(&packet);
    return is_timely(step, gap_us);
}

/* Sends a ping and wants nothing but its answer. */
static bool is_silent(void)
{
    static const struct cut whole = {.missing = -1};
    struct packet packet,
        ping = {.protocol = PROTOCOL_ICMP, .type = ICMP_PING, .rest = PING_ID + ++now.pings};

    packet_send(&ping, &whole, wire_send, NULL);
    for (;;) {
        if (!receive(&packet, PATIENCE_MS))
            return false;
        if (packet.protocol == PROTOCOL_ICMP && !packet.v6 && packet.rest == ping.rest)
            return true;
        if (!is_repeated_by_timer(&packet))
            return fail("the guest says %s", print(&packet));
    }
}

static bool play_nothing(const struct step *step)
{
    struct timespec pause = {0, PAUSE_MS * 1000000};
    uint64_t last_us = now.last_us, gap_us = now.gap_us, start_us;

    if (!is_silent())
        return false;
    start_us = now.last_us;
    while ((double)(now.last_us - start_us) / 1e6 < step->after_s[0]) {
        nanosleep(&pause, NULL);
        if (!is_silent())
            return false;
    }
    now.last_us = last_us; /* `after` counts from what a script has seen */
    now.gap_us = gap_us;
    return true;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

static bool play_flow(const struct step *step)
{
    struct flow *flow = now.flows;

    while (flow < now.flows + now.flow_count &&
           (flow->our_port != step->our_port || flow->guest_port != step->guest_port ||
            flow->v6 != step->v6 || flow->our_isn != step->isn))
        flow++;
    if (flow == now.flows + FLOWS_MAX)
        return fail("more than %d flows", FLOWS_MAX);
    now.flow = flow;
    if (flow < now.flows + now.flow_count)
        return true;
    now.flow_count++;
    *flow = (struct flow){
        .our_port = step->our_port,
        .guest_port = step->guest_port,
        .v6 = step->v6,
        .our_isn = step->isn,
    };
    return true;
}

static bool play_step(const struct step *step)
{
    now.step = step;
    switch (step->statement) {
    case STATEMENT_FLOW:
        return play_flow(step);
    case STATEMENT_SEND:
        return play_send(step);
    case STATEMENT_NOTHING:
        return play_nothing(step);
    case STATEMENT_EXPECT:
        return play_expect(step);
    case STATEMENT_CONSOLE:
        return wire_console_shows(step->text, PATIENCE_MS) ||
               fail("the console does not say '%s'", step->text);
    case STATEMENT_ADDRESSES6:
        frame_addresses6(step->our_ip6, step->guest_ip6);
        return true;
    }
    return false;
}

/* Each learns the other's address first: a question in between would put off what is timed. A guest
 * that connects has asked already, and one whose questions are not answered is not told.
 */
static bool play_greeting(const struct script *script)
{
    struct step greeting = {.statement = STATEMENT_EXPECT,
                            .cut.missing = -1,
                            .times = 1,
                            .protocol = PROTOCOL_ARP,
                            .type = 1};

    now.step = &greeting;
    if (script->guest_connects || script->silent_arp)
        return true;
    if (!script->options && (!play_send(&greeting) || !play_expect(&greeting)))
        return false;
    greeting = (struct step){.statement = STATEMENT_EXPECT,
                             .v6 = true,
                             .protocol = PROTOCOL_ICMP,
                             .type = ICMP6_SOLICITATION};
    if (!script->uses_v6)
        return true;
    play_send(&greeting);
    greeting.type = ICMP6_ADVERTISEMENT;
    return play_expect(&greeting);
}

bool play(const struct script *script, bool verbose)
{
    now.script = script;
    now.verbose = verbose;
    if (!play_greeting(script))
        return false;
    for (size_t i = 0; i < script->count; i++)
        if (!play_step(&script->steps[i]))
            return false;
    return wire_guest_lives() || fail("the guest has ended");
}
