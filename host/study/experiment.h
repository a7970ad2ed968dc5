/* An experiment: what a scenario of its kind does with a server, or with several, and measures.
 *
 * One table of functions each, one file each (experiment_KIND.c); adding one is adding a file and a
 * line to the table in experiment.c. There are two forms. A load is put on one server that the run
 * has booted, between two readings of what all cost (run.c). An experiment of another shape, which
 * starts and ends servers itself, executes the run as a whole.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THRICE_EXPERIMENT_H
#define THRICE_EXPERIMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "environment/server.h"
#include "error.h"
#include "load/source_ports.h"
#include "study/setting.h"
#include "study/study.h"

struct run;
struct run_setting;

/* What a load measured. */
struct experiment_result {
    json_t *json;   /* "load" of the record, with "elapsed_ns"; the caller owns it */
    bool is_void;   /* the generator's own fault */
    bool is_failed; /* the server gave no answer to judge */
    char reason[200];
    char key_figure[80]; /* for a progress line */
};

struct experiment {
    const char *kind;
    const struct setting *settings; /* read into a struct of so many bytes */
    size_t settings_bytes;
    const struct experiment *warm_up; /* the one whose load goes before it; NULL: none can */
    const char *speaks; /* what its payload has to serve, "http" or "udp"; NULL: any */
    bool has_guests;    /* it has as many servers at once as the scenario's guests */

    /* What the settings say together is impossible: refuses the setting of the file. Optional. */
    void (*check)(const void *settings, struct cfg *cfg, const config_setting_t *where);

    /* Of a load: how long it takes, boot and warm-up apart. Of another: the whole run of so many
     * guests, of which one boots in boot_ns. About.
     */
    uint64_t (*estimate_ns)(const void *settings, unsigned int guests, uint64_t boot_ns);

    /* How much longer for the sake of one environment of the plan, its own or another, which boots
     * in boot_ns. Optional.
     */
    uint64_t (*estimate_beside_ns)(const void *settings, bool own, uint64_t boot_ns);

    /* A load: puts it on the server, from all the client's addresses and ports in turn; ports is
     * shared by all loads on a server, so that none reuses what another used. Blocks until the load
     * is over or the user interrupts. Adds to figures (figures.h); one that adds none has all in
     * its json, which the report knows. A server that answers badly is
     * a result, one that never answers a failure (is_failed); -1 and an error mean that the
     * load could not be produced, and then there is no json.
     */
    int (*load)(const void *settings, const struct server *server, struct source_ports *ports,
                json_t *figures, struct experiment_result *result, struct error *error);

    /* Instead of a load: the whole run of entry, number index of the plan's order. Fills the run's
     * record ("load", "figures", "boot_ns", ...), its status and its texts. Returns 0, or -1
     * and an error that makes the run a failed one; nothing is left running in both cases.
     */
    int (*execute)(struct run *run, const struct run_setting *setting, unsigned int index,
                   const char *console_path, struct error *error);
};

extern const struct experiment experiment_http;
extern const struct experiment experiment_udp;
extern const struct experiment experiment_ramp;
extern const struct experiment experiment_burst;
extern const struct experiment experiment_boot;
extern const struct experiment experiment_compute;
extern const struct experiment experiment_density;
extern const struct experiment experiment_bulk;
extern const struct experiment experiment_isolation;
extern const struct experiment experiment_checkpoint;
extern const struct experiment experiment_migration;
extern const struct experiment experiment_operations;

extern const struct experiment *const experiments[]; /* ends in NULL */

/* The server gave no answer to judge, and why. */
void experiment_fail(struct experiment_result *result, const char *reason);

/* The one of that kind; NULL when there is none. */
const struct experiment *experiment_find(const char *kind);

#endif
