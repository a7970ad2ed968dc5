/* A script (*.pkt) as it is read: its language stands in README. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TEST_SCRIPT_H
#define THRICE_TEST_SCRIPT_H

#include "frame.h"

enum statement {
    STATEMENT_FLOW,
    STATEMENT_SEND,
    STATEMENT_EXPECT,
    STATEMENT_NOTHING,
    STATEMENT_CONSOLE,
    STATEMENT_ADDRESSES6,
};

struct step {
    unsigned line;
    enum statement statement;

    /* FLOW */
    uint16_t our_port, guest_port; /* guest_port 0: `*`; UDP's ports as well */
    uint32_t isn;
    bool v6;

    /* SEND, EXPECT: what is given */
    enum protocol protocol;
    uint8_t type, code;
    bool has_sequence, has_ack, has_window, has_urgent, has_options, has_text;
    uint8_t flags;
    uint32_t first, ack; /* relative */
    size_t length;       /* of the data */
    uint16_t window, urgent;
    uint32_t mtu;
    char options[256];
    char *text; /* NULL: a..z; of DHCP the host's name; CONSOLE */
    bool spoofed;
    struct cut cut;
    unsigned times;
    uint32_t lifetime_s;             /* DHCP's lease; of an advertised router and its prefix */
    uint8_t prefix6[ADDRESS6_BYTES]; /* of the advertised router */

    /* ADDRESSES6 */
    uint8_t our_ip6[ADDRESS6_BYTES], guest_ip6[ADDRESS6_BYTES];

    /* EXPECT, NOTHING: 0 for anything */
    bool timed, twice;
    double after_s[2];
};

struct script {
    const char *name;
    char *image, *arguments; /* of the payload */
    char *options;           /* of the guest; NULL: its usual address */
    bool virtual_clock;
    bool silent_arp; /* we answer none of the guest's questions */
    bool uses_v6;
    bool guest_connects; /* by itself, to a `flow OURS *` */
    struct step *steps;
    size_t count;
};

/* Reads a script; ends the program with FILE:LINE and what is wrong with it. */
void script_read(const char *name, struct script *script);

#endif
