/* The parameters of a request: "max=10000&seconds=5".
 *
 * Each is asked for by name with its limits and its default. The first that is wrong is
 * described in `error`, one sentence; later questions then get their defaults.
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_QUERY_H
#define THRICE_QUERY_H

#include <stdbool.h>
#include <stdint.h>

enum { QUERY_PARAMETERS_MAX = 16, QUERY_ERROR_BYTES = 192 };

struct query {
    struct {
        char *name, *value;
        bool asked;
    } parameter[QUERY_PARAMETERS_MAX];
    unsigned count;
    int status; // of the answer when there is an error; 400, or what query_fail() was given
    char error[QUERY_ERROR_BYTES]; // empty: none so far
};

// Cuts the text, which must outlive the query, into its parameters.
void query_parse(struct query *query, char *text);

// A decimal number of that range.
uint64_t query_number(struct query *query, const char *name, uint64_t least, uint64_t most,
                      uint64_t otherwise);

// A number of bytes, which may end in K, M, G or T (powers of 1024).
uint64_t query_size(struct query *query, const char *name, uint64_t least, uint64_t most,
                    uint64_t otherwise);

// One of the words, the last of which is followed by NULL; returns its index. The first is the
// default.
unsigned query_word(struct query *query, const char *name, const char *const *words);

bool query_has(const struct query *query, const char *name);

// To be called when all have been asked: a parameter that nobody asked for is an error.
void query_end(struct query *query);

// Notes an error, unless there is one already. Returns false.
__attribute__((format(printf, 3, 4))) bool query_fail(struct query *query, int status,
                                                      const char *format, ...);

#endif
