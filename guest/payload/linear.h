/* A dense system of linear equations, solved by LU decomposition with partial pivoting, as LINPACK
 * does; in steps of bounded length.
 *
 * Its coefficients are uniform in [-0.5, 0.5) and follow from their place, so that the residual is
 * computed from the original matrix without a copy of it.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_LINEAR_H
#define THRICE_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum linear_phase {
    LINEAR_FILL,
    LINEAR_FACTOR, // P A = L U
    LINEAR_FORWARD,
    LINEAR_BACKWARD,
    LINEAR_RESIDUAL,
    LINEAR_DONE,
};

struct linear {
    size_t n;
    double *a; // n rows of n
    double *x; // the right side, then the solution
    enum linear_phase phase;
    size_t column, row; // what comes next
    bool singular;
    double norm_a, norm_x, norm_b, norm_r; // greatest absolute row sum; greatest absolute value
};

// Bytes of memory for n equations.
size_t linear_bytes(size_t n);

// Starts on n equations in that memory, which stays the caller's.
void linear_begin(struct linear *linear, size_t n, void *memory);

// Goes on for one row. Returns whether all is done.
bool linear_step(struct linear *linear);

// |Ax - b| / (eps n (|A| |x| + |b|)), in the maximum norm: below 16 the solution is right (HPL).
double linear_residual(const struct linear *linear);

double linear_operations(size_t n);

#endif
