/* A booted guest at the other end of a wire that nobody else is on.
 *
 * QEMU's network is a socket pair (-netdev dgram): what is written arrives at the guest's NIC. What
 * passes in both directions comes back through filter-dump with the time of the guest's clock. With
 * a virtual clock (-icount) the guest's time stands still while the guest works out something and
 * jumps to its next timer when it is idle: intervals are then exact, and take no time to wait for.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_TEST_WIRE_H
#define THRICE_TEST_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_frame {
    uint64_t time_us; /* of the guest's clock */
    const uint8_t *bytes;
    size_t length;
};

/* Boots an image with this command line. Ends the program with a message if it cannot. */
void wire_open(const char *image, const char *command_line, bool virtual_clock);

void wire_send(void *unused, const uint8_t *frame, size_t length); /* a frame_sink */

/* The next frame of the guest, good until the next call. False: none for so long in real time, or
 * the guest has ended.
 */
bool wire_receive(struct wire_frame *frame, int patience_ms);

/* Whether the guest's console shows this text within so long. */
bool wire_console_shows(const char *text, int patience_ms);
const char *wire_console(void);

bool wire_guest_lives(void);
void wire_close(void);

#endif
