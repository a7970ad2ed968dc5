/* How a function of POSIX returns, and how a file has others linked.
 *
 * The calls that payloads make are plain functions of this folder, each beside what it does; the
 * Makefile takes the libc's out of the way. The linker takes only the files whose functions are
 * called, and of those only what is reached, so that no image carries calls that its payload
 * never makes. Where a table would name such a part for everybody, it does so by a weak
 * reference; the calls that cannot do without it say LINK_WITH.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RESULT_H
#define THRICE_RESULT_H

#include <errno.h>

/* A result as the libc's functions give it: -1 and errno for a negated errno. */
static inline long result(long value)
{
    if (value >= 0)
        return value;
    errno = (int)-value;
    return -1;
}

/* Who links this file links the one that defines the symbol, whatever else refers to it. */
#define LINK_WITH(symbol)                                                                          \
    static const void *const link_with_##symbol __attribute__((used)) = (const void *)&(symbol)

#endif
