/* STREAM's four kernels on three arrays of doubles, in steps of bounded length: the best time of
 * ten rounds without the first, and the result checked by arithmetic (McCalpin, STREAM 5.10).
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_STREAM_H
#define THRICE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

enum { STREAM_ROUNDS = 10 };

enum stream_kernel {
    STREAM_COPY,  // c = a
    STREAM_SCALE, // b = 3 c
    STREAM_ADD,   // c = a + b
    STREAM_TRIAD, // a = b + 3 c
    STREAM_KERNELS,
};
extern const char *const stream_name[STREAM_KERNELS];

enum stream_phase { STREAM_FILL, STREAM_MOVE, STREAM_CHECK };

struct stream {
    uint64_t elements;
    double *a, *b, *c;
    enum stream_phase phase;
    unsigned round, kernel;
    uint64_t at;       // of the phase, or the kernel, under way
    uint64_t spent_ns; // by it
    uint64_t best_ns[STREAM_KERNELS];
    double error; // the greatest relative error of any element
};

uint64_t stream_bytes(uint64_t elements);

// Touches none of that memory, which stays the caller's: stream->a points to it.
void stream_begin(struct stream *stream, uint64_t elements, void *memory);

// Goes on for some elements, of setting the arrays up, moving, or checking; what it moves is timed
// by that clock. Returns whether all is done.
bool stream_step(struct stream *stream, uint64_t (*now_ns)(void));

// Bytes moved, as STREAM counts them, in the best round; MB of 10^6.
double stream_mb_per_second(const struct stream *stream, enum stream_kernel kernel);

#endif
