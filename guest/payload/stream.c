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
}

static void fill(struct stream *s, uint64_t end)
{
    for (uint64_t i = s->at; i < end; i++) {
        s->a[i] = 1;
        s->b[i] = 2;
        s->c[i] = 0;
    }
}

static void apply_kernel(enum stream_kernel kernel, double *restrict a, double *restrict b,
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

static void next_kernel(struct stream *s)
{
    uint64_t *best_ns = &s->best_ns[s->kernel];
    if (s->round == 1 || (s->round > 1 && s->spent_ns < *best_ns))
        *best_ns = s->spent_ns; // the first round, 0, brings the memory in
    s->spent_ns = 0;
    s->kernel = (s->kernel + 1) % STREAM_KERNELS;
    s->round += s->kernel == 0;
    if (s->round == STREAM_ROUNDS)
        s->phase = STREAM_CHECK;
}

static void move(struct stream *s, uint64_t end, uint64_t (*now_ns)(void))
{
    uint64_t start_ns = now_ns();
    apply_kernel(s->kernel, s->a + s->at, s->b + s->at, s->c + s->at, end - s->at);
    s->spent_ns += now_ns() - start_ns;
}

// What is not a number is never the greater of two.
static double greater_error(double error, double value, double right)
{
    double relative = fabs(value - right) / right;
    return isnan(relative) ? INFINITY : fmax(error, relative);
}

static void check(struct stream *s, uint64_t end)
{
    double a = 1, b = 2, c = 0, error = s->error;
    for (unsigned round = 0; round < STREAM_ROUNDS; round++)
        for (unsigned kernel = 0; kernel < STREAM_KERNELS; kernel++)
            apply_kernel(kernel, &a, &b, &c, 1);
    for (uint64_t i = s->at; i < end; i++) {
        error = greater_error(error, s->a[i], a);
        error = greater_error(error, s->b[i], b);
        error = greater_error(error, s->c[i], c);
    }
    s->error = error;
}

bool stream_step(struct stream *s, uint64_t (*now_ns)(void))
{
    uint64_t left = s->elements - s->at;
    uint64_t end = s->at + (left < STEP_ELEMENTS ? left : STEP_ELEMENTS);
    switch (s->phase) {
    case STREAM_FILL:
        fill(s, end);
        break;
    case STREAM_MOVE:
        move(s, end, now_ns);
        break;
    default:
        check(s, end);
    }
    s->at = end;
    if (end < s->elements)
        return false;
    s->at = 0;
    if (s->phase == STREAM_CHECK)
        return true;
    if (s->phase == STREAM_FILL)
        s->phase = STREAM_MOVE;
    else
        next_kernel(s);
    return false;
}

double stream_mb_per_second(const struct stream *s, enum stream_kernel kernel)
{
    double arrays = kernel < STREAM_ADD ? 2 : 3;
    uint64_t ns = s->best_ns[kernel] ? s->best_ns[kernel] : 1;
    return arrays * (double)s->elements * sizeof(double) / (double)ns * 1e3;
}
