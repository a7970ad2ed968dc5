/* How a run ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_RUN_STATUS_H
#define THRICE_RUN_STATUS_H

enum run_status {
    RUN_GOOD,
    RUN_VOID,   /* the load generator itself fell behind: says nothing about the server */
    RUN_FAILED, /* the server did not start, or the load could not be produced */
};

/* As records have it: "good", "void", "failed". */
const char *run_status_name(enum run_status status);

#endif
