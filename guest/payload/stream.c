/* STREAM; see stream.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <math.h>
#include <stddef.h>

enum { STEP_ELEMENTS = 64 * 1024 };

static const double SCALAR = 3;

const char *const stream_name[STREAM_KERNELS] = {"copy", "scale", "add", "triad"};

uint64_t stream_bytes(uint64_t elements)
{
    return 3 * elements * sizeof(double);
}

void stream_begin(struct stream *s, uint64_t elements, void *memory)
{
    *s = (struct stream){.elements = elements, .a = memory};
    s->b = s->a + elements;
    s->c = s->b + elements;
    for (uint64_t i = 0; i < elements; i++) {
        s->a[i] = 1;
        s->b[i] = 2;
        s->c[i] = 0;
    }
}

static void run(enum stream_kernel kernel, double *restrict a, double *restrict b,
                double *restrict c, uint64_t count)
{
    switch (kernel) {
    case STREAM_COPY:
        for (uint64_t i = 0; i < count; i++)
            c[i] = a[i];
        break;
    case STREAM_SCALE:
        for (uint64_t i = 0; i < count; i++)
            b[i] = SCALAR * c[i];
        break;
    case STREAM_ADD:
        for (uint64_t i = 0; i < count; i++)
            c[i] = a[i] + b[i];
        break;
    default:
        for (uint64_t i = 0; i < count; i++)
            a[i] = b[i] + SCALAR * c[i];
    }
}

static bool next_kernel(struct stream *s)
{
    uint64_t *best_ns = &s->best_ns[s->kernel];
    if (s->round == 1 || (s->round > 1 && s->spent_ns < *best_ns))
        *best_ns = s->spent_ns; // the first round, 0, brings the memory in
    s->at = 0;
    s->spent_ns = 0;
    s->kernel = (s->kernel + 1) % STREAM_KERNELS;
    s->round += s->kernel == 0;
    return s->round == STREAM_ROUNDS;
}

bool stream_step(struct stream *s, uint64_t (*now_ns)(void))
{
    uint64_t left = s->elements - s->at, count = left < STEP_ELEMENTS ? left : STEP_ELEMENTS;
    uint64_t start_ns = now_ns();
    run(s->kernel, s->a + s->at, s->b + s->at, s->c + s->at, count);
    s->spent_ns += now_ns() - start_ns;
    s->at += count;
    return s->at == s->elements && next_kernel(s);
}

double stream_error(const struct stream *s)
{
    double a = 1, b = 2, c = 0, error = 0;
    for (unsigned round = 0; round < STREAM_ROUNDS; round++) {
        run(STREAM_COPY, &a, &b, &c, 1);
        run(STREAM_SCALE, &a, &b, &c, 1);
        run(STREAM_ADD, &a, &b, &c, 1);
        run(STREAM_TRIAD, &a, &b, &c, 1);
    }
    for (uint64_t i = 0; i < s->elements; i++) {
        error = fmax(error, fabs(s->a[i] - a) / a);
        error = fmax(error, fabs(s->b[i] - b) / b);
        error = fmax(error, fabs(s->c[i] - c) / c);
    }
    return error;
}

double stream_mb_per_second(const struct stream *s, enum stream_kernel kernel)
{
    double arrays = kernel < STREAM_ADD ? 2 : 3;
    uint64_t ns = s->best_ns[kernel] ? s->best_ns[kernel] : 1;
    return arrays * (double)s->elements * sizeof(double) / (double)ns * 1e3;
}
