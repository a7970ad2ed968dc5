/* The longest time in which a server that is asked every millisecond says nothing.
 *
 * Asked is by datagrams that do not wait for each other, so that one that is lost delays no other:
 * the payload udp is sent its "LAST", any other server an ICMP echo request (RFC 792). Answers need
 * not be in order, and are not paired with questions: silence is the time between two answers.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_SILENCE_H
#define THRICE_SILENCE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct silence_result {
    uint64_t longest_ns;       /* from one answer to the next, or to the end */
    uint64_t usual_ns;         /* the same before silence_watch() */
    uint64_t asked_longest_ns; /* from one question to the next: how late we ourselves were */
    uint64_t asked;
    uint64_t answered;
};

struct silence;

/* Begins to ask, in a thread of its own: the address's payload udp at the port, or, where that is
 * 0, by ICMP. NULL and an error (EXIT_LACKING) when there is no socket for it.
 */
struct silence *silence_begin(struct in_addr address, uint16_t port, struct error *error);

/* From here on it counts. */
void silence_watch(struct silence *silence);

/* Ends the asking, and tells. */
void silence_end(struct silence *silence, struct silence_result *result);

#endif
