/* What a study was asked for: the options of `thrice run`, or what study.json keeps of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_REQUEST_H
#define THRICE_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "study/plan.h"

enum { REQUEST_LIST_BYTES = 512 };

/* What is NULL or 0 was not asked for: the study's own value, or all, is taken. */
struct request {
    const char *study;
    const char *folder;      /* of the results in which its file is; or NULL */
    const char *only;        /* scenarios, comma-separated */
    const char *in;          /* environments, comma-separated */
    const char *engine;      /* of the container */
    const char *accel;       /* "auto", "kvm", "tcg" */
    const char *cpus_server; /* as cpu_list_parse() reads them */
    const char *cpus_load;
    const char *machine; /* as qemu_machine_find() returns it */
    bool quick;
    bool dry_run; /* the plan alone: this machine need not be able to carry it out */
    bool via_libvirt;
    bool has_seed;
    uint64_t runs;
    uint64_t duration_ns;
    uint64_t seed;
    uint64_t ramp[3]; /* from, to, step in connections a second; all 0 */
    uint64_t memory_mib;
    char lists[2][REQUEST_LIST_BYTES]; /* of request_of_study(): what only and in point to */
};

/* Makes the plan that is asked for, and checks that this machine can carry it out. The caller frees
 * it by plan_free(), also after an error.
 */
int request_plan(const struct request *request, struct plan *plan, struct error *error);

/* The request by which the plan of study.json in that folder is made once more. It borrows from
 * both, and must stay where it is. An error (EXIT_USAGE) when study does not tell.
 */
int request_of_study(struct request *request, const json_t *study, const char *folder,
                     struct error *error);

/* Whether a study may be gone on with: the manifest of the plan as it would be executed now must
 * equal the one that it was begun with, but for the command. Else the error (EXIT_USAGE) names what
 * differs: an image, a version, the machine.
 */
int request_check_same(const json_t *begun, const json_t *now, struct error *error);

#endif
