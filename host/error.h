/* Errors of the driver: filled where they happen, printed by main alone.
 *
 * A function that can fail takes a struct error, returns 0 (or a value) on success and
 * -1 (or NULL) after error_set(). The text is one line: what failed, the name of the file,
 * option or guest it concerns, and what to do about it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_ERROR_H
#define THRICE_ERROR_H

/* The exit codes of every verb. */
enum exit_code {
    EXIT_GOOD = 0,    /* done */
    EXIT_WORSE = 1,   /* a comparison says worse */
    EXIT_USAGE = 2,   /* bad usage: verb, option, number, study, environment */
    EXIT_LACKING = 3, /* this machine lacks something: program, permission, image */
    EXIT_FAILED = 4,  /* a run failed */
    EXIT_VOID = 5,    /* a run was void: the load generator itself fell behind */
};

struct error {
    enum exit_code code;
    char text[512];
};

/* Fills the error, cutting at the end of text. Returns -1, so that callers can return it. */
int error_set(struct error *error, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, with ": " and the text of errno_value behind. */
int error_set_errno(struct error *error, enum exit_code code, int errno_value, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

#endif
