/* Reading a script (script.h): words, then statements. Whatever is not understood is an error. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"

#define WORDS_MAX  32
#define WORD_BYTES 4096
#define OUR_ISN    1000

/* The words of a line. A text in quotes and options in <> are one word each, with the first mark.
 */
struct words {
    const char *file;
    unsigned line;
    char *word[WORDS_MAX];
    unsigned count, next;
};

static _Noreturn __attribute__((format(printf, 2, 3))) void bad(const struct words *words,
                                                                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%u: ", words->file, words->line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

/* ---- words ---------------------------------------------------------------------------------- */

static const char *quoted(struct words *words, const char *at, char *word)
{
    size_t length = 1;

    word[0] = '"';
    for (at++; *at != '"'; at++) {
        if (*at == '\0' || length + 2 > WORD_BYTES)
            bad(words, "a text without its end");
        if (*at == '\\') {
            at++;
            if (!strchr("rn\\\"", *at) || *at == '\0')
                bad(words, "\\%c is not \\r, \\n, \\\\ or \\\"", *at);
            word[length++] = *at == 'r' ? '\r' : *at == 'n' ? '\n' : *at;
        } else {
            word[length++] = *at;
        }
    }
    word[length] = '\0';
    return at + 1;
}

static const char *plain(struct words *words, const char *at, char *word)
{
    bool group = *at == '<' && at[1] != ' ' && at[1] != '\0';
    size_t length = strcspn(at, group ? ">" : " \t");

    if ((group && at[length] == '\0') || length >= WORD_BYTES)
        bad(words, "< without >");
    memcpy(word, at, length);
    word[length] = '\0';
    return at + length + group;
}

static void words_split(struct words *words, const char *at)
{
    char word[WORD_BYTES];

    words->count = words->next = 0;
    for (;;) {
        at += strspn(at, " \t");
        if (*at == '\0' || *at == '#')
            return;
        if (words->count == WORDS_MAX)
            bad(words, "more than %d words", WORDS_MAX);
        at = *at == '"' ? quoted(words, at, word) : plain(words, at, word);
        words->word[words->count++] = strdup(word);
    }
}

static void words_free(struct words *words)
{
    for (unsigned i = 0; i < words->count; i++)
        free(words->word[i]);
}

static const char *peek(const struct words *words)
{
    return words->next < words->count ? words->word[words->next] : "";
}

static const char *take(struct words *words, const char *what)
{
    if (words->next == words->count)
        bad(words, "%s is missing", what);
    return words->word[words->next++];
}

static bool take_if(struct words *words, const char *word)
{
    bool is = strcmp(peek(words), word) == 0;

    words->next += is;
    return is;
}

static uint32_t take_number(struct words *words, const char *what, uint32_t most)
{
    const char *text = take(words, what);
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    if (!isdigit((unsigned char)text[0]) || *end != '\0' || value > most)
        bad(words, "%s: '%s' is not a number up to %u", what, text, most);
    return (uint32_t)value;
}

static double take_seconds(struct words *words, const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (!isdigit((unsigned char)text[0]) || *end != '\0' || value > 1e6)
        bad(words, "'%s' is not a number of seconds", text);
    return value;
}

/* ---- statements ----------------------------------------------------------------------------- */

static bool is_flags(const char *text)
{
    return *text != '\0' && strspn(text, "SFRPAU") == strlen(text);
}

static uint8_t flags_of(const char *text)
{
    static const char letters[] = "FSRPAU";
    uint8_t flags = 0;

    for (; *text != '\0'; text++)
        flags |= (uint8_t)(1 << (strchr(letters, *text) - letters));
    return flags;
}

static void read_text(struct words *words, struct step *step)
{
    const char *text = take(words, "a text") + 1;

    step->has_text = true;
    if (step->has_sequence && step->length != strlen(text))
        bad(words, "SEQ:END is of %zu bytes, the text has %zu", step->length, strlen(text));
    step->length = strlen(text);
    step->text = strdup(text);
}

static void read_options(struct words *words, struct step *step)
{
    const char *options = take(words, "options") + 1;
    uint8_t bytes[OPTIONS_BYTES];

    bool to_guest = step->statement == STATEMENT_SEND;
    if (strlen(options) >= sizeof step->options)
        bad(words, "too many options");
    if (to_guest && options_parse(options, 0, bytes) < 0)
        bad(words, "<%s> are no TCP options", options);
    if (!to_guest && strstr(options, "raw"))
        bad(words, "raw options are for sending");
    strcpy(step->options, options);
    step->has_options = true;
}

static void read_segment(struct words *words, struct step *step)
{
    char rest;
    unsigned first, end;

    step->protocol = PROTOCOL_TCP;
    step->flags = flags_of(take(words, "flags"));
    if (sscanf(peek(words), "%u:%u%c", &first, &end, &rest) == 2) {
        words->next++;
        if (end - first > PACKET_MAX_BYTES)
            bad(words, "%u:%u is no segment", first, end);
        step->has_sequence = true;
        step->first = first;
        step->length = end - first;
    }
    for (;;) {
        if (take_if(words, "ack")) {
            step->has_ack = true;
            step->ack = take_number(words, "ack", UINT32_MAX);
        } else if (take_if(words, "win")) {
            step->has_window = true;
            step->window = (uint16_t)take_number(words, "win", UINT16_MAX);
        } else if (take_if(words, "urg")) {
            step->has_urgent = true;
            step->urgent = (uint16_t)take_number(words, "urg", UINT16_MAX);
        } else if (peek(words)[0] == '<') {
            read_options(words, step);
        } else if (peek(words)[0] == '"') {
            read_text(words, step);
        } else {
            return;
        }
    }
}

static void read_datagram(struct words *words, struct step *step)
{
    step->protocol = PROTOCOL_UDP;
    step->our_port = (uint16_t)take_number(words, "our port", UINT16_MAX);
    step->guest_port = (uint16_t)take_number(words, "the guest's port", UINT16_MAX);
    if (peek(words)[0] == '"')
        read_text(words, step);
    else if (isdigit((unsigned char)peek(words)[0]))
        step->length = take_number(words, "bytes", PACKET_MAX_BYTES - 8);
}

static void read_icmp(struct words *words, struct step *step)
{
    const char *text = take(words, "TYPE/CODE");
    unsigned type, code;
    char rest;

    if (sscanf(text, "%u/%u%c", &type, &code, &rest) != 2 || type > 255 || code > 255)
        bad(words, "'%s' is not TYPE/CODE", text);
    step->protocol = PROTOCOL_ICMP;
    step->type = (uint8_t)type;
    step->code = (uint8_t)code;
    if (take_if(words, "mtu"))
        step->mtu = take_number(words, "mtu", UINT16_MAX);
}

static void read_echo(struct words *words, struct step *step, uint8_t type)
{
    step->protocol = PROTOCOL_ICMP;
    step->type = type;
    step->length = take_number(words, "bytes", PACKET_MAX_BYTES - 8);
}

static void read_address6(struct words *words, uint8_t address[ADDRESS6_BYTES])
{
    const char *text = take(words, "an address");

    if (inet_pton(AF_INET6, text, address) != 1)
        bad(words, "'%s' is no address of IPv6", text);
}

static void read_dhcp(struct words *words, struct step *step)
{
    const char *name = take(words, "a message");

    step->protocol = PROTOCOL_DHCP;
    step->type = (uint8_t)dhcp_type_of(name);
    if (step->type == DHCP_NONE)
        bad(words, "'%s' is no message of DHCP", name);
    if (take_if(words, "lease"))
        step->lifetime_s = take_number(words, "lease", UINT32_MAX);
    if (peek(words)[0] == '"')
        read_text(words, step);
}

static void read_router(struct words *words, struct step *step)
{
    step->protocol = PROTOCOL_ICMP;
    step->type = ICMP6_ROUTER_ADVERTISEMENT;
    step->v6 = true;
    step->lifetime_s = take_number(words, "lifetime", UINT16_MAX);
    if (take_if(words, "prefix"))
        read_address6(words, step->prefix6);
    if (take_if(words, "mtu"))
        step->mtu = take_number(words, "mtu", UINT16_MAX);
}

/* WHAT */
static void read_what(struct words *words, struct step *step)
{
    bool to_guest = step->statement == STATEMENT_SEND;

    if (is_flags(peek(words))) {
        read_segment(words, step);
        return;
    }
    const char *word = take(words, "what");
    size_t length = strlen(word);
    step->v6 = word[length - 1] == '6' || word[0] == 'n';
    if (strcmp(word, "arp") == 0) {
        step->protocol = PROTOCOL_ARP;
        step->type = to_guest ? 1 : 2;
    } else if (strcmp(word, to_guest ? "ns" : "na") == 0) {
        step->protocol = PROTOCOL_ICMP;
        step->type = to_guest ? ICMP6_SOLICITATION : ICMP6_ADVERTISEMENT;
    } else if (strcmp(word, "dhcp") == 0) {
        read_dhcp(words, step);
    } else if (strcmp(word, "router") == 0 && to_guest) {
        read_router(words, step);
    } else if (strncmp(word, "udp", 3) == 0 && length == 3u + step->v6) {
        read_datagram(words, step);
    } else if (strncmp(word, "icmp", 4) == 0 && length == 4u + step->v6) {
        read_icmp(words, step);
    } else if (strncmp(word, "ping", 4) == 0 && to_guest && length == 4u + step->v6) {
        read_echo(words, step, step->v6 ? ICMP6_PING : ICMP_PING);
    } else if (strncmp(word, "pong", 4) == 0 && !to_guest && length == 4u + step->v6) {
        read_echo(words, step, step->v6 ? ICMP6_PONG : ICMP_PONG);
    } else {
        bad(words, "'%s' cannot be %s", word, to_guest ? "sent" : "expected");
    }
}

static void read_how(struct words *words, struct step *step)
{
    step->times = 1;
    for (;;) {
        if (take_if(words, "fragments")) {
            step->cut.fragment_bytes = take_number(words, "fragments", 1480);
            if (step->cut.fragment_bytes % 8 != 0 || step->cut.fragment_bytes == 0)
                bad(words, "fragments have a multiple of 8 bytes");
            if (take_if(words, "reversed"))
                step->cut.reversed = true;
            if (take_if(words, "but"))
                step->cut.missing = (int)take_number(words, "but", 1000);
            if (take_if(words, "empty"))
                step->cut.empty = true;
        } else if (take_if(words, "corrupt")) {
            step->cut.corrupt = true;
        } else if (take_if(words, "spoofed")) {
            step->spoofed = true;
        } else if (take_if(words, "times")) {
            step->times = take_number(words, "times", 10000);
        } else {
            return;
        }
    }
}

static void read_after(struct words *words, const struct script *script, struct step *step)
{
    if (!take_if(words, "after"))
        return;
    if (!script->virtual_clock)
        bad(words, "times are exact with `clock virtual` alone");
    step->timed = true;
    step->twice = take_if(words, "twice");
    if (step->twice)
        return;
    const char *text = take(words, "A..B");
    char first[32];
    const char *dots = strstr(text, "..");
    if (!dots || (size_t)(dots - text) >= sizeof first)
        bad(words, "'%s' is not A..B", text);
    memcpy(first, text, (size_t)(dots - text));
    first[dots - text] = '\0';
    step->after_s[0] = take_seconds(words, first);
    step->after_s[1] = take_seconds(words, dots + 2);
}

static void read_flow(struct words *words, struct step *step)
{
    step->our_port = (uint16_t)take_number(words, "our port", UINT16_MAX);
    if (!take_if(words, "*"))
        step->guest_port = (uint16_t)take_number(words, "the guest's port", UINT16_MAX);
    step->isn = OUR_ISN;
    if (take_if(words, "isn"))
        step->isn = take_number(words, "isn", UINT32_MAX);
    step->v6 = take_if(words, "v6");
}

static void read_step(struct words *words, struct script *script)
{
    script->steps = realloc(script->steps, (script->count + 1) * sizeof *script->steps);
    if (!script->steps)
        abort();
    struct step *step = &script->steps[script->count++];
    *step = (struct step){.line = words->line, .cut.missing = -1};
    if (take_if(words, "flow")) {
        step->statement = STATEMENT_FLOW;
        read_flow(words, step);
    } else if (take_if(words, "console")) {
        step->statement = STATEMENT_CONSOLE;
        read_text(words, step);
    } else if (take_if(words, "addresses6")) {
        step->statement = STATEMENT_ADDRESSES6;
        step->v6 = true;
        read_address6(words, step->our_ip6);
        read_address6(words, step->guest_ip6);
    } else if (take_if(words, ">")) {
        step->statement = STATEMENT_SEND;
        read_what(words, step);
        read_how(words, step);
    } else if (take_if(words, "<") && take_if(words, "nothing")) {
        step->statement = STATEMENT_NOTHING;
        if (take_if(words, "for"))
            step->after_s[0] = take_seconds(words, take(words, "SECONDS"));
    } else if (words->next > 0) {
        step->statement = STATEMENT_EXPECT;
        read_what(words, step);
        read_after(words, script, step);
    } else {
        bad(words, "'%s' is no statement", peek(words));
    }
    script->uses_v6 |= step->v6;
    script->guest_connects |= step->statement == STATEMENT_FLOW && step->guest_port == 0;
}

/* The rest of the line, each word behind a space. */
static char *take_all(struct words *words)
{
    char all[WORD_BYTES] = "";

    while (words->next < words->count) {
        const char *word = take(words, "a word");
        if (strlen(all) + strlen(word) + 2 > sizeof all)
            bad(words, "too many words");
        strcat(strcat(all, " "), word);
    }
    return strdup(all);
}

static void read_guest(struct words *words, struct script *script)
{
    if (!take_if(words, "guest"))
        bad(words, "a script starts with `guest IMAGE`");
    script->image = strdup(take(words, "IMAGE"));
    script->arguments = take_all(words);
}

static void read_statement(struct words *words, struct script *script)
{
    if (!script->image) {
        read_guest(words, script);
    } else if (take_if(words, "options")) {
        if (script->options || script->count > 0)
            bad(words, "`options` come second, if at all");
        script->options = take_all(words);
    } else if (take_if(words, "clock")) {
        if (!take_if(words, "virtual") || script->count > 0)
            bad(words, "`clock virtual` comes second, if at all");
        script->virtual_clock = true;
    } else if (take_if(words, "silent")) {
        if (!take_if(words, "arp") || script->count > 0)
            bad(words, "`silent arp` comes before the first step");
        script->silent_arp = true;
    } else {
        read_step(words, script);
    }
    if (words->next < words->count)
        bad(words, "'%s' is not understood", peek(words));
}

void script_read(const char *name, struct script *script)
{
    struct words words = {.file = name};
    char line[WORD_BYTES];
    FILE *file = fopen(name, "r");

    *script = (struct script){.name = name};
    if (!file) {
        perror(name);
        exit(2);
    }
    while (fgets(line, sizeof line, file)) {
        words.line++;
        line[strcspn(line, "\n")] = '\0';
        words_split(&words, line);
        if (words.count > 0)
            read_statement(&words, script);
        words_free(&words);
    }
    fclose(file);
    if (script->count == 0)
        bad(&words, "nothing happens in this script");
}
