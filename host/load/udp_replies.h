/* The account of UDP replies: which were lost, duplicated, reordered.
 *
 * An echoed datagram carries its number as decimal text with a trailing NUL, so that every one is
 * known by name; the study's own answer, 1000 times A, can only be counted.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_UDP_REPLIES_H
#define THRICE_UDP_REPLIES_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDP_REPLY_BYTES  1000 /* of the study's answer */
#define UDP_NUMBER_BYTES 21   /* the text of any number, with its NUL */

enum udp_reply {
    UDP_REPLY_LAST,
    UDP_REPLY_COUNTED, /* the study's answer: one of those sent, nobody knows which */
    UDP_REPLY_NUMBERED,
    UDP_REPLY_DUPLICATE, /* numbered, and seen before */
    UDP_REPLY_UNEXPECTED,
};

struct udp_replies {
    bool echo;
    uint64_t count;   /* numbers run from 0 to count - 1 */
    uint64_t next;    /* one above the highest number seen */
    uint64_t replies; /* LAST and unexpected ones apart */
    uint64_t duplicated;
    uint64_t reordered; /* first seen behind a higher number */
    uint64_t unexpected;
    uint64_t *seen; /* echo only: a bit for each number; owned */
};

/* Readies the account for the answers to count datagrams. Returns 0, or -1 and an error. */
int udp_replies_start(struct udp_replies *replies, uint64_t count, bool echo, struct error *error);

/* Accounts one received datagram, and says what it is; *number is set for the numbered ones. */
enum udp_reply udp_replies_take(struct udp_replies *replies, const char *bytes, size_t length,
                                uint64_t *number);

/* How many of the sent datagrams were answered: duplicates count once where they are known. */
uint64_t udp_replies_answered(const struct udp_replies *replies);

void udp_replies_free(struct udp_replies *replies);

/* Writes the number's text; returns its length with the NUL. */
size_t udp_number_format(uint64_t number, char text[UDP_NUMBER_BYTES]);

#endif
