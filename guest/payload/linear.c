/* Linear equations; see linear.h.
 * SPDX-License-Identifier: BSD-2-Clause */
#include "linear.h"

#include <float.h>
#include <math.h>

// A well-mixed 64-bit number of each place (the finalizer of splitmix64).
static double coefficient(uint64_t place)
{
    uint64_t z = place * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (double)(z >> 11) * 0x1p-53 - 0.5;
}

static double coefficient_a(const struct linear *l, size_t row, size_t column)
{
    return coefficient(row * l->n + column);
}

static double coefficient_b(size_t row)
{
    return coefficient(~(uint64_t)row);
}

size_t linear_bytes(size_t n)
{
    return (n * n + n) * sizeof(double);
}

void linear_begin(struct linear *l, size_t n, void *memory)
{
    *l = (struct linear){.n = n, .a = memory};
    l->x = l->a + n * n;
}

static void begin_phase(struct linear *l, enum linear_phase phase)
{
    l->phase = phase;
    l->column = 0;
    l->row = phase == LINEAR_FACTOR ? 1 : 0;
}

// Rows one after the other; true: that was the last.
static bool next_row(struct linear *l)
{
    return ++l->row == l->n;
}

static void fill_row(struct linear *l)
{
    double sum = 0, *row = l->a + l->row * l->n;
    for (size_t i = 0; i < l->n; i++) {
        row[i] = coefficient_a(l, l->row, i);
        sum += fabs(row[i]);
    }
    l->x[l->row] = coefficient_b(l->row);
    l->norm_a = fmax(l->norm_a, sum);
    l->norm_b = fmax(l->norm_b, fabs(l->x[l->row]));
    if (next_row(l))
        begin_phase(l, LINEAR_FACTOR);
}

// Brings the row with the greatest coefficient of the column up; the right side goes with it.
static void pivot(struct linear *l)
{
    size_t n = l->n, k = l->column, best = k;
    for (size_t i = k + 1; i < n; i++)
        if (fabs(l->a[i * n + k]) > fabs(l->a[best * n + k]))
            best = i;
    if (l->a[best * n + k] == 0)
        l->singular = true;
    if (best == k)
        return;
    for (size_t j = 0; j < n; j++) {
        double kept = l->a[k * n + j];
        l->a[k * n + j] = l->a[best * n + j];
        l->a[best * n + j] = kept;
    }
    double kept = l->x[k];
    l->x[k] = l->x[best];
    l->x[best] = kept;
}

static void subtract_row(double *restrict row, const double *restrict from, double factor,
                         size_t count)
{
    for (size_t j = 0; j < count; j++)
        row[j] -= factor * from[j];
}

// Clears the column's coefficient in one row below the pivot; keeps the factor in its place.
static void eliminate_row(struct linear *l)
{
    size_t n = l->n, k = l->column;
    if (l->row == k + 1)
        pivot(l);
    if (l->singular || k + 1 >= n) {
        begin_phase(l, l->singular ? LINEAR_DONE : LINEAR_FORWARD);
        return;
    }
    double *row = l->a + l->row * n, *top = l->a + k * n;
    row[k] /= top[k];
    subtract_row(row + k + 1, top + k + 1, row[k], n - k - 1);
    if (next_row(l)) {
        l->column++;
        l->row = l->column + 1;
    }
}

static double product(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void forward_row(struct linear *l)
{
    l->x[l->row] -= product(l->a + l->row * l->n, l->x, l->row);
    if (next_row(l))
        begin_phase(l, LINEAR_BACKWARD);
}

static void backward_row(struct linear *l)
{
    size_t n = l->n, i = n - 1 - l->row;
    const double *row = l->a + i * n;
    l->x[i] = (l->x[i] - product(row + i + 1, l->x + i + 1, n - 1 - i)) / row[i];
    l->norm_x = fmax(l->norm_x, fabs(l->x[i]));
    if (next_row(l))
        begin_phase(l, LINEAR_RESIDUAL);
}

static void residual_row(struct linear *l)
{
    double sum = -coefficient_b(l->row);
    for (size_t i = 0; i < l->n; i++)
        sum += coefficient_a(l, l->row, i) * l->x[i];
    l->norm_r = isnan(sum) ? INFINITY : fmax(l->norm_r, fabs(sum)); // fmax() would pass over it
    if (next_row(l))
        begin_phase(l, LINEAR_DONE);
}

bool linear_step(struct linear *l)
{
    static void (*const step[])(struct linear *) = {
        [LINEAR_FILL] = fill_row,         [LINEAR_FACTOR] = eliminate_row,
        [LINEAR_FORWARD] = forward_row,   [LINEAR_BACKWARD] = backward_row,
        [LINEAR_RESIDUAL] = residual_row,
    };
    if (l->phase != LINEAR_DONE)
        step[l->phase](l);
    return l->phase == LINEAR_DONE;
}

double linear_residual(const struct linear *l)
{
    return l->norm_r / (DBL_EPSILON * (double)l->n * (l->norm_a * l->norm_x + l->norm_b));
}

double linear_operations(size_t n)
{
    double m = (double)n;
    return 2.0 / 3.0 * m * m * m + 2 * m * m;
}
